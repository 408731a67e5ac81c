import type { Sql } from '../platform/database/index.js';

/** What people and deadlines ask of a run, in the order in which they asked. */
export interface Control {
  id: number;
  runId: string;
  kind: 'cancel' | 'pause' | 'resume' | 'decided' | 'outcome' | 'child_ended';
  step: string | null;
  iteration: string | null;
  payload: Record<string, unknown>;
}

/** Controls of these runs that no host has taken yet. They count as taken when the stretch that acts on them commits. */
export async function untakenControls(sql: Sql, runIds: string[]): Promise<Control[]> {
  if (runIds.length === 0) return [];
  return sql.query<Control>(
    `select id, run_id as "runId", kind, step_id as step, iteration, payload from controls
      where run_id = any($1) and taken_at is null order by id`,
    [runIds],
  );
}
