import type { RunRow, StepRow, StepState } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';
import { sizesOf } from '../platform/large-values/index.js';
import { numberCursor } from '../platform/paging.js';
import { waitingForTurn } from './turns/waiting-for-turn.js';

/** What a host wrote; of a run that has none yet, why it is still in the queue. */
const waitingColumn = `case when r.turn = 'waits' and r.ended_at is null then ${waitingForTurn} else r.waiting_for end`;

const runColumns = `r.id, r.flow_id as "flowId", f.name as "flowName", r.version, r.mode, r.status, r.reason,
  json_build_object('id', r.trigger_id, 'kind', r.trigger_kind, 'deliveryId', r.delivery_id,
    'swept', coalesce((select d.swept from deliveries d where d.id = r.delivery_id), false)) as trigger,
  r.business_key as "businessKey", r.order_key as "orderKey", r.order_lane as "orderLane", r.outcome,
  coalesce(r.turn = 'away', false) and r.ended_at is null as "turnGivenBack", r.superseded_by as "supersededBy",
  (select nf.name from runs n join flows nf on nf.id = n.flow_id where n.id = r.superseded_by) as "supersededByFlow",
  array(select json_build_object('runId', o.id, 'flowName', of.name) from runs o join flows of on of.id = o.flow_id
         where o.superseded_by = r.id order by o.id limit 20) as supersedes,
  r.created_at as "createdAt", r.started_at as "startedAt", r.ended_at as "endedAt", r.error,
  ${waitingColumn} as "waitingFor",
  case when r.ended_at is null and r.ending is not null
       then json_build_object('status', r.ending -> 'status') end as ending, r.simulated, r.retry_of as "retryOf",
  r.root_id as "rootId", r.cleared_at as "clearedAt", r.cleared_by as "clearedBy", r.seq,
  case when r.parent_run_id is not null then (
    select json_build_object('runId', p.id, 'flowName', pf.name, 'stepId', r.parent_step,
                             'iteration', r.parent_iteration, 'waits', r.parent_waits)
      from runs p join flows pf on pf.id = p.flow_id where p.id = r.parent_run_id) end as parent`;

/** Rows of these runs, in their order. */
export async function readRuns(sql: Sql, ids: string[]): Promise<RunRow[]> {
  if (ids.length === 0) return [];
  const rows = await sql.query<RunRow>(
    `select ${runColumns} from runs r join flows f on f.id = r.flow_id where r.id = any($1)`,
    [ids],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

export async function readRun(sql: Sql, workspaceId: string, runId: string): Promise<RunRow | null> {
  const [row] = await sql.query<RunRow>(
    `select ${runColumns} from runs r join flows f on f.id = r.flow_id where r.workspace_id = $1 and r.id = $2`,
    [workspaceId, runId],
  );
  return row ?? null;
}

const stepColumns = `s.step_id as "stepId", s.iteration, s.kind, s.status, s.port, s.attempts,
  s.started_at as "startedAt", s.ended_at as "endedAt", case when s.status = 'retrying' then s.next_at end as "nextAttemptAt",
  case when s.status <> 'retrying' then null
       when s.detail ->> 'kind' = 'slot' then s.detail ->> 'who'
       when s.detail ->> 'kind' = 'protected' then 'approval by an administrator: it is about somebody protected'
       when s.detail ->> 'kind' = 'budget' then 'approval: it is past its budget' end as "waitsFor",
  s.error, s.count, s.child_run_id as "childRunId",
  s.kept_from as "keptFrom", s.seq`;

/** States of the steps that changed after `seq`, in the order in which they changed. */
export function readStepStates(sql: Sql, runId: string, seq: number): Promise<StepState[]> {
  return sql.query<StepState>(
    `select ${stepColumns} from steps s where s.run_id = $1 and s.pass = 0 and s.seq > $2 order by s.seq limit 5000`,
    [runId, seq],
  );
}

/** A page of steps with their values and what the ledger holds of them. The cursor is a seq. */
export function readSteps(
  sql: Sql,
  runId: string,
  { limit, cursor, stepId }: { limit: number; cursor?: string; stepId?: string },
): Promise<StepRow[]> {
  return sql.query<StepRow>(
    `select ${stepColumns}, s.input, s.output, ${sizesOf('s')} as large, coalesce(s.tries, '[]') as tries,
            (select json_build_object('key', e.key, 'operation', e.operation, 'changes', e.changes,
                                      'attempts', e.attempts, 'state',
                                      case when e.state = 'done' and s.kept_from is not null then 'kept' else e.state end)
               from effects e where e.root_id = r.root_id and e.key = s.effect_key) as effect
       from steps s join runs r on r.id = s.run_id
      where s.run_id = $1 and s.pass = 0 and s.seq > $2 and ($3::text is null or s.step_id = $3)
      order by s.seq limit $4`,
    [runId, numberCursor(cursor) ?? 0, stepId ?? null, limit + 1],
  );
}
