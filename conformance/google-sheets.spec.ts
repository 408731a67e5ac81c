import { sheets, type sheets_v4 } from '@googleapis/sheets';
import { serviceAccount, timeless } from './google-kit.js';
import { judge } from './judge.js';

const spreadsheetId = '1Castellan-review-status-0001';
const reviews = { spreadsheetId, sheet: 'Reviews' };
const shown = { valueRenderOption: 'UNFORMATTED_VALUE', dateTimeRenderOption: 'FORMATTED_STRING' };
const valueInputOption = 'RAW';
const key = 'jane.doe@example.com';

const read = (client: sheets_v4.Sheets) =>
  client.spreadsheets.values.get({ spreadsheetId, range: "'Reviews'", ...shown });

judge<sheets_v4.Sheets>({
  connector: 'google-sheets',
  sdk: '@googleapis/sheets',
  client: (wire, fields) =>
    sheets({
      version: 'v4',
      auth: serviceAccount(wire, fields, ['https://www.googleapis.com/auth/spreadsheets']) as never,
    }),
  headers: ['content-type'],
  // RFC 3986 §2.2 leaves ! and ' as they are in a path, and the SDK writes them out.
  plain: (sent) => timeless({ ...sent, path: decodeURIComponent(sent.path) }),
  test: {
    sdk: (client) =>
      client.spreadsheets
        .get({ spreadsheetId: 'castellan-connection-test', fields: 'spreadsheetId' })
        .catch(({ status }: { status: number }) => expectMissing(status)),
  },
  cases: {
    listSheets: {
      input: { spreadsheetId },
      sdk: (client) => client.spreadsheets.get({ spreadsheetId, fields: 'sheets.properties(sheetId,title)' }),
    },
    readRows: { input: reviews, sdk: read },
    findRow: { input: { ...reviews, keyColumn: 'Reviewer', key }, sdk: read },
    readRange: {
      input: { spreadsheetId, range: 'Reviews!A1:B2' },
      sdk: (client) => client.spreadsheets.values.get({ spreadsheetId, range: 'Reviews!A1:B2', ...shown }),
    },
    appendRows: {
      input: { ...reviews, rows: [{ Reviewer: key, Status: 'open', Items: 4 }] },
      sdk: async (client) => {
        await read(client);
        await client.spreadsheets.values.append({
          ...{ spreadsheetId, range: "'Reviews'!A1", valueInputOption, insertDataOption: 'INSERT_ROWS' },
          requestBody: { values: [[key, 'open', 4]] },
        });
      },
    },
    writeRow: {
      input: { ...reviews, keyColumn: 'Reviewer', key, values: { Status: 'done' } },
      sdk: async (client) => {
        await read(client);
        await client.spreadsheets.values.update({
          ...{ spreadsheetId, range: "'Reviews'!A2", valueInputOption },
          requestBody: { values: [[null, 'done', null]] },
        });
      },
    },
  },
});

function expectMissing(status: number): void {
  if (status !== 404) throw new Error(`404 was expected, not ${status}.`);
}
