import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { OperationsService } from '../../operations/operations.service.js';
import { Database, notify, type Sql } from '../../platform/database/index.js';
import { ApiError, found } from '../../platform/errors.js';
import type { Actor } from '../../platform/routes/index.js';
import { triggerOf } from '../../triggers/trigger-row.js';
import { pollsChannel } from './due-polls.js';
import { isPolled, type PolledTrigger } from './polled-trigger.js';
import { PollsService } from './polls.service.js';
import { leaveAll } from './shared-polls.js';

/** What people order of the polls of a trigger. */
@Injectable()
export class PollOrders {
  constructor(
    private readonly database: Database,
    private readonly operations: OperationsService,
    private readonly polls: PollsService,
    private readonly audit: AuditService,
  ) {}

  /** Has the trigger's events read at once, also while a failure puts it off. */
  async now(actor: Actor, flowId: string, triggerId: string): Promise<{ asked: true }> {
    const trigger = await this.switchedOn(actor, flowId, triggerId);
    await this.polls.settle(trigger);
    return this.order(trigger.id, async (tx) => {
      await tx.query(
        `update polls set due_at = now()
          where trigger_row = (select coalesce(rides_with, trigger_row) from polls where trigger_row = $1)`,
        [trigger.id],
      );
      await this.record(tx, actor, trigger, { action: 'trigger.poll', before: null, after: {} });
    });
  }

  /** What reading again from a time on would repeat, as far as it has arrived. */
  async repeats(
    actor: Actor,
    flowId: string,
    triggerId: string,
    from: string,
  ): Promise<{ deliveries: number; runs: number }> {
    const { id } = await this.polled(actor, flowId, triggerId);
    const [counted] = await this.database.query<{ deliveries: number; runs: number }>(
      `select count(*)::int as deliveries,
              coalesce(sum((select count(*) from intake i where i.delivery_id = d.id and i.status = 'run')), 0)::int as runs
         from deliveries d
        where d.trigger_row = $1 and d.event is not null and d.received_at >= $2 and d.arrival_key is not null`,
      [id, from],
    );
    return counted ?? { deliveries: 0, runs: 0 };
  }

  /** Reads again from a time on. What arrived before counts as new, and a poll under way writes no more. */
  async startAgain(actor: Actor, flowId: string, triggerId: string, from: Date): Promise<{ asked: true }> {
    if (from.getTime() > Date.now()) {
      throw new ApiError('invalid_input', 'Events can be read again only from a time that is past.');
    }
    const trigger = await this.switchedOn(actor, flowId, triggerId);
    await this.polls.settle(trigger);
    return this.order(trigger.id, async (tx) => {
      await leaveAll(tx, trigger.id);
      const [before] = await tx.query<{ toldFrom: Date; connector: string }>(
        `select p.told_from as "toldFrom", c.connector from polls p join connections c on c.id = p.connection_id
          where p.trigger_row = $1 for update of p`,
        [trigger.id],
      );
      const { toldFrom, connector } = found(before, 'trigger');
      await tx.query(
        `update polls set cursor = $2, told_from = $3, round = round + 1, lease = null, due_at = now(), failures = 0,
                began_at = null, moved_at = null, failing_since = null, error = null
          where trigger_row = $1`,
        [trigger.id, JSON.stringify(this.operations.beginPoll(connector, trigger.event, from)), from],
      );
      await this.record(tx, actor, trigger, {
        action: 'trigger.start_again',
        before: { from: toldFrom.toISOString() },
        after: { from: from.toISOString() },
      });
    });
  }

  private async order(trigger: string, work: (tx: Sql) => Promise<void>): Promise<{ asked: true }> {
    await this.database.transaction(async (tx) => {
      await work(tx);
      await notify(tx, pollsChannel, trigger);
    });
    return { asked: true };
  }

  private async switchedOn(actor: Actor, flowId: string, triggerId: string): Promise<PolledTrigger> {
    const trigger = await this.polled(actor, flowId, triggerId);
    if (trigger.enabled) return trigger;
    throw new ApiError('conflict', 'The flow is switched off: switch it on, and its events are read.');
  }

  private async polled({ workspaceId }: Actor, flowId: string, triggerId: string): Promise<PolledTrigger> {
    const trigger = found(await triggerOf(this.database, workspaceId, flowId, triggerId), 'trigger that is published');
    if (isPolled(trigger)) return trigger;
    throw new ApiError('invalid_input', `The trigger ${triggerId} is not one whose events are read.`);
  }

  private async record(
    tx: Sql,
    actor: Actor,
    { workspaceId, flowId, triggerId }: PolledTrigger,
    { action, before, after }: { action: string; before: object | null; after: object },
  ): Promise<void> {
    const [flow] = await tx.query<{ name: string }>('select name from flows where id = $1', [flowId]);
    const object = { objectType: 'flow', objectId: flowId, objectName: flow?.name ?? null };
    const told = { before, after: { trigger: triggerId, ...after } };
    await this.audit.record(tx, { actor, workspaceId, action, ...object, ...told });
  }
}
