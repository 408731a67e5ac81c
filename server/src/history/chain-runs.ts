import type { Sql } from '../platform/database/index.js';

/** The runs of these chains of retries, their first ones among them. */
export async function runsOfChains(sql: Sql, roots: string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select id from runs where id = any($1) union all select id from runs where root_id = any($1) and root_id <> id`,
    [roots],
  );
  return rows.map(({ id }) => id);
}
