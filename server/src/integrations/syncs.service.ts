import type { SyncRun } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database, notify } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { idCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { IntegrationsService } from './integrations.service.js';
import { askForSync, readSyncs, syncsChannel } from './sync-run-rows.js';

/** What people do with syncs. */
@Injectable()
export class SyncsService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsService,
    private readonly audit: AuditService,
  ) {}

  /** Begins a sync, or answers the one that is under way. */
  async now(actor: Actor, id: string): Promise<SyncRun> {
    await this.database.transaction(async (tx) => {
      const integration = await this.integrations.load(tx, actor, id, { lock: true });
      if (integration.paused) throw new ApiError('conflict', 'The integration is paused: resume it, and it is synced.');
      await askForSync(tx, integration, actor.email);
      const object = { objectType: 'integration', objectId: id, objectName: integration.name };
      await this.audit.record(tx, { actor, workspaceId: actor.workspaceId, action: 'integration.sync', ...object });
      await notify(tx, syncsChannel, id);
    });
    const [newest] = await readSyncs(this.database, 'where s.integration_id = $1 order by s.id desc limit 1', [id]);
    return found(newest, 'sync');
  }

  async list(actor: Actor, id: string, { limit, cursor }: { limit: number; cursor?: string }) {
    await this.integrations.load(this.database, actor, id);
    const rows = await readSyncs(
      this.database,
      'where s.integration_id = $1 and ($2::uuid is null or s.id < $2) order by s.id desc limit $3',
      [id, idCursor(cursor), limit + 1],
    );
    return toPage(rows, limit, { item: (row) => row, place: (row) => row.id });
  }

  /** A sync that asks goes on: what is missing is marked, or left as it is. */
  async decide(actor: Actor, id: string, syncId: string, remove: boolean): Promise<SyncRun> {
    await this.database.transaction(async (tx) => {
      const integration = await this.integrations.load(tx, actor, id, { lock: true });
      const [sync] = await tx.query<{ status: string; asks: unknown }>(
        'select status, asks from directory_sync_runs where id = $1 and integration_id = $2 for update',
        [syncId, id],
      );
      const { status, asks } = found(sync, 'sync');
      if (status !== 'asks') throw new ApiError('conflict', 'This sync asks nothing any more.');
      await tx.query(
        `update directory_sync_runs set status = 'running', decision = $2, touched_at = null where id = $1`,
        [syncId, JSON.stringify({ remove, by: actor.email })],
      );
      await this.audit.record(tx, {
        ...{ actor, workspaceId: actor.workspaceId, action: 'integration.decide_removal' },
        ...{
          objectType: 'integration',
          objectId: id,
          objectName: integration.name,
          before: { asks },
          after: { remove },
        },
      });
      await notify(tx, syncsChannel, id);
    });
    const [decided] = await readSyncs(this.database, 'where s.id = $1', [syncId]);
    return found(decided, 'sync');
  }
}
