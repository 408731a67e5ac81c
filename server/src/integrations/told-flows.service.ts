import type { JsonObject } from '@castellan/sdk';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.js';
import { Database, isoInstant, Notifications, type Sql } from '../platform/database/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { type Arriving, IntakeService } from '../triggers/intake.service.js';
import { startsRuns, triggersOfConnection } from '../triggers/trigger-row.js';
import { isAwaited } from '../triggers/wake-runs.js';
import { changesChannel } from './sync/directory-changes.js';

const lookEachMs = 1_000;
/** Changes that are told in one transaction. */
const atOnce = 25;

interface Untold {
  seq: number;
  id: string;
  workspaceId: string;
  /** As the connector of the directory names it. */
  event: string;
  payload: JsonObject;
}

/**
 * Tells flows what syncs noticed, in its order: each change is a delivery for each trigger of the workspace's directory
 * that hears it. That it was told is committed with the delivery, so that it is told once.
 */
@Injectable()
export class ToldFlows implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ToldFlows.name);
  private readonly looking = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.tell(),
    logger: this.logger,
    failure: 'Flows could not be told of changes of the directory, which is tried again',
  });
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly intake: IntakeService,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.runsWorker) return;
    this.stopListening = this.notifications.listen(changesChannel, () => this.looking.wake());
    this.looking.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopListening();
    await this.looking.stop();
  }

  /** Answers whether there is more to tell. */
  private async tell(): Promise<boolean> {
    const arriving: Arriving[] = [];
    const [taken, count] = await this.database.transaction(async (tx) => {
      const untold = await tx.query<Untold>(untoldSql);
      for (const change of untold) arriving.push(...(await this.arrivals(tx, change)));
      const stored = arriving.length > 0 ? await this.intake.store(tx, arriving) : [];
      await tx.query('update directory_changes set told_at = now() where seq = any($1)', [
        untold.map(({ seq }) => seq),
      ]);
      return [stored, untold.length] as const;
    });
    this.intake.afterCommit(arriving, taken);
    return count === atOnce;
  }

  private async arrivals(tx: Sql, change: Untold): Promise<Arriving[]> {
    const connections = await tx.query<{ id: string }>(
      `select id from connections where workspace_id = $1 and connector = 'directory' and removed_at is null order by id`,
      [change.workspaceId],
    );
    const each = await Promise.all(connections.map(({ id }) => this.arrivalsAt(tx, change, id)));
    return each.flat();
  }

  /** Runs that wait for the event are woken by the first delivery; where no trigger hears it, by one of its own. */
  private async arrivalsAt(tx: Sql, change: Untold, connectionId: string): Promise<Arriving[]> {
    const { id, workspaceId, event, payload } = change;
    const place = { listener: connectionId, name: event };
    const all = await triggersOfConnection(tx, connectionId);
    const triggers = all.filter((trigger) => trigger.event === event && startsRuns(trigger));
    const heard = triggers.length === 0 && (await isAwaited(tx, place)) ? [null] : triggers;
    const arrival = {
      ...{ method: 'SYNC', headers: { 'content-type': 'application/json' }, query: {} },
      rawBody: Buffer.from(JSON.stringify(payload)),
    };
    return Promise.all(
      heard.map((trigger, index) =>
        this.intake.prepare(
          arrival,
          {
            ...{
              workspaceId,
              address: 'directory',
              triggerRow: trigger?.id ?? null,
              connectionId,
              externalId: id,
              event,
            },
            ...{ arrivalKey: `directory ${trigger?.id ?? connectionId} ${id}`, sample: false },
          },
          [{ heardAt: index === 0 ? place : null, triggers: trigger ? [trigger] : [], vendorKey: id }],
          { isAwaited: false },
        ),
      ),
    );
  }
}

const part = (of: string): string =>
  `jsonb_build_object('id', ${of}.id, 'externalId', ${of}.external_id, 'email', ${of}.email, 'displayName', ${of}.display_name)`;

const ofRecord = (...names: string[]): string => names.map((name) => `'${name}', a.record -> '${name}'`).join(', ');

/** `account_created` is `accountCreated` to flows. */
const eventName = `lower(left(c.kind, 1)) || substr(replace(initcap(replace(c.kind, '_', ' ')), ' ', ''), 2)`;

const untoldSql = `select c.seq, c.id, c.workspace_id as "workspaceId", ${eventName} as event,
    jsonb_build_object('integration', jsonb_build_object('id', i.id, 'name', i.name, 'connector', i.connector,
      'primaryDirectory', i.primary_directory), 'at', ${isoInstant('c.at')}) || c.detail
    || case when c.account_id is null then jsonb_build_object('syncRunId', c.sync_run_id)
       else jsonb_build_object('account', ${part('a')} || jsonb_build_object(
              ${ofRecord('givenName', 'familyName', 'jobTitle', 'department', 'location')},
              'managerEmail', a.manager_email, 'accountType', a.account_type, 'status', a.status)) end
    || case when c.group_id is null then '{}' else jsonb_build_object('group', ${part('g')}) end as payload
  from (select * from directory_changes where told_at is null order by seq limit ${atOnce} for update skip locked) c
  join integrations i on i.id = c.integration_id
  left join directory_accounts a on a.id = c.account_id left join directory_groups g on g.id = c.group_id
 order by c.seq`;
