import type { Approval } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { changedApproval } from '../emitted-events/changed-rows.js';
import { tellApprovalsDecided } from '../emitted-events/told.js';
import { announce } from '../events/changes.js';
import { RunPlans } from '../plans/run-plans.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { wholeValue } from '../platform/large-values/index.js';
import { idCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { ControlsService } from '../runs/controls.service.js';
import { wakeHeld } from '../safety/held-calls.js';
import { messagesOf } from './approval-messages.js';
import { standsInFor } from './deputy-rows.js';
import { type Capacity, capacityOf, type Decider, hasDecided, namesOf } from './who-decides.js';

interface Decision {
  decision: 'approve' | 'reject';
  comment?: string;
  hash: string;
}

/** Where an answer came from, if not from the page. */
export interface AnsweredIn {
  connectionId: string;
  /** The system's name. */
  system: string;
  /** Who it was there, for the audit. */
  sender: unknown;
}

type ApprovalRow = Omit<Approval, 'mayDecide' | 'decidesFor'> & {
  ask: { connectionId: string } | null;
  planId: string | null;
  remind: { times: number } | null;
  reminded: number;
  remindAt: string | null;
};

/** `show`: SQL for what people were shown. */
const columns = (
  show: string,
): string => `a.id, a.run_id as "runId", a.flow_id as "flowId", f.name as "flowName", a.kind, a.step_id as "stepId", a.iteration,
  a.title, a.status, a.subject, ${show} as show, a.approvers, a.comment_on as "commentOn", a.started_by as "startedBy", a.needed, a.escalations, a.decisions, a.hash, a.created_at as "createdAt",
  a.expires_at as "expiresAt", a.decided_at as "decidedAt", a.ask, a.plan_id as "planId",
  a.remind, a.reminded, a.remind_at as "remindAt",
  case when not a.binds then null when a.plan_problem is not null then jsonb_build_object('state', 'failed', 'problem', a.plan_problem)
       when a.plan_hash is null then jsonb_build_object('state', 'making') else jsonb_build_object('state', 'ready', 'planId', a.plan_id) end as bound`;

/** Decisions that runs wait for: by whom the flow names, once each, never by the person concerned. */
@Injectable()
export class ApprovalsService {
  constructor(
    private readonly database: Database,
    private readonly controls: ControlsService,
    private readonly plans: RunPlans,
    private readonly audit: AuditService,
  ) {}

  async list(actor: Actor, query: { limit: number; cursor?: string; status: 'open' | 'decided'; mine: boolean }) {
    const others = await standsInFor(this.database, actor);
    const names = others.flatMap(namesOf);
    const rows = await this.database.query<ApprovalRow>(
      `select ${columns('a.show')} from approvals a join flows f on f.id = a.flow_id
        where a.workspace_id = $1 and (a.status = 'open') = $2 and a.kept_from is null and ($3::uuid is null or a.id < $3)
          and (not $4 or a.approvers && $5 or a.kind <> 'protected' and a.approvers && $6)
        order by a.id desc limit $7`,
      [
        actor.workspaceId,
        query.status === 'open',
        idCursor(query.cursor),
        query.mine,
        namesOf(actor),
        names,
        query.limit + 1,
      ],
    );
    return toPage(rows, query.limit, { item: (row) => asSeenBy(actor, others, row), place: (row) => row.id });
  }

  async get(actor: Actor, id: string): Promise<Approval> {
    const row = await this.find(this.database, actor.workspaceId, id);
    const others = await standsInFor(this.database, actor);
    return { ...asSeenBy(actor, others, row), asked: await this.askedIn(row) };
  }

  /** Rejects as `decide` would, and decides nothing. */
  async mayDecideFrom(actor: Actor, id: string, hash: string, via: AnsweredIn): Promise<Approval> {
    const row = await this.find(this.database, actor.workspaceId, id);
    await this.check(this.database, actor, row, { hash, via });
    return asSeenBy(actor, [], row);
  }

  /** `settle` ends what the decision came by, in its transaction. */
  async decide(
    actor: Actor,
    id: string,
    { decision, comment, hash }: Decision,
    via?: AnsweredIn & { settle: (tx: Sql) => Promise<void> },
  ): Promise<Approval> {
    const { row, port } = await this.database.transaction(async (tx) => {
      // The run's row before the approval's, as its host takes them, so that neither waits for the other in a circle.
      const { runId } = await this.find(tx, actor.workspaceId, id);
      await tx.query('select from runs where id = $1 for key share', [runId]);
      const before = await this.find(tx, actor.workspaceId, id, true);
      const capacity = await this.check(tx, actor, before, { hash, via });
      if (decision === 'approve') refuseUnseen(before);
      refuseUnexplained(before, decision, comment);
      const at = new Date().toISOString();
      const from = { ...(via ? { via: via.system } : {}), ...(capacity.for === null ? {} : { for: capacity.for }) };
      const decisions = [...before.decisions, { by: actor.email, decision, comment: comment ?? null, at, ...from }];
      const port = decided(decisions, before.needed);
      if (port === 'approved' && before.planId !== null) await this.plans.bind(tx, actor.workspaceId, before.planId);
      await tx.query(
        `with changed as (
           update approvals set decisions = $2, status = coalesce($3, status),
                  decided_at = case when $3::text is not null then now() end where id = $1 returning ${changedApproval}
         )${tellApprovalsDecided} select from changed`,
        [id, JSON.stringify(decisions), port],
      );
      if (port && before.kind !== 'step') await wakeHeld(tx, id, actor.email);
      else if (port) {
        const { stepId: step, iteration } = before;
        const payload = { port, decisions };
        await this.controls.ask(tx, { runId, kind: 'decided', step, iteration, payload, actor: actor.email });
      }
      await this.audit.record(tx, {
        actor,
        workspaceId: actor.workspaceId,
        action: `approval.${decision}`,
        objectType: 'approval',
        objectId: id,
        objectName: before.title,
        after: { comment, hash, runId: before.runId, ...from, ...(via ? { sender: via.sender } : {}) },
      });
      await announce(tx, actor.workspaceId, 'approvals', [id]);
      await via?.settle(tx);
      return { row: await this.find(tx, actor.workspaceId, id), port };
    });
    if (port) await this.controls.announce(row.runId);
    return asSeenBy(actor, [], row);
  }

  /** As whom they decide. */
  private async check(
    sql: Sql,
    actor: Actor,
    approval: ApprovalRow,
    { hash, via }: { hash: string; via?: AnsweredIn | undefined },
  ): Promise<Capacity> {
    if (approval.status !== 'open') throw new ApiError('conflict', 'This has been decided already.');
    if (approval.hash !== hash) {
      throw new ApiError('conflict', 'What is to be approved has changed; look at it again before you decide.');
    }
    if (hasDecided(actor.email, approval.decisions)) {
      throw new ApiError('conflict', 'You have decided this already, or your deputy has.');
    }
    if (actor.tokenId !== null) {
      throw new ApiError('forbidden', 'A decision is made by a person who is signed in, not by a token.');
    }
    const capacity = capacityOf(actor, await standsInFor(sql, actor), approval);
    if (!capacity) {
      throw new ApiError('forbidden', 'The flow names others to decide this, or it is about you, or you started it.');
    }
    if (via && !(await isTrusted(sql, approval, via))) {
      throw new ApiError('forbidden', `An answer from ${via.system} does not count for this one.`);
    }
    return capacity;
  }

  /** Where the approvers were asked beside the page. */
  private async askedIn({ id, ask, remind, reminded, remindAt }: ApprovalRow): Promise<Approval['asked']> {
    if (!ask) return null;
    const [connection] = await this.database.query<{ name: string }>('select name from connections where id = $1', [
      ask.connectionId,
    ]);
    const messages = (await messagesOf(this.database, id)).map(({ recipient, state, problem }) => ({
      recipient,
      state: state === 'sending' ? ('waiting' as const) : state,
      problem,
    }));
    const reminders = remind && { sent: reminded, of: remind.times, next: remindAt };
    return { connection: connection?.name ?? '', messages, reminders };
  }

  private async find(sql: Sql, workspaceId: string, id: string, lock = false): Promise<ApprovalRow> {
    const [row] = await sql.query<ApprovalRow>(
      `select ${columns(wholeValue('a', 'show'))} from approvals a join flows f on f.id = a.flow_id
        where a.workspace_id = $1 and a.id = $2 ${lock ? 'for update of a' : ''}`,
      [workspaceId, id],
    );
    return found(row, 'approval');
  }
}

/** Nobody approves what nobody could see; a rejection needs no list. */
function refuseUnseen({ bound }: ApprovalRow): void {
  if (bound?.state === 'making') {
    throw new ApiError('conflict', 'What this would allow is still being worked out; look again in a moment.');
  }
  if (bound?.state === 'failed') {
    throw new ApiError(
      'conflict',
      `What this would allow could not be worked out, so it can only be rejected: ${bound.problem}`,
    );
  }
}

function refuseUnexplained({ commentOn }: ApprovalRow, decision: Decision['decision'], comment = ''): void {
  const isWanted = commentOn === 'both' || (commentOn === 'reject' && decision === 'reject');
  if (!isWanted || comment.trim() !== '') return;
  const which = commentOn === 'both' ? 'Each decision of this approval' : 'A rejection';
  throw new ApiError('invalid_input', `/body/comment: ${which} has to say why; give a reason.`);
}

/** One rejection rejects; so many approvals as are needed approve. */
function decided(decisions: Approval['decisions'], needed: number): 'approved' | 'rejected' | null {
  if (decisions.some(({ decision }) => decision === 'reject')) return 'rejected';
  return decisions.length >= needed ? 'approved' : null;
}

/**
 * An answer counts where the flow asked: another connection may be an app of anybody. One that is simulated vouches for
 * whoever it likes, so it decides only over runs that touch nothing real.
 */
async function isTrusted(sql: Sql, { runId, ask }: ApprovalRow, { connectionId }: AnsweredIn): Promise<boolean> {
  if (ask?.connectionId !== connectionId) return false;
  const [found] = await sql.query<{ trusted: boolean }>(
    `select not asked.simulator or not exists (
              select from runs r join versions v on v.id = r.version_id,
                          jsonb_path_query(v.flow::jsonb, '$.connections.*.id') as slot
                     join connections c on c.id::text = slot #>> '{}' and not c.simulator
               where r.id = $2) as trusted
       from connections asked where asked.id = $1`,
    [connectionId, runId],
  );
  return found?.trusted ?? false;
}

const asSeenBy = (actor: Actor, others: Decider[], stored: ApprovalRow): Approval => {
  const { ask: _, planId: _plan, remind: _remind, reminded: _reminded, remindAt: _at, ...row } = stored;
  const capacity =
    row.status === 'open' && !hasDecided(actor.email, row.decisions) ? capacityOf(actor, others, row) : null;
  return { ...row, mayDecide: capacity !== null, decidesFor: capacity?.for ?? null };
};
