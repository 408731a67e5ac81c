import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { readConnectorUses } from './operation-uses.js';
import { findPresent, keyOf } from './present-connector.js';

/** Takes imported connectors away. Their versions stay, for runs of flows that are still under way. */
@Injectable()
export class ImportedConnectors {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async remove(actor: Actor, connector: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { id, title, number, definition } = await findPresent(tx, actor.workspaceId, connector);
      await tx.query('select from imported_connectors where id = $1 for update', [id]);
      const connections = await tx.query<{ id: string; name: string }>(
        'select id, name from connections where workspace_id = $1 and connector = $2 and removed_at is null order by name',
        [actor.workspaceId, connector],
      );
      const { flows } = await readConnectorUses(tx, actor.workspaceId, connector);
      if (flows.length + connections.length > 0) {
        const names = [...flows.map(({ flowName }) => flowName), ...connections.map(({ name }) => name)];
        throw new ApiError('in_use', `Still used by ${names.map((name) => `“${name}”`).join(', ')}.`, {
          usedBy: flows,
          connections,
        });
      }
      await tx.query('update imported_connectors set removed_at = now() where id = $1', [id]);
      await this.audit.record(tx, {
        ...{ actor, workspaceId: actor.workspaceId, action: 'connector.remove' },
        ...{ objectType: 'connector', objectId: connector, objectName: title },
        before: { version: number, title, operations: Object.values(definition.operations).map(keyOf) },
        after: null,
      });
    });
  }
}
