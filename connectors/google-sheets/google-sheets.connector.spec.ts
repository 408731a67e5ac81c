import { callOperation, type JsonObject } from '@castellan/sdk';
import { type Simulation, simulate, testConnector, testDiscoveryExtract } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import description from './fixtures/google-sheets.openapi.json' with { type: 'json' };
import { googleSheets } from './google-sheets.connector.js';
import { googleSheetsSimulator } from './google-sheets.simulator.js';

testConnector(googleSheets, googleSheetsSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testDiscoveryExtract(description, 'google/sheets.v4.discovery.json');

const spreadsheetId = '1Castellan-review-status-0001';
const reviews = { spreadsheetId, sheet: 'Reviews' };
const byReviewer = { ...reviews, keyColumn: 'Reviewer' };

describe('A sheet', () => {
  let google: Simulation;
  beforeAll(async () => {
    google = await simulate(googleSheets, googleSheetsSimulator);
  });
  beforeEach(() => google.reset());
  afterAll(() => google.close());

  const call = (operation: string, input: object) =>
    callOperation(googleSheets, operation, input, google.host()) as Promise<JsonObject>;
  const holding = (title: string, cells: (string | number)[][]) =>
    google.seed({ spreadsheets: [{ spreadsheetId, title: 'Access reviews', sheets: [{ sheetId: 0, title, cells }] }] });
  const rows = async () => ((await call('readRows', reviews)).items as JsonObject[]).map(({ values }) => values);

  it('has a row added once for a key, and changed from then on', async () => {
    const write = (Status: string) =>
      call('writeRow', { ...byReviewer, key: 'lena.novak@example.com', values: { Status } });
    expect(await write('open')).toMatchObject({ row: 4, added: true });
    expect(await write('done')).toMatchObject({ row: 4, added: false });
    expect(await rows()).toHaveLength(3);
    expect((await rows())[2]).toEqual({ Reviewer: 'lena.novak@example.com', Status: 'done', Items: '' });
  });

  it('finds a row added by an attempt whose answer was lost', async () => {
    const write = () => call('writeRow', { ...byReviewer, key: 'lena.novak@example.com', values: { Status: 'open' } });
    await google.faults([{ method: 'POST', path: '/v4', reset: 'after' }]);
    await expect(write()).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    expect(await write()).toMatchObject({ added: false });
    expect(await rows()).toHaveLength(3);
  });

  it('keeps cells of columns that are not named', async () => {
    await call('writeRow', { ...byReviewer, key: 'jane.doe@example.com', values: { Status: 'done' } });
    expect((await rows())[0]).toEqual({ Reviewer: 'jane.doe@example.com', Status: 'done', Items: 12 });
    const [request] = (await google.requests()).filter(({ method }) => method === 'PUT');
    expect(request).toMatchObject({ body: { values: [[null, 'done', null]] } });
  });

  it('gets texts as texts: none becomes a formula', async () => {
    await call('appendRows', { ...reviews, rows: [{ Reviewer: '=IMPORTXML("https://evil.example")' }] });
    const [request] = (await google.requests()).filter(({ path }) => path.endsWith(':append'));
    expect(request).toMatchObject({ query: { valueInputOption: 'RAW' } });
    expect((await rows()).at(-1)).toMatchObject({ Reviewer: '=IMPORTXML("https://evil.example")' });
  });

  it('refuses a column that it does not have, and names those that it has', async () => {
    const wrong = { ...byReviewer, key: 'jane.doe@example.com', values: { State: 'done' } };
    await expect(call('writeRow', wrong)).rejects.toMatchObject({
      ...{ code: 'E_INPUT', message: expect.stringMatching(/“State”.*“Reviewer”, “Status”, “Items”/) },
    });
    const noKey = call('findRow', { ...reviews, keyColumn: 'Email', key: 'x' });
    await expect(noKey).rejects.toMatchObject({ code: 'E_INPUT', message: expect.stringContaining('“Email”') });
    await expect(call('writeRow', { ...byReviewer, key: 'a', values: { Reviewer: 'b' } })).rejects.toMatchObject({
      details: { problems: [{ pointer: '/values' }] },
    });
  });

  it('without headings, or with two alike, is refused with the remedy', async () => {
    await holding('Reviews', []);
    await expect(rows()).rejects.toMatchObject({ code: 'E_INPUT', message: expect.stringContaining('first row') });
    await holding('Reviews', [['A', 'B', 'A']]);
    await expect(rows()).rejects.toMatchObject({
      code: 'E_INPUT',
      message: expect.stringContaining('two columns “A”'),
    });
  });

  it('may have a name with an apostrophe, and rows that end early', async () => {
    await holding("Lena’s ‘own’ 'sheet'", [['Reviewer', '', 'Status'], ['a'], []]);
    const own = { spreadsheetId, sheet: "Lena’s ‘own’ 'sheet'" };
    expect(await call('readRows', own)).toEqual({
      items: [
        { row: 2, values: { Reviewer: 'a', Status: '' } },
        { row: 3, values: { Reviewer: '', Status: '' } },
      ],
    });
  });

  it('that was not shared is told in Google’s words', async () => {
    const other = call('readRows', { ...reviews, spreadsheetId: '1Another-spreadsheet' });
    await expect(other).rejects.toMatchObject({ status: 404, vendorMessage: 'Requested entity was not found.' });
  });
});
