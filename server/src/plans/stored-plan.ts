import type { Plan, PlanUse } from '@castellan/api';
import { isoInstant, type Sql } from '../platform/database/index.js';

/** A plan as its row has it, with what its run says. */
export type StoredPlan = Plan & { workspaceId: string; versionId: string; cleared: boolean };

/** `expired` is told by the clock, so that it needs nobody to write it. */
const status = `case when p.applied_run_id is not null then 'applied'
  when p.hash is null then 'making'
  when exists (select from runs m where m.plan_id = p.id and m.mode = 'plan'
                   and m.status <> 'succeeded' and not m.parent_waits) then 'failed'
  when p.expires_at <= now() then 'expired' else 'ready' end`;

const columns = `p.id, p.workspace_id as "workspaceId", p.flow_id as "flowId", f.name as "flowName",
  p.version_id as "versionId", nullif(v.number, 0) as version, ${status} as status, p.run_id as "runId",
  case when p.bound_run_id is not null then
    json_build_object('runId', p.bound_run_id, 'stepId', p.step_id, 'iteration', p.iteration) end as bound,
  case when p.undoes_root_id is not null then json_build_object('runId', p.undoes_root_id) end as undoes,
  p.hash, coalesce(p.counts, '{}') as counts, ${isoInstant('p.made_at')} as "madeAt", p.made_by as "madeBy",
  ${isoInstant('p.expires_at')} as "expiresAt", coalesce(r.simulated, false) as simulated, r.error ->> 'message' as error,
  coalesce(r.cleared_at is not null, true) as cleared,
  case when p.applied_run_id is not null then
    json_build_object('runId', p.applied_run_id, 'at', ${isoInstant('p.applied_at')}, 'by', p.applied_by) end as applied`;
const from = `from plans p join flows f on f.id = p.flow_id left join versions v on v.id = p.version_id
  left join runs r on r.id = p.run_id`;

/** Null where the workspace has no such plan. */
export async function readPlan(sql: Sql, workspaceId: string, planId: string): Promise<StoredPlan | null> {
  const [row] = await sql.query<StoredPlan>(`select ${columns} ${from} where p.workspace_id = $1 and p.id = $2`, [
    workspaceId,
    planId,
  ]);
  return row ?? null;
}

/** Plans of a flow, newest first, from before a place on. */
export function readPlans(
  sql: Sql,
  { workspaceId, flowId, before, limit }: { workspaceId: string; flowId: string; before: string | null; limit: number },
): Promise<StoredPlan[]> {
  return sql.query<StoredPlan>(
    `select ${columns} ${from} where p.workspace_id = $1 and p.flow_id = $2 and ($3::uuid is null or p.id < $3)
      order by p.id desc limit $4`,
    [workspaceId, flowId, before, limit],
  );
}

/** As people see it. */
export function shownPlan({ workspaceId: _, versionId: _version, cleared: _cleared, ...plan }: StoredPlan): Plan {
  return plan;
}

/** Which of its writes were made, and what was refused; null where no run keeps to it. */
export async function readUse(sql: Sql, { id, applied, bound }: StoredPlan): Promise<PlanUse | null> {
  const keeper = applied?.runId ?? bound?.runId;
  if (keeper === undefined) return null;
  const [counted] = await sql.query<{ matched: number; unused: number }>(
    `select count(*) filter (where taken_key is not null)::int as matched,
            count(*) filter (where taken_key is null)::int as unused from plan_writes where plan_id = $1`,
    [id],
  );
  const refused = await sql.query<PlanUse['refused'][number]>(
    `select s.run_id as "runId", s.step_id as "stepId", s.iteration from steps s
      where s.run_id in (select r.id from runs r where r.plan_id = $1 and r.mode <> 'plan' union all select $2::uuid)
        and s.pass = 0 and s.error ->> 'code' in ('E_PLAN_DRIFT', 'E_APPROVAL_STALE') and s.error -> 'details' ->> 'planId' = $1::text
      order by s.run_id, s.seq limit 200`,
    [id, keeper],
  );
  return { ...{ matched: 0, unused: 0, ...counted }, refused };
}

/** Changes of each step of the run that made it, by action. */
export async function readStepCounts(sql: Sql, { id, runId }: StoredPlan): Promise<Record<string, Plan['counts']>> {
  const rows = await sql.query<{ step: string; counts: Plan['counts'] }>(
    `with recursive up (run_id, step_id, of_run, of_step) as (
       select distinct run_id, step_id, run_id, step_id from plan_rows where plan_id = $1
       union all
       select r.parent_run_id, r.parent_step, u.of_run, u.of_step from up u join runs r on r.id = u.run_id
        where r.parent_run_id is not null)
     select step, jsonb_object_agg(action, count) as counts from (
       select u.step_id as step, p.action, count(*)::int as count
         from up u join plan_rows p on p.plan_id = $1 and p.run_id = u.of_run and p.step_id = u.of_step
        where u.run_id = $2 group by u.step_id, p.action) c group by step`,
    [id, runId],
  );
  return Object.fromEntries(rows.map(({ step, counts }) => [step, counts]));
}
