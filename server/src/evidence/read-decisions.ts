import type { Approval, PlanRow } from '@castellan/api';
import { readAllRows } from '../plans/planned-rows.js';
import { readPlan, shownPlan } from '../plans/stored-plan.js';
import { batches } from '../platform/batches.js';
import type { Sql } from '../platform/database/index.js';
import { wholeValue } from '../platform/large-values/index.js';
import { type RunTree, rowsOfRuns } from './run-tree.js';

/** An approval with what the approvers saw and whom it was sent to. */
export type ApprovalLine = Pick<
  Approval,
  'id' | 'kind' | 'title' | 'status' | 'subject' | 'approvers' | 'needed' | 'decisions'
> &
  Record<string, unknown>;

const rowsAtOnce = 500;

/** Approvals one by one: what one shows may be large. */
export async function* readApprovalLines(sql: Sql, { approvalIds }: RunTree): AsyncIterable<ApprovalLine> {
  for (const id of approvalIds) {
    yield* await sql.query<ApprovalLine>(
      `select a.id, a.run_id as "runId", a.kind, a.step_id as "stepId", a.iteration, a.title, a.status, a.subject,
              ${wholeValue('a', 'show')} as shown, a.hash, a.plan_id as "planId", a.plan_hash as "planHash",
              a.plan_problem as "planProblem", a.approvers, a.needed, a.started_by as "startedBy", a.escalations,
              a.comment_on as "commentOn",
              a.decisions, a.created_at as "createdAt", a.expires_at as "expiresAt", a.decided_at as "decidedAt",
              a.kept_from as "keptFrom",
              (select coalesce(json_agg(json_build_object('recipient', m.recipient, 'state', m.state) order by m.recipient), '[]')
                 from approval_messages m where m.approval_id = a.id) as asked,
              (select coalesce(json_agg(json_build_object('recipient', r.recipient, 'number', r.number, 'at', r.sent_at) order by r.number, r.recipient), '[]')
                 from approval_reminders r where r.approval_id = a.id and r.sent_at is not null) as reminded
         from approvals a where a.id = $1`,
      [id],
    );
  }
}

/** Plans with their hashes, and what became of each. */
export async function* readPlanLines(sql: Sql, workspaceId: string, { planIds }: RunTree): AsyncIterable<object> {
  for (const id of planIds) {
    const plan = await readPlan(sql, workspaceId, id);
    if (plan) yield shownPlan(plan);
  }
}

/** The changes of plans, in their order. */
export async function* readPlanRowLines(sql: Sql, { planIds }: RunTree): AsyncIterable<PlanRow & { planId: string }> {
  for (const planId of planIds) {
    for await (const row of readAllRows(sql, planId)) yield { planId, ...row };
  }
}

/** What people and events asked of the runs: to cancel, to retry now, what became of an unknown outcome, and so on. */
export function readControlLines(sql: Sql, { runIds }: RunTree): AsyncIterable<object> {
  return rowsOfRuns(runIds, ({ runIds: some, after, limit }) =>
    sql.query<{ runId: string; seq: number }>(
      `select c.run_id as "runId", c.id as seq, c.kind, c.step_id as "stepId", c.iteration, c.payload, c.actor,
              c.created_at as "createdAt", c.taken_at as "takenAt"
         from controls c where c.run_id = any($1) and (c.run_id, c.id) > ($2, $3) order by c.run_id, c.id limit $4`,
      [some, ...after, limit],
    ),
  );
}

const auditColumns = `seq, at, actor, actor_id as "actorId", action, object_type as "objectType", object_id as "objectId",
  object_name as "objectName", before, after, previous, hash`;

/** Entries of the audit about the runs, their approvals and plans, and the publishing of what they ran, oldest first. */
export async function* readAuditLines(sql: Sql, workspaceId: string, tree: RunTree): AsyncIterable<object> {
  const seqs: number[] = [];
  for (const ids of batches([...tree.runIds, ...tree.approvalIds, ...tree.planIds], 1_000)) {
    const found = await sql.query<{ seq: number }>(
      'select seq from audit where workspace_id = $1 and object_id = any($2)',
      [workspaceId, ids],
    );
    for (const { seq } of found) seqs.push(seq);
  }
  const published = await sql.query<{ seq: number }>(
    `select a.seq from versions v join audit a on a.workspace_id = $1 and a.object_id = v.flow_id::text
        and a.action = 'flow.publish' and a.after ->> 'version' = v.number::text
      where v.id = any($2) and v.number > 0`,
    [workspaceId, tree.versionIds],
  );
  for (const { seq } of published) seqs.push(seq);
  seqs.sort((one, other) => one - other);
  for (const some of batches(seqs, rowsAtOnce)) {
    yield* await sql.query<object>(
      `select ${auditColumns} from audit where workspace_id = $1 and seq = any($2) order by seq`,
      [workspaceId, some],
    );
  }
}
