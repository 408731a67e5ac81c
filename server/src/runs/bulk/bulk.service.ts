import type { BulkAction, BulkPreview, BulkRun, BulkWish } from '@castellan/api';
import { mostBulkRuns } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { Database } from '../../platform/database/index.js';
import { ApiError, found } from '../../platform/errors.js';
import { idCursor, toPage } from '../../platform/paging.js';
import type { Actor } from '../../platform/routes/index.js';
import { previewBulk } from './bulk-preview.js';
import { insertBulk, readBulk, readBulkRuns, readBulks } from './bulk-rows.js';
import { selectRuns } from './bulk-selection.js';

/** Retrying and cancelling many runs: counted first, then done in the background by whoever works. */
@Injectable()
export class BulkService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async preview({ workspaceId }: Actor, wish: BulkWish): Promise<BulkPreview> {
    requireOneWay(wish);
    return previewBulk(this.database, workspaceId, wish);
  }

  /** One entry in the audit with what was chosen. An action with this id that is there already is answered as it is. */
  async start(actor: Actor, { id, ...wish }: BulkWish & { id: string }): Promise<BulkAction> {
    const { workspaceId } = actor;
    if (wish.version === 'draft' && !actor.permissions.has('flow:publish')) {
      throw new ApiError('forbidden', 'To run a draft on real systems takes the permission flow:publish.');
    }
    requireOneWay(wish);
    const { ids: runIds, more } = await selectRuns(this.database, workspaceId, wish);
    if (more) {
      throw new ApiError('too_large', `At most ${mostBulkRuns} runs are taken at one time: narrow the filters.`);
    }
    await this.database.transaction(async (tx) => {
      if (!(await insertBulk(tx, actor, { id, wish, runIds }))) return;
      await this.audit.record(tx, {
        ...{ actor, workspaceId, action: `run.bulk_${wish.action}`, objectType: 'bulk', objectId: id },
        after: { ...wish, runs: runIds.length },
      });
    });
    return this.get(actor, id);
  }

  async list({ workspaceId }: Actor, { limit, cursor }: { limit: number; cursor?: string }) {
    const rows = await readBulks(this.database, workspaceId, idCursor(cursor), limit);
    return toPage(rows, limit, { item: (row) => row, place: (row) => row.id });
  }

  async get({ workspaceId }: Actor, id: string): Promise<BulkAction> {
    return found(await readBulk(this.database, workspaceId, id), 'bulk action');
  }

  async runs(actor: Actor, id: string, query: { limit: number; cursor?: string; state?: BulkRun['state'] }) {
    await this.get(actor, id);
    const { limit, cursor, state } = query;
    const rows = await readBulkRuns(this.database, id, { state, before: idCursor(cursor), limit });
    return toPage(rows, limit, { item: (row) => row, place: (row) => row.runId });
  }

  /** What is done stays done, the rest is left as it is. */
  async stop(actor: Actor, id: string): Promise<Record<string, never>> {
    await this.database.transaction(async (tx) => {
      const stopped = await tx.query(
        `update bulk_actions set ended_at = now(), stopped_by = $3
          where id = $1 and workspace_id = $2 and ended_at is null returning id`,
        [id, actor.workspaceId, actor.email],
      );
      if (stopped.length === 0) {
        found(await readBulk(tx, actor.workspaceId, id), 'bulk action');
        throw new ApiError('conflict', 'It is through already.');
      }
      const { workspaceId } = actor;
      await this.audit.record(tx, { actor, workspaceId, action: 'run.bulk_stop', objectType: 'bulk', objectId: id });
    });
    return {};
  }
}

/** The runs are meant by filters or by their ids, and which of the two must be clear. */
function requireOneWay({ filter, ids }: BulkWish): void {
  if ((filter === undefined) === (ids === undefined)) {
    throw new ApiError('invalid_input', 'Name the runs either by filter or by ids.');
  }
}
