import { beginningOf } from '../platform/crypto/index.js';
import type { Sql } from '../platform/database/index.js';

/** A column of sealed values, and its table's key with the types of its parts. */
export interface SealedColumn {
  table: string;
  column: string;
  key: [name: string, type: 'uuid' | 'text' | 'int'][];
}

/** Everywhere that a sealed value is kept. */
export const sealedColumns: SealedColumn[] = [
  { table: 'connections', column: 'sealed', key: [['id', 'uuid']] },
  { table: 'connection_tokens', column: 'sealed', key: [['connection_id', 'uuid']] },
  { table: 'connection_consents', column: 'verifier', key: [['state_hash', 'text']] },
  { table: 'opal_apps', column: 'sealed', key: [['id', 'uuid']] },
  { table: 'awaited_answers', column: 'sealed', key: [['id', 'uuid']] },
  { table: 'evidence_keys', column: 'sealed', key: [['id', 'text']] },
  { table: 'event_subscribers', column: 'sealed', key: [['id', 'uuid']] },
  {
    table: 'held_calls',
    column: 'input',
    key: [
      ['approval_id', 'uuid'],
      ['effect_key', 'text'],
    ],
  },
  {
    table: 'steps',
    column: 'exact',
    key: [
      ['run_id', 'uuid'],
      ['step_id', 'text'],
      ['iteration', 'text'],
      ['pass', 'int'],
    ],
  },
  {
    table: 'loop_items',
    column: 'exact',
    key: [
      ['run_id', 'uuid'],
      ['step_id', 'text'],
      ['iteration', 'text'],
      ['page', 'int'],
    ],
  },
  {
    table: 'plan_writes',
    column: 'input',
    key: [
      ['plan_id', 'uuid'],
      ['run_id', 'uuid'],
      ['step_id', 'text'],
      ['iteration', 'text'],
    ],
  },
  {
    table: 'effects',
    column: 'input',
    key: [
      ['root_id', 'uuid'],
      ['key', 'text'],
    ],
  },
];

/** A sealed value and the place of its row. */
export interface SealedValue {
  /** The parts of the key, as text. */
  at: string[];
  sealed: string;
}

/** Values that another key than this one has sealed, after a place; at most so many. */
export async function readOthers(
  sql: Sql,
  { table, column, key }: SealedColumn,
  { keyId, after, limit }: { keyId: string; after: string[] | null; limit: number },
): Promise<SealedValue[]> {
  const names = key.map(([name]) => name).join(', ');
  const parts = key.map(([, type], index) => `$${index + 3}::${type}`).join(', ');
  return sql.query<SealedValue>(
    `select array[${key.map(([name]) => `${name}::text`).join(', ')}] as at, ${column} as sealed from ${table}
      where ${column} like 'eyJ%' and not starts_with(${column}, $1)${after === null ? '' : ` and (${names}) > (${parts})`}
      order by ${names} limit $2`,
    [beginningOf(keyId), limit, ...(after ?? [])],
  );
}

/** Puts a value in the place of one that nobody has changed meanwhile. */
export async function replaceValues(
  sql: Sql,
  { table, column, key }: SealedColumn,
  values: (SealedValue & { fresh: string })[],
): Promise<void> {
  const types = [...key.map(([, type]) => type), 'text', 'text'];
  await sql.query(
    `update ${table} t set ${column} = n.fresh
       from unnest(${types.map((type, index) => `$${index + 1}::${type}[]`).join(', ')})
         as n (${[...key.map(([name]) => name), 'was', 'fresh'].join(', ')})
      where ${key.map(([name]) => `t.${name} = n.${name}`).join(' and ')} and t.${column} = n.was`,
    [
      ...key.map((_, index) => values.map(({ at }) => at[index])),
      values.map(({ sealed }) => sealed),
      values.map(({ fresh }) => fresh),
    ],
  );
}
