import { createHash } from 'node:crypto';
import type { AuditService } from '../../audit/audit.service.js';
import { changedApproval } from '../../emitted-events/changed-rows.js';
import { tellApprovalsDecided, tellApprovalsWanted } from '../../emitted-events/told.js';
import type { Sql } from '../../platform/database/index.js';
import { newId } from '../../platform/ids.js';
import { saveBlobs, splitLarge } from '../../platform/large-values/index.js';
import { startersOf } from '../../safety/held-calls.js';
import type { RunFacts } from '../facts.js';
import type { ApprovalOpening, EventOpening, RunChanges } from './changes.js';

/** The rows by which people and deliveries find the steps that wait for them. */

/** A person or a delivery answered what was about to end for want of an answer: the stretch is done again with it. */
export class OvertakenStretch extends Error {
  constructor() {
    super('What was awaited has come in the meantime.');
  }
}

/** Other runs only look at what would happen: nobody is disturbed. */
const asksPeople: RunFacts['mode'][] = ['live', 'test'];

/** From here on people find these questions. */
export async function openApprovals(tx: Sql, facts: RunFacts, approvals: ApprovalOpening[]): Promise<void> {
  for (const approval of approvals) {
    const { parts, large, blobs } = splitLarge(facts.workspaceId, { show: approval.show });
    await saveBlobs(tx, blobs);
    await tx.query(
      `with changed as (
       insert into approvals (id, workspace_id, run_id, flow_id, step_id, iteration, title, subject, show, approvers,
                              needed, hash, expires_at, escalations, ask, large, binds,
                              comment_on, started_by, remind, remind_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, to_timestamp($13::float8 / 1000), $14, $15, $16, $17, $18, $19, $20,
               now() + ($20::jsonb ->> 'everySeconds')::float8 * interval '1 second')
       on conflict (run_id, step_id, iteration) do nothing returning ${changedApproval}
       )${tellApprovalsWanted} select from changed`,
      [
        newId(),
        facts.workspaceId,
        facts.id,
        facts.flowId,
        approval.step,
        approval.iteration,
        approval.title,
        approval.subject,
        parts.show,
        approval.approvers,
        approval.needed,
        createHash('sha256')
          .update(JSON.stringify([facts.id, approval.step, approval.iteration, approval.show]))
          .digest('hex'),
        approval.due ?? null,
        JSON.stringify(approval.stages.map(({ at, approvers }) => ({ at: instant(at), approvers, added: false }))),
        approval.ask && asksPeople.includes(facts.mode) ? JSON.stringify(approval.ask) : null,
        large,
        approval.binds && asksPeople.includes(facts.mode),
        approval.commentOn,
        isBarred(approval, facts) ? await startersOf(tx, facts.id) : [],
        approval.ask && approval.remind && asksPeople.includes(facts.mode) ? JSON.stringify(approval.remind) : null,
      ],
    );
  }
}

/** A test of a draft is decided by its author, who could take the question out of it as well. */
const isBarred = ({ binds, starterDecides }: ApprovalOpening, { mode }: RunFacts): boolean =>
  binds || (!starterDecides && mode === 'live');

/** From here on deliveries find these steps. */
export async function openEventWaits(
  tx: Sql,
  { id, workspaceId, flowId }: RunFacts,
  events: EventOpening[],
): Promise<void> {
  for (const { step, iteration, connectionId, event, pointer, valueHash } of events) {
    await tx.query(
      `insert into waits (run_id, step_id, iteration, workspace_id, listener, event, pointer, value_hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
      [id, step, iteration, workspaceId, connectionId ?? flowId, event, pointer, valueHash],
    );
  }
}

/** Ends what nobody has answered in time. What came first counts, though it was committed after this stretch began. */
export async function expire(tx: Sql, runId: string, expired: RunChanges['expired']): Promise<void> {
  for (const { step, iteration, kind } of expired) {
    const place = [runId, step, iteration];
    const answers = await tx.query(
      `select from controls where run_id = $1 and step_id = $2 and iteration = $3 and taken_at is null`,
      place,
    );
    if (answers.length > 0) throw new OvertakenStretch();
    await tx.query(
      kind === 'event'
        ? `update waits set closed_at = now() where run_id = $1 and step_id = $2 and iteration = $3 and closed_at is null`
        : `with changed as (
             update approvals set status = 'timeout', decided_at = now()
              where run_id = $1 and step_id = $2 and iteration = $3 and status = 'open' returning ${changedApproval}
           )${tellApprovalsDecided} select from changed`,
      place,
    );
  }
}

/**
 * Asks more people: those of every instant up to now. The step's row says who is asked by now and when that changes
 * again. Done twice it changes nothing.
 */
export async function escalate(
  tx: Sql,
  audit: AuditService,
  { id: runId, workspaceId }: RunFacts,
  escalated: RunChanges['escalated'],
): Promise<void> {
  for (const { step, iteration, until } of escalated) {
    const [approval] = await tx.query<{ id: string; title: string; approvers: string[]; stages: Stage[] }>(
      `select id, title, approvers, escalations as stages from approvals
        where run_id = $1 and step_id = $2 and iteration = $3 and status = 'open' for update`,
      [runId, step, iteration],
    );
    if (!approval) continue;
    const now = approval.stages.filter((stage) => !stage.added && Date.parse(stage.at) <= until);
    const added = now.flatMap(({ approvers }) => approvers).filter((who) => !approval.approvers.includes(who));
    const approvers = [...approval.approvers, ...new Set(added)];
    const stages = approval.stages.map((stage) => ({ ...stage, added: stage.added || now.includes(stage) }));
    await tx.query('update approvals set approvers = $2, escalations = $3 where id = $1', [
      approval.id,
      approvers,
      JSON.stringify(stages),
    ]);
    const left = stages.filter((stage) => !stage.added).map((stage) => Date.parse(stage.at));
    await tx.query(
      `update steps set detail = detail || $4::jsonb, seq = nextval('change_seq')
        where run_id = $1 and step_id = $2 and iteration = $3 and pass = 0 and ended_at is null`,
      [runId, step, iteration, JSON.stringify({ who: approvers.join(', '), escalations: left })],
    );
    if (now.length === 0) continue;
    await audit.record(tx, {
      actor: 'system',
      workspaceId,
      action: 'approval.escalate',
      objectType: 'approval',
      objectId: approval.id,
      objectName: approval.title,
      before: { approvers: approval.approvers },
      after: { approvers, runId },
    });
  }
}

interface Stage {
  /** ISO 8601. */
  at: string;
  approvers: string[];
  added: boolean;
}

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Closes what nobody needs to answer any more: of these steps, in iterations like the pattern. */
export async function closeWaits(tx: Sql, runId: string, steps: string[], iterations: string): Promise<void> {
  const values = [runId, steps, iterations];
  await tx.query(
    `with changed as (
       update approvals set status = 'closed', decided_at = now()
        where run_id = $1 and status = 'open' and step_id = any($2) and iteration like $3 returning ${changedApproval}
     )${tellApprovalsDecided} select from changed`,
    values,
  );
  await tx.query(
    `update waits set closed_at = now()
      where run_id = $1 and closed_at is null and step_id = any($2) and iteration like $3`,
    values,
  );
}
