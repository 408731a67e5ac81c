import type { LostEventSweep } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { Database, notify, type Sql } from '../../platform/database/index.js';
import { ApiError, found } from '../../platform/errors.js';
import type { Actor } from '../../platform/routes/index.js';
import { sweepsChannel } from './due-sweeps.js';
import { sweepsOf } from './sweep-report.js';

/** What people see and order of the sweeps of a connection. */
@Injectable()
export class SweepOrders {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async list(actor: Actor, connectionId: string): Promise<{ items: LostEventSweep[] }> {
    await this.nameOf(this.database, actor, connectionId);
    return { items: await sweepsOf(this.database, connectionId) };
  }

  /** Switched on it begins with this moment: while it was off nothing was noted of what was delivered. */
  save(actor: Actor, connectionId: string, event: string, enabled: boolean): Promise<LostEventSweep> {
    return this.database.transaction(async (tx) => {
      const objectName = await this.nameOf(tx, actor, connectionId);
      const [before] = await tx.query<{ enabled: boolean }>(
        'select enabled from sweeps where connection_id = $1 and event = $2 for update',
        [connectionId, event],
      );
      const was = found(before, 'sweep');
      if (was.enabled !== enabled) {
        await tx.query(
          `update sweeps set enabled = $3, lease = null, failures = 0, failing_since = null, error = null, due_at = now(),
                  cursor = case when $3 then null else cursor end, swept_to = case when $3 then now() else swept_to end
            where connection_id = $1 and event = $2`,
          [connectionId, event, enabled],
        );
        await this.audit.record(tx, {
          ...{ actor, workspaceId: actor.workspaceId, action: 'connection.sweep' },
          ...{ objectType: 'connection', objectId: connectionId, objectName },
          ...{ before: { event, enabled: was.enabled }, after: { event, enabled } },
        });
      }
      return this.one(tx, connectionId, event);
    });
  }

  /** Has it made at once, also while a failure puts it off. */
  async now(actor: Actor, connectionId: string, event: string): Promise<{ asked: true }> {
    await this.nameOf(this.database, actor, connectionId);
    const { enabled, next } = await this.one(this.database, connectionId, event);
    if (!enabled) throw new ApiError('conflict', 'It is switched off: switch it on first.');
    if (next === null) throw new ApiError('conflict', 'No flow that is switched on listens to this event.');
    await this.database.transaction(async (tx) => {
      await tx.query('update sweeps set due_at = now() where connection_id = $1 and event = $2', [connectionId, event]);
      await notify(tx, sweepsChannel, connectionId);
    });
    return { asked: true };
  }

  private async one(sql: Sql, connectionId: string, event: string): Promise<LostEventSweep> {
    const [sweep] = await sweepsOf(sql, connectionId, event);
    return found(sweep, 'sweep');
  }

  private async nameOf(sql: Sql, { workspaceId }: Actor, connectionId: string): Promise<string> {
    const [connection] = await sql.query<{ name: string }>(
      'select name from connections where id = $1 and workspace_id = $2 and removed_at is null',
      [connectionId, workspaceId],
    );
    return found(connection, 'connection').name;
  }
}
