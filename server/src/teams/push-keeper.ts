import type { JsonObject } from '@castellan/sdk';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.js';
import { VersionsService } from '../flows/versions.service.js';
import { Database, Notifications, type Transaction } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { makeRun } from '../runs/make-run.js';
import { announceQueued } from '../runs/queue.js';
import { pushGoesOn, teamsChannel } from './due.js';
import { cannotPush, pushTrigger } from './push-flow.js';
import { type PushWork, readWork } from './push-items.js';
import { pushOf } from './push-setup.service.js';
import { settlePush } from './settled-push.js';

const lookEachMs = 1_000;
const atOnce = 10;
/** When it is looked again whether a flow that is switched off is on. */
const againSeconds = 30;

interface DueIntegration {
  id: string;
  workspaceId: string;
  connector: string;
  settings: JsonObject;
  /** The first of the pushes that this one goes on from. */
  goesOnFrom: string | null;
  /** A resource of it is in push mode. */
  isPushed: boolean;
  /** The flow of its pushes; null where it was removed or not published. */
  flow: { id: string; enabled: boolean; versionId: string; version: number } | null;
}

/**
 * Begins pushes that are due, one of an integration at a time, and notes what came of those whose run has ended. All
 * that it goes by stands in the rows: what was missed is found by the next look.
 */
@Injectable()
export class PushKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(PushKeeper.name);
  private readonly looking = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.look(),
    logger: this.logger,
    failure: 'Teams could not be pushed, which is tried again',
  });
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly versions: VersionsService,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.runsWorker) return;
    this.stopListening = this.notifications.listen(teamsChannel, () => this.looking.wake());
    this.looking.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopListening();
    await this.looking.stop();
  }

  private async look(): Promise<void> {
    const ended = await this.database.query<{ id: string }>(endedSql);
    for (const { id } of ended) await this.database.transaction((tx) => settlePush(tx, id));
    const due = await this.database.query<{ id: string }>(dueSql);
    for (const { id } of due) await this.database.transaction((tx) => this.begin(tx, id));
  }

  private async begin(tx: Transaction, id: string): Promise<void> {
    const [integration] = await tx.query<DueIntegration>(dueIntegration, [id]);
    // Another worker is at it, or it is not due any more.
    if (!integration) return;
    if (!integration.isPushed) return this.wait(tx, id, null, null);
    const push = pushOf(integration.connector);
    const { flow } = integration;
    if (!push) return this.wait(tx, id, 'Its connector does not say how members are written.', null);
    if (!flow) return this.wait(tx, id, 'The flow of its pushes was removed. “Push now” makes another one.', null);
    if (!flow.enabled) return this.wait(tx, id, 'The flow of its pushes is switched off.', againSeconds);
    const { program, simulated } = await this.versions.get(flow.versionId);
    const unfit = cannotPush(program, push);
    if (unfit)
      return this.wait(tx, id, `The flow of its pushes was changed. ${unfit} “Push now” makes another one.`, null);
    const work = await readWork(tx, integration, push);
    for (const { resourceId, problem } of work.problems) {
      await tx.query('update directory_resources set problem = $2 where id = $1', [resourceId, problem]);
    }
    await this.wait(tx, id, null, null);
    if (work.items.length === 0) return;
    const pushId = await this.start(tx, { ...integration, flow, simulated }, work);
    if (work.isPart) await pushGoesOn(tx, id, pushId);
  }

  private async start(
    tx: Transaction,
    {
      id,
      workspaceId,
      flow,
      simulated,
    }: DueIntegration & { flow: NonNullable<DueIntegration['flow']>; simulated: boolean },
    { items, input }: PushWork,
  ): Promise<string> {
    const [pushId, runId] = [newId(), newId()];
    const trigger = { id: pushTrigger, kind: 'manual', delivery: null, receivedAt: new Date().toISOString() };
    await makeRun(tx, {
      ...{ id: runId, workspaceId, flowId: flow.id, versionId: flow.versionId, version: flow.version, mode: 'live' },
      ...{ triggerId: trigger.id, triggerKind: trigger.kind, deliveryId: null, triggerData: { ...trigger, input } },
      ...{ businessKey: null, order: null, simulated },
    });
    await tx.query(
      `insert into team_pushes (id, workspace_id, integration_id, run_id, creates, adds, removes)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [pushId, workspaceId, id, runId, input.creates.length, input.adds.length, input.removes.length],
    );
    await tx.query(
      `insert into team_push_items (push_id, key, resource_id, team_id, action, group_id, account_id, n)
       select $1, key, "resourceId", "teamId", action, "groupId", "accountId", n
         from json_to_recordset($2::json) as i (key text, "resourceId" uuid, "teamId" uuid, action text, "groupId" uuid,
                                                "accountId" uuid, n int)`,
      [pushId, JSON.stringify(items)],
    );
    await announceQueued(tx, workspaceId, [runId]);
    return pushId;
  }

  /** Notes why it does not push, null for nothing, and when it is looked at again: not before something changes, for null. */
  private async wait(tx: Transaction, id: string, problem: string | null, againIn: number | null): Promise<void> {
    await tx.query(
      `update integrations set push_problem = $2, push_due_at = now() + $3 * interval '1 second' where id = $1`,
      [id, problem, againIn],
    );
  }
}

/** A sync that reads, or asks whether what is missing is gone, comes before a push and before what is noted of one. */
const isNotSyncing = `not exists (select from directory_sync_runs s
  where s.integration_id = i.id and s.status in ('waiting', 'running', 'asks'))`;

/** A call that was on its way when its run was cancelled still tells the ledger what came of it. */
const endedSql = `select p.id from team_pushes p join integrations i on i.id = p.integration_id
   join runs r on r.id = p.run_id
  where p.ended_at is null and r.ended_at is not null and (i.removed_at is not null or ${isNotSyncing})
    and not exists (select from effects e where e.root_id = r.id and e.state = 'sending' and e.lease_until > now())
  limit ${atOnce}`;

const isDue = `i.push_due_at <= now() and i.removed_at is null and not i.paused and i.first_synced_at is not null
  and not i.disable_group_sync and ${isNotSyncing}
  and not exists (select from team_pushes p where p.integration_id = i.id and p.ended_at is null)`;

const dueSql = `select i.id from integrations i where ${isDue} order by i.push_due_at limit ${atOnce}`;

const dueIntegration = `select i.id, i.workspace_id as "workspaceId", i.connector, i.push_settings as settings,
    i.push_goes_on_from as "goesOnFrom",
    exists (select from directory_resources r where r.integration_id = i.id and r.mode = 'push') as "isPushed",
    (select json_build_object('id', f.id, 'enabled', f.enabled, 'versionId', v.id, 'version', v.number)
       from flows f join versions v on v.flow_id = f.id and v.number = f.published
      where f.id = i.push_flow_id and f.removed_at is null) as flow
   from integrations i where i.id = $1 and ${isDue} for update of i skip locked`;
