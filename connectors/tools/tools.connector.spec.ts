import { callOperation, describeConnector, type JsonObject, type JsonValue } from '@castellan/sdk';
import { hostOf, testDeclared } from '@castellan/sdk/testing';
import { describe, expect, it } from 'vitest';
import { tools } from './tools.connector.js';

testDeclared(tools);

const call = (operation: string, input: JsonObject) =>
  callOperation(tools, operation, input, hostOf({ send: () => Promise.reject(new Error('Tools call nobody.')) }));
const refused = (pointer: string) => ({ name: 'FatalError', code: 'E_INPUT', details: { pointer } });

describe('tools', () => {
  it('take no connection', () => {
    expect(describeConnector(tools).auth).toEqual([]);
  });

  for (const [id, { sample, effect }] of Object.entries(tools.operations)) {
    it(`do ${id} as in its sample, and only read`, async () => {
      expect(await call(id, sample.input as JsonObject)).toEqual(sample.output);
      expect(effect).toBe('read');
    });
  }
});

describe('CSV', () => {
  it('is read as texts, with quotes, semicolons, a mark at its beginning and names of one’s own', async () => {
    const text = '\ufeff007;"Doe; Jane"\n008;"say ""hi"""\n';
    expect(await call('parseCsv', { text, delimiter: ';', columns: ['id', 'name'] })).toEqual({
      items: [
        { id: '007', name: 'Doe; Jane' },
        { id: '008', name: 'say "hi"' },
      ],
      more: false,
    });
  });

  it('says that there is more than was asked for', async () => {
    expect(await call('parseCsv', { text: 'a\n1\n2\n', limit: 1 })).toEqual({ items: [{ a: '1' }], more: true });
  });

  it.each([
    ['a,a\n1,2\n', 'Two columns are named “a”'],
    ['a,b\n1\n', 'Invalid Record Length'],
    ['a\n"1\n', 'Quote Not Closed'],
  ])('is refused where it is none: %j', async (text, said) => {
    await expect(call('parseCsv', { text })).rejects.toMatchObject({
      ...refused('/text'),
      message: expect.stringContaining(said),
    });
  });

  it('is written so that it reads back, and no spreadsheet calculates it', async () => {
    const rows: JsonObject[] = [
      { name: '=HYPERLINK("x")', note: 'a,b' },
      { name: '-5', note: null, more: [1] },
    ];
    const { text } = (await call('writeCsv', { rows })) as { text: string };
    expect(text).toBe('name,note,more\r\n"\'=HYPERLINK(""x"")","a,b",\r\n-5,,[1]\r\n');
    expect(await call('parseCsv', { text })).toMatchObject({ items: [{ note: 'a,b' }, { name: '-5', more: '[1]' }] });
  });
});

describe('JSON', () => {
  it.each(['{', '', "{'a': 1}"])('is refused where it is none: %j', async (text) => {
    await expect(call('parseJson', { text })).rejects.toMatchObject(refused('/text'));
  });

  it('is data alone', async () => {
    const text = '{"\\u005fjsonata_lambda": true, "__proto__": {"a": 1}, "b": 2}';
    expect(await call('parseJson', { text })).toEqual({ value: { b: 2 } });
  });

  it('is written on one line or on several', async () => {
    expect(await call('writeJson', { value: [1], indented: true })).toEqual({ text: '[\n  1\n]' });
    expect(await call('writeJson', { value: null })).toEqual({ text: 'null' });
  });
});

describe('a hash', () => {
  it('is SHA-512 in Base64 where that is asked for', async () => {
    const { hash } = (await call('hash', { text: '', algorithm: 'sha512', encoding: 'base64' })) as { hash: string };
    expect(Buffer.from(hash, 'base64').toString('hex')).toMatch(/^cf83e1357eefb8bdf1542850d66d8007/);
  });
});

