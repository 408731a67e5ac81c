import type { Sql } from '../../platform/database/index.js';
import type { ControlRow } from '../../workflows/interpreter/index.js';

const columns = `s.run_id as "runId", s.step_id as step, s.iteration, s.status, s.port, s.attempts, s.count,
  s.detail ->> 'kept' as kept, (extract(epoch from s.next_at) * 1000)::float8 as due, s.detail ->> 'port' as "duePort",
  s.detail -> 'escalations' as escalations, s.ended_at is not null as ended, s.seq::float8 as seq`;

/** Rows of control of these runs, each run's in the order in which they came about. */
export function readControlRows(sql: Sql, runIds: string[]): Promise<ControlRow[]> {
  return sql.query<ControlRow>(
    `select ${columns} from steps s where s.run_id = any($1) and s.pass = 0 order by s.seq`,
    [runIds],
  );
}

interface Place {
  runId: string;
  step: string;
  iteration: string;
}

/** The rows that stand at these places. */
export function readRowsAt(sql: Sql, places: Place[]): Promise<ControlRow[]> {
  return sql.query<ControlRow>(
    `select ${columns}
       from unnest($1::uuid[], $2::text[], $3::text[]) as w (run_id, step_id, iteration)
       join steps s on s.run_id = w.run_id and s.step_id = w.step_id and s.iteration = w.iteration and s.pass = 0
      order by s.seq`,
    [places.map((p) => p.runId), places.map((p) => p.step), places.map((p) => p.iteration)],
  );
}
