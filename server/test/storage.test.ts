import { beforeAll, describe, expect, test } from 'vitest';
import { prepareSchema } from '../src/platform/database/migrations.js';
import { monthsOf, partitionedTables } from '../src/platform/database/partitions.js';
import { withDatabase } from '../src/platform/database/single-connection.js';
import { firstIdAt } from '../src/platform/ids.js';
import { startPostgres, type TestDatabase } from './harness/index.js';

describe('the tables of history, with a made-up clock', () => {
  let database: TestDatabase;
  const prepareAt = (instant: string) => prepareSchema(database.url, { onlyWait: false, now: new Date(instant) });
  const months = (table: string) =>
    withDatabase(database.url, async (sql) =>
      (await monthsOf(sql, table)).map(({ year, month }) => `${year}-${String(month).padStart(2, '0')}`),
    );

  beforeAll(async () => {
    database = await startPostgres();
    await prepareAt('2026-11-30T23:59:59Z');
  });

  test('begin with the month of the first start, and two months more', async () => {
    for (const table of partitionedTables) expect(await months(table)).toEqual(['2026-11', '2026-12', '2027-01']);
  });

  test('get the coming month with the next start in the new month, over the end of a year', async () => {
    await prepareAt('2026-12-01T00:00:00Z');
    for (const table of partitionedTables) {
      expect(await months(table)).toEqual(['2026-11', '2026-12', '2027-01', '2027-02']);
    }
  });

  test('are whole again after months without a start', async () => {
    await prepareAt('2027-05-15T12:00:00Z');
    expect(await months('runs')).toEqual([
      '2026-11',
      '2026-12',
      '2027-01',
      '2027-02',
      '2027-03',
      '2027-04',
      '2027-05',
      '2027-06',
      '2027-07',
    ]);
  });

  test('take each row into the month of its run, and what is older than all into the first', async () => {
    const instants = [
      '2019-01-01T00:00:00Z',
      '2026-11-30T23:59:59.999Z',
      '2026-12-01T00:00:00Z',
      '2027-07-31T23:59:59Z',
    ];
    for (const instant of instants) {
      await database.query(`insert into steps (run_id, step_id, kind, status) values ($1, 'a', 'shape', 'succeeded')`, [
        firstIdAt(new Date(instant)),
      ]);
    }
    const rows = await database.query<{ name: string }>(
      'select tableoid::regclass::text as name from steps order by run_id',
    );
    expect(rows.map(({ name }) => name)).toEqual(['steps_2026_11', 'steps_2026_11', 'steps_2026_12', 'steps_2027_07']);
  });

  test('are named by no foreign key, so that a month can be dropped', async () => {
    const rows = await database.query(
      `select conrelid::regclass::text as from, confrelid::regclass::text as to from pg_constraint
        where contype = 'f' and confrelid = any($1::regclass[])`,
      [partitionedTables],
    );
    expect(rows).toEqual([]);
  });
});
