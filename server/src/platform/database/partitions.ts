import { firstIdAt } from '../ids.js';
import type { Sql } from './sql.js';

/** Tables whose rows go with their run: a partition a month, by the time in the run's id. */
export const partitionedTables = ['runs', 'run_search', 'steps', 'loop_items', 'effects'] as const;

/** Months that are made before they come: a server may stand still for as long without a run being refused. */
const monthsAhead = 2;

/** A month of history. Its partitions are named after it, `runs_2026_11`. */
export interface Month {
  year: number;
  /** 1 to 12 */
  month: number;
}

export function monthOf(instant: Date): Month {
  return { year: instant.getUTCFullYear(), month: instant.getUTCMonth() + 1 };
}

function monthAfter({ year, month }: Month, count = 1): Month {
  const months = year * 12 + month - 1 + count;
  return { year: Math.floor(months / 12), month: (months % 12) + 1 };
}

/** The least id of the month. */
export function firstIdOf({ year, month }: Month): string {
  return firstIdAt(new Date(Date.UTC(year, month - 1)));
}

export function partitionName(table: string, { year, month }: Month): string {
  return `${table}_${year}_${String(month).padStart(2, '0')}`;
}

/** The months that a table has partitions for, oldest first. The first of them holds all that is older, too. */
export async function monthsOf(sql: Sql, table: string): Promise<Month[]> {
  const rows = await sql.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = to_regclass($1) order by c.relname`,
    [table],
  );
  return rows.map(({ name }) => {
    const [year, month] = name.slice(table.length + 1).split('_');
    return { year: Number(year), month: Number(month) };
  });
}

/**
 * Makes the partitions that are missing up to some months from now, and answers their names. To be called in a
 * transaction and by one process at a time. An attached table locks out no reader and no writer, as a table made
 * in its place would.
 */
export async function makePartitions(tx: Sql, now = new Date()): Promise<string[]> {
  const made: string[] = [];
  const last = monthAfter(monthOf(now), monthsAhead);
  for (const table of partitionedTables) {
    const newest = (await monthsOf(tx, table)).at(-1);
    let from = newest ? `'${firstIdOf(monthAfter(newest))}'` : 'minvalue';
    for (let month = newest ? monthAfter(newest) : monthOf(now); !isAfter(month, last); month = monthAfter(month)) {
      made.push(await makePartition(tx, table, month, from));
      from = `'${firstIdOf(monthAfter(month))}'`;
    }
  }
  return made;
}

/** Makes the partition of a month that begins at `from`, an id in quotes or `minvalue`. */
async function makePartition(tx: Sql, table: string, month: Month, from: string): Promise<string> {
  const name = partitionName(table, month);
  const to = `'${firstIdOf(monthAfter(month))}'`;
  await tx.query(`create table ${name} (like ${table} including all)`);
  await tx.query(`alter table ${table} attach partition ${name} for values from (${from}) to (${to})`);
  return name;
}

/**
 * Drops the oldest months that are over and hold nothing any more, in all tables, but for the last of them, which is
 * made anew: it holds all that is older. Answers the names of what was dropped. To be called in a transaction and by
 * one process at a time; it gives up, with an error, where somebody reads or writes these tables for long.
 */
export async function dropEmptyMonths(tx: Sql, now = new Date()): Promise<string[]> {
  if ((await droppable(tx, now)).length === 0) return [];
  await lockOutAll(tx);
  const empty = await droppable(tx, now);
  const last = empty.at(-1);
  if (!last) return [];
  const dropped: string[] = [];
  for (const table of partitionedTables) {
    const names = empty.map((month) => partitionName(table, month));
    await tx.query(`drop table ${names.join(', ')}`);
    await makePartition(tx, table, last, 'minvalue');
    dropped.push(...names);
  }
  return dropped;
}

/**
 * Takes these tables for itself before it takes anything else. Postgres ends one of two that wait for each other after
 * a second, and that must not be a run or a person: whoever waits for this waits for less, since it gives up before.
 */
async function lockOutAll(tx: Sql): Promise<void> {
  await tx.query(`set local lock_timeout = '150ms'`);
  for (const table of partitionedTables) await tx.query(`lock table only ${table} in access exclusive mode`);
}

/** The oldest months that are over and empty, unless it is one alone that takes no place. */
async function droppable(sql: Sql, now: Date): Promise<Month[]> {
  const empty: Month[] = [];
  for (const month of await monthsOf(sql, 'runs')) {
    if (!isAfter(monthOf(now), month) || !(await isEmpty(sql, month))) break;
    empty.push(month);
  }
  const [first] = empty;
  return empty.length === 1 && first && (await bytesOf(sql, first)) === 0 ? [] : empty;
}

/** Whether no table has a row of the month. */
async function isEmpty(sql: Sql, month: Month): Promise<boolean> {
  const names = partitionedTables.map((table) => partitionName(table, month));
  const rows = names.map((name) => `select exists (select from ${name}) as has`).join(' union all ');
  return (await sql.query<{ has: boolean }>(rows)).every(({ has }) => !has);
}

/** What rows that are gone still take on disk. */
async function bytesOf(sql: Sql, month: Month): Promise<number> {
  const [row] = await sql.query<{ bytes: number }>(
    'select sum(pg_relation_size(n::regclass))::float8 as bytes from unnest($1::text[]) as n',
    [partitionedTables.map((table) => partitionName(table, month))],
  );
  return row?.bytes ?? 0;
}

const isAfter = (one: Month, other: Month): boolean =>
  one.year > other.year || (one.year === other.year && one.month > other.month);
