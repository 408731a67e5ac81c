import type { FlowDetail } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { announce } from '../events/changes.js';
import { Addresses } from '../platform/addresses.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import type { Actor } from '../platform/routes/index.js';
import { nameOf } from './drafts.js';
import { readFlow, toFlowDetail } from './flow-rows.js';

/** A flow's row under a lock, so that what is decided on it holds until the commit. */
export interface LockedFlow {
  id: string;
  name: string;
  draft: Draft;
  revision: number;
  published: number | null;
  enabled: boolean;
}

/** The rows of flows: what drafts, publishing and templates have in common. */
@Injectable()
export class FlowStore {
  constructor(
    private readonly database: Database,
    private readonly addresses: Addresses,
    private readonly audit: AuditService,
  ) {}

  async detail(workspaceId: string, id: string, sql: Sql = this.database): Promise<FlowDetail> {
    return toFlowDetail(found(await readFlow(sql, workspaceId, id), 'flow'), this.addresses);
  }

  /** Makes a flow, switched off. @returns its id */
  async insert(tx: Sql, actor: Actor, flow: { name: string; draft: Draft; templateId?: string }): Promise<string> {
    const id = newId();
    await tx.query(
      `insert into flows (id, workspace_id, name, description, draft, template_id, updated_by)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        id,
        actor.workspaceId,
        flow.name,
        flow.draft.description ?? '',
        JSON.stringify(flow.draft),
        flow.templateId ?? null,
        actor.email,
      ],
    );
    const template = flow.templateId === undefined ? {} : { template: flow.templateId };
    await this.changed(tx, actor, 'flow.create', { id, name: flow.name }, null, { name: flow.name, ...template });
    return id;
  }

  /** Locks the flow. Refuses a revision that is no longer the present one. */
  async lock(tx: Sql, actor: Actor, id: string, revision?: number): Promise<LockedFlow> {
    const [row] = await tx.query<LockedFlow>(
      `select id, name, draft, revision, published, enabled from flows
       where id = $1 and workspace_id = $2 and removed_at is null for update`,
      [id, actor.workspaceId],
    );
    const flow = found(row, 'flow');
    if (revision !== undefined && flow.revision !== revision) {
      throw new ApiError('stale_revision', undefined, { revision: flow.revision });
    }
    return flow;
  }

  /** Puts a draft in the place of the one before and counts the revision. */
  async saveDraft(tx: Sql, actor: Actor, flow: LockedFlow, draft: Draft, reason: string): Promise<void> {
    const name = nameOf(draft, flow.name);
    await tx.query(
      `update flows set draft = $2, name = $3, description = $4, revision = revision + 1, updated_at = now(), updated_by = $5
       where id = $1`,
      [flow.id, JSON.stringify(draft), name, draft.description ?? '', actor.email],
    );
    const before = { name: flow.name, revision: flow.revision };
    await this.changed(tx, actor, reason, { id: flow.id, name }, before, { name, revision: flow.revision + 1 });
  }

  /** Records a change of a flow and tells the pages that show flows. */
  async changed(
    tx: Sql,
    actor: Actor,
    action: string,
    flow: { id: string; name: string },
    before: unknown,
    after: unknown,
  ): Promise<void> {
    await this.audit.record(tx, {
      ...{ actor, workspaceId: actor.workspaceId, action, before, after },
      objectType: 'flow',
      objectId: flow.id,
      objectName: flow.name,
    });
    await announce(tx, actor.workspaceId, 'flows', [flow.id]);
  }
}
