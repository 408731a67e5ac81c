import { Injectable } from '@nestjs/common';
import { Database, notify, type Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { FlowStore } from './flow-store.service.js';
import { refuseSecondAnswer, refuseSecondTool } from './one-answer.js';

/** Told after a change of triggers, with the flow's id: schedules and caches follow. */
export const triggersChannel = 'castellan_triggers';

/** Switches a flow's triggers on and off. */
@Injectable()
export class SwitchService {
  constructor(
    private readonly database: Database,
    private readonly store: FlowStore,
  ) {}

  async enable(actor: Actor, id: string) {
    await this.turn(actor, id, true);
    return this.store.detail(actor.workspaceId, id);
  }

  async disable(actor: Actor, id: string) {
    await this.turn(actor, id, false);
    return this.store.detail(actor.workspaceId, id);
  }

  /** Only triggers of the published version are ever on. */
  async set(tx: Sql, flowId: string, enabled: boolean): Promise<void> {
    await tx.query('update flows set enabled = $2 where id = $1', [flowId, enabled]);
    await tx.query(
      `update triggers t set since = case when t.enabled then t.since else now() end, enabled = $2 and exists (
         select 1 from versions v join flows f on f.id = v.flow_id and f.published = v.number where v.id = t.version_id
       ) where t.flow_id = $1`,
      [flowId, enabled],
    );
    await refuseSecondAnswer(tx, flowId);
    await refuseSecondTool(tx, flowId);
    await notify(tx, triggersChannel, flowId);
  }

  private async turn(actor: Actor, id: string, enabled: boolean): Promise<void> {
    await this.database.transaction(async (tx) => {
      const flow = await this.store.lock(tx, actor, id);
      if (flow.published === null) throw new ApiError('conflict', 'This flow was never published; publish it first.');
      if (flow.enabled === enabled) return;
      await this.set(tx, id, enabled);
      const action = enabled ? 'flow.enable' : 'flow.disable';
      await this.store.changed(tx, actor, action, flow, { enabled: !enabled }, { enabled });
    });
  }
}
