import { callOperation, changesOf } from '@castellan/sdk';
import { hostOf, replay, testConnector } from '@castellan/sdk/testing';
import { describe, expect, it } from 'vitest';
import { sql } from './sql.connector.js';
import { upsertStatement } from './sql-rows.js';

// What a real Postgres makes of it is tested in server/test/all/sql.test.ts.
testConnector(sql, null, new URL('./fixtures/exchanges.json', import.meta.url));

describe('SQL: rows by key', () => {
  const upsert = (input: object) =>
    callOperation(
      sql,
      'upsertRows',
      { table: 't', columns: ['id', 'name'], key: ['id'], rows: [{ id: 1, name: 'a' }], ...input },
      hostOf(replay([])),
    );

  it('have names that are names and nothing else', async () => {
    for (const table of ['t; drop table x', 't" (a) select 1 --', 'a.b.c', '']) {
      await expect(upsert({ table })).rejects.toMatchObject({ code: 'E_INPUT' });
    }
    expect(upsertStatement('HR."Odd ""name"', ['Id'], ['ID'])).toContain('insert into "hr"."Odd ""name" ("id")');
  });

  it.each([
    ['a key that is no column', { key: ['other'] }],
    ['a row without its key', { rows: [{ name: 'a' }, { id: 1 }] }],
    ['a column that no row has', { columns: ['id', 'nothing'] }],
    ['a column named twice', { columns: ['id', 'name', 'NAME'] }],
  ])('are refused before they are sent: %s', async (_, input) => {
    await expect(upsert(input)).rejects.toMatchObject({ code: 'E_INPUT' });
  });

  it('may be none at all', async () => {
    expect(await upsert({ rows: [] })).toEqual({ rowsInserted: 0, rowsUpdated: 0 });
  });

  it('say how many of which table they are', () => {
    const input = { table: 't', columns: ['id'], key: ['id'], rows: [{ id: 1 }, { id: 2 }] };
    expect(changesOf(sql, 'upsertRows', input)).toMatchObject([{ object: { id: 't', title: 't (2 rows)' } }]);
  });
});