describe('a date', () => {
  const instant = async (input: JsonObject) => ((await call('convertDate', input)) as { instant: string }).instant;
  const text = async (operation: string, input: JsonObject) =>
    ((await call(operation, input)) as { text: string }).text;

  it.each([
    [{ date: '2026-12-24T18:00:00+01:00' }, '2026-12-24T17:00:00.000Z'],
    [{ date: '2026-12-24T18:00:00.123456Z' }, '2026-12-24T18:00:00.000Z'],
    [{ date: '2026-12-24 18:00', from: 'Europe/Zurich' }, '2026-12-24T17:00:00.000Z'],
    [{ date: '2026-12-24', from: 'America/New_York' }, '2026-12-24T05:00:00.000Z'],
    [{ date: '1795255200' }, '2026-11-21T10:00:00.000Z'],
    [{ date: '1795255200000' }, '2026-11-21T10:00:00.000Z'],
    [{ date: '1/2/2026', pattern: 'MM/dd/yyyy' }, '2026-01-02T00:00:00.000Z'],
    // Skipped by the clock, and shown twice.
    [{ date: '2026-03-29 02:30', from: 'Europe/Zurich' }, '2026-03-29T01:30:00.000Z'],
    [{ date: '2026-10-25 02:30', from: 'Europe/Zurich' }, '2026-10-25T00:30:00.000Z'],
  ] as [JsonObject, string][])('%j is %s', async (input, expected) => {
    expect(await instant(input)).toBe(expected);
  });

  it.each(['soon', '2026-02-30', '2026-01-01T25:00', '24.12.2026', '999999999999999', '20261224'])(
    '%s is none',
    async (date) => {
      await expect(call('convertDate', { date })).rejects.toMatchObject(refused('/date'));
    },
  );

  it('is refused with a pattern that could be read in two ways', async () => {
    const input = { date: '1111', pattern: 'ddMMdd' };
    await expect(call('convertDate', input)).rejects.toMatchObject(refused('/pattern'));
  });

  it('is written in the zone with its offset', async () => {
    const date = '2026-07-01T06:30:00Z';
    expect(await text('convertDate', { date, to: 'Asia/Kolkata' })).toBe('2026-07-01T12:00:00+05:30');
    expect(await text('convertDate', { date })).toBe('2026-07-01T06:30:00Z');
    expect(await text('convertDate', { date, to: 'America/New_York', format: 'yyyyMMdd' })).toBe('20260701');
  });

  it.each([
    ['from', { from: 'Europe/Nowhere' }],
    ['to', { to: '+01:00' }],
  ])('is refused with a zone that there is not, by the field %s', async (field, zone) => {
    const problems = [{ pointer: `/${field}` }];
    await expect(call('convertDate', { date: '2026-01-01', ...zone } as JsonObject)).rejects.toMatchObject({
      ...{ code: 'E_INPUT', details: { problems } },
    });
  });

  it.each([
    [{ date: '2026-10-24T12:00', from: 'Europe/Zurich', amount: 1 }, '2026-10-25T12:00:00+01:00'],
    [{ date: '2026-10-24T12:00', from: 'Europe/Zurich', amount: 24, unit: 'hour' }, '2026-10-25T11:00:00+01:00'],
    [{ date: '2024-02-29', amount: 1, unit: 'year' }, '2025-02-28T00:00:00Z'],
    [{ date: '2026-01-15', amount: -2, unit: 'month' }, '2025-11-15T00:00:00Z'],
    [{ date: '2026-01-01', amount: -1, unit: 'week' }, '2025-12-25T00:00:00Z'],
  ] as [JsonObject, string][])('with an addition, %j, is %s', async (input, expected) => {
    expect(await text('addToDate', input)).toBe(expected);
  });

  it('does not lead out of the calendar', async () => {
    const input = { date: '2026-01-01', amount: 1_000_000, unit: 'year' };
    await expect(call('addToDate', input)).rejects.toMatchObject({ code: 'E_INPUT' });
  });
});

describe('lists', () => {
  const compare = (before: JsonValue[], after: JsonValue[], key?: string) =>
    call('compareLists', { before, after, ...(key ? { key } : {}) });

  it('are the same in any order, of items and of members', async () => {
    const same = await compare([{ a: 1, b: 2 }, 'x'], ['x', { b: 2, a: 1 }]);
    expect(same).toMatchObject({ same: true, added: [], removed: [], changed: [], kept: ['x', { a: 1, b: 2 }] });
  });

  it('count an item once that stands in one twice', async () => {
    expect(await compare(['a', 'a', 'b'], ['a', 'c', 'c'])).toMatchObject({
      added: ['c'],
      removed: ['b'],
      kept: ['a'],
    });
  });

  it('tell 1 from "1"', async () => {
    expect(await compare([1], ['1'])).toMatchObject({ same: false, added: ['1'], removed: [1] });
  });

  it('are refused where an item has no key, with its place', async () => {
    await expect(compare([{ id: 1 }], [{ id: 1 }, { name: 'x' }], 'id')).rejects.toMatchObject(refused('/after/1'));
  });
});
