import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { announce } from '../events/changes.js';
import { Database } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { clearChain } from './clear-data.js';
import { sizeOfRun } from './sizes.js';
import { readWholeValue, type ValueName } from './whole-value.js';

/** What the history holds of a run, apart from what runs themselves show of it. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async value({ workspaceId }: Actor, name: ValueName): Promise<string> {
    return found(await readWholeValue(this.database, workspaceId, name), 'value of this run');
  }

  async size({ workspaceId }: Actor, runId: string): Promise<{ bytes: number }> {
    return { bytes: found(await sizeOfRun(this.database, workspaceId, runId), 'run') };
  }

  /** Removes the data of the run and of its chain of retries. */
  async clear(actor: Actor, runId: string): Promise<{ runIds: string[] }> {
    const { workspaceId } = actor;
    return this.database.transaction(async (tx) => {
      const [row] = await tx.query<{ rootId: string }>(
        'select root_id as "rootId" from runs where id = $1 and workspace_id = $2',
        [runId, workspaceId],
      );
      const runIds = await clearChain(tx, found(row, 'run').rootId, actor.email);
      await this.audit.record(tx, {
        ...{ actor, workspaceId, action: 'run.clear', objectType: 'run', objectId: runId },
        after: { runs: runIds },
      });
      await announce(tx, workspaceId, 'runs', runIds);
      return { runIds };
    });
  }
}
