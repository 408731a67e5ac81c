import type { Sql } from '../platform/database/index.js';
import type { ControlRow } from '../workflows/interpreter/index.js';

/** Rows of control of these runs, each run's in the order in which they came about. */
export function readControlRows(sql: Sql, runIds: string[]): Promise<ControlRow[]> {
  return sql.query<ControlRow>(
    `select run_id as "runId", step_id as step, iteration, status, port, attempts, count,
            (extract(epoch from next_at) * 1000)::float8 as due, ended_at is not null as ended
       from steps where run_id = any($1) and pass = 0 order by seq`,
    [runIds],
  );
}
