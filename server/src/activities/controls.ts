import { prepared, type Sql } from '../platform/database/index.js';

/** What people and deadlines ask of a run, in the order in which they asked. */
export interface Control {
  id: number;
  runId: string;
  kind: 'cancel' | 'pause' | 'resume' | 'decided' | 'outcome' | 'child_ended' | 'event' | 'retry_now';
  step: string | null;
  iteration: string | null;
  payload: Record<string, unknown>;
}

/** Controls of these runs that no host has taken yet. They count as taken when the stretch that acts on them commits. */
export async function untakenControls(sql: Sql, runIds: string[]): Promise<Control[]> {
  if (runIds.length === 0) return [];
  return sql.query<Control>(
    prepared(`select c.id, c.run_id as "runId", c.kind, c.step_id as step, c.iteration,
            case when c.kind = 'event' then jsonb_build_object('output', d.events -> (c.payload ->> 'event'))
                 else c.payload end as payload
       from controls c left join deliveries d on c.kind = 'event' and d.id = (c.payload ->> 'delivery')::uuid
      where c.run_id = any($1) and c.taken_at is null order by c.id`),
    [runIds],
  );
}
