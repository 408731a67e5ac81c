import pg from 'pg';
import { firstIdAt, instantOf } from '../../src/platform/ids.js';
import type { TestDatabase } from './postgres.js';

/** Where ids of runs stand. */
const places = [
  ['runs', 'id'],
  ['runs', 'root_id'],
  ['runs', 'retry_of'],
  ['runs', 'parent_run_id'],
  ['steps', 'run_id'],
  ['steps', 'child_run_id'],
  ['steps', 'kept_from'],
  ['loop_items', 'run_id'],
  ['effects', 'run_id'],
  ['effects', 'root_id'],
  ['controls', 'run_id'],
  ['approvals', 'run_id'],
  ['waits', 'run_id'],
  ['run_search', 'run_id'],
  ['intake', 'run_id'],
  ['uncounted_runs', 'run_id'],
] as const;

/** Makes runs so many days older, in their ids and times and wherever they are named, at once. Answers their new ids. */
export async function ageRuns(database: TestDatabase, runIds: string[], days: number): Promise<string[]> {
  const older = (at: Date) => new Date(at.getTime() - days * 86_400_000);
  const aged = runIds.map((id) => firstIdAt(older(instantOf(id))).slice(0, 14) + id.slice(14));
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(
      `update runs set created_at = created_at - $2 * interval '1 day', ended_at = ended_at - $2 * interval '1 day'
        where id = any($1)`,
      [runIds, days],
    );
    for (const [table, column] of places) {
      await client.query(
        `update ${table} t set ${column} = n.aged from unnest($1::uuid[], $2::uuid[]) as n (id, aged) where t.${column} = n.id`,
        [runIds, aged],
      );
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
  return aged;
}

/** How many rows name the run, by table and column; those that have none are left out. */
export async function rowsOfRun(database: TestDatabase, runId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [table, column] of places) {
    const [row] = await database.query<{ count: number }>(
      `select count(*)::int as count from ${table} where ${column} = $1`,
      [runId],
    );
    if (row && row.count > 0) counts[`${table}.${column}`] = row.count;
  }
  return counts;
}
