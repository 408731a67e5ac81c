import type { Sql } from '../platform/database/index.js';

/** What people and deadlines ask of a run, in the order in which they asked. */
export interface Control {
  id: number;
  kind: 'cancel' | 'pause' | 'resume' | 'decided' | 'outcome';
  step: string | null;
  iteration: string | null;
  payload: Record<string, unknown>;
}

/** Controls that no host has taken yet. They count as taken when the stretch that acts on them commits. */
export function untakenControls(sql: Sql, runId: string): Promise<Control[]> {
  return sql.query<Control>(
    `select id, kind, step_id as step, iteration, payload from controls
      where run_id = $1 and taken_at is null order by id`,
    [runId],
  );
}
