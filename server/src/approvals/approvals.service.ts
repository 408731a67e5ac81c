import type { Approval } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { announce } from '../events/changes.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { idCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { ControlsService } from '../runs/controls.service.js';

interface Decision {
  decision: 'approve' | 'reject';
  comment?: string;
  hash: string;
}

type ApprovalRow = Omit<Approval, 'mayDecide'>;

const columns = `a.id, a.run_id as "runId", a.flow_id as "flowId", f.name as "flowName", a.step_id as "stepId", a.iteration,
  a.title, a.status, a.subject, a.show, a.approvers, a.needed, a.escalations, a.decisions, a.hash, a.created_at as "createdAt",
  a.expires_at as "expiresAt", a.decided_at as "decidedAt"`;

/** Decisions that runs wait for: by whom the flow names, once each, never by the person concerned. */
@Injectable()
export class ApprovalsService {
  constructor(
    private readonly database: Database,
    private readonly controls: ControlsService,
    private readonly audit: AuditService,
  ) {}

  async list(actor: Actor, query: { limit: number; cursor?: string; status: 'open' | 'decided'; mine: boolean }) {
    const rows = await this.database.query<ApprovalRow>(
      `select ${columns} from approvals a join flows f on f.id = a.flow_id
        where a.workspace_id = $1 and (a.status = 'open') = $2 and a.kept_from is null and ($3::uuid is null or a.id < $3)
          and (not $4 or a.approvers && $5)
        order by a.id desc limit $6`,
      [actor.workspaceId, query.status === 'open', idCursor(query.cursor), query.mine, namesOf(actor), query.limit + 1],
    );
    return toPage(rows, query.limit, { item: (row) => asSeenBy(actor, row), place: (row) => row.id });
  }

  async get(actor: Actor, id: string): Promise<Approval> {
    return asSeenBy(actor, await this.find(this.database, actor.workspaceId, id));
  }

  async decide(actor: Actor, id: string, { decision, comment, hash }: Decision): Promise<Approval> {
    const { row, port } = await this.database.transaction(async (tx) => {
      // The run's row before the approval's, as its host takes them, so that neither waits for the other in a circle.
      const { runId } = await this.find(tx, actor.workspaceId, id);
      await tx.query('select from runs where id = $1 for key share', [runId]);
      const before = await this.find(tx, actor.workspaceId, id, true);
      this.check(actor, before, hash);
      const at = new Date().toISOString();
      const decisions = [...before.decisions, { by: actor.email, decision, comment: comment ?? null, at }];
      const port = decided(decisions, before.needed);
      await tx.query(
        `update approvals set decisions = $2, status = coalesce($3, status),
                decided_at = case when $3::text is not null then now() end where id = $1`,
        [id, JSON.stringify(decisions), port],
      );
      if (port) {
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
        after: { comment, hash, runId: before.runId },
      });
      await announce(tx, actor.workspaceId, 'approvals', [id]);
      return { row: await this.find(tx, actor.workspaceId, id), port };
    });
    if (port) await this.controls.announce(row.runId);
    return asSeenBy(actor, row);
  }

  private check(actor: Actor, approval: ApprovalRow, hash: string): void {
    if (approval.status !== 'open') throw new ApiError('conflict', 'This has been decided already.');
    if (approval.hash !== hash) {
      throw new ApiError('conflict', 'What is to be approved has changed; look at it again before you decide.');
    }
    if (approval.decisions.some(({ by }) => by === actor.email)) {
      throw new ApiError('conflict', 'You have decided this already.');
    }
    if (actor.tokenId !== null) {
      throw new ApiError('forbidden', 'A decision is made by a person who is signed in, not by a token.');
    }
    if (!mayDecide(actor, approval)) {
      throw new ApiError('forbidden', 'The flow names others to decide this, or it is about you.');
    }
  }

  private async find(sql: Sql, workspaceId: string, id: string, lock = false): Promise<ApprovalRow> {
    const [row] = await sql.query<ApprovalRow>(
      `select ${columns} from approvals a join flows f on f.id = a.flow_id
        where a.workspace_id = $1 and a.id = $2 ${lock ? 'for update of a' : ''}`,
      [workspaceId, id],
    );
    return found(row, 'approval');
  }
}

/** One rejection rejects; so many approvals as are needed approve. */
function decided(decisions: Approval['decisions'], needed: number): 'approved' | 'rejected' | null {
  if (decisions.some(({ decision }) => decision === 'reject')) return 'rejected';
  return decisions.length >= needed ? 'approved' : null;
}

const namesOf = (actor: Actor): string[] => [actor.email.toLowerCase(), `role:${actor.role}`];

function mayDecide(actor: Actor, { approvers, subject }: Pick<Approval, 'approvers' | 'subject'>): boolean {
  const email = actor.email.toLowerCase();
  if (subject?.toLowerCase() === email) return false;
  return actor.permissions.has('approval:decide') && namesOf(actor).some((name) => approvers.includes(name));
}

const asSeenBy = (actor: Actor, row: ApprovalRow): Approval => ({
  ...row,
  mayDecide: row.status === 'open' && mayDecide(actor, row) && !row.decisions.some(({ by }) => by === actor.email),
});
