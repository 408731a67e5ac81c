import type { SubscriptionState, SubscriptionWish } from '@castellan/api';
import type { EventSubscription, JsonValue } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { makeUpCredential } from '../connections/made-up-credential.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { type SubscribedEvent, SubscribedEvents } from './subscribed-event.js';

/** Subscribes to events by the API of their system, so that nobody has to do it there. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly database: Database,
    private readonly events: SubscribedEvents,
    private readonly audit: AuditService,
    private readonly sealer: Sealer,
  ) {}

  async state({ workspaceId }: Actor, connectionId: string, event: string): Promise<SubscriptionState> {
    return this.stateOf(await this.events.find(workspaceId, connectionId, event));
  }

  /** Subscribes, or changes the subscription that delivers to this connection. */
  async save(actor: Actor, connectionId: string, event: string, wish: SubscriptionWish): Promise<SubscriptionState> {
    const { workspaceId } = actor;
    const first = await this.events.find(workspaceId, connectionId, event);
    if (wish.filter) await this.requireFilter(first, wish.filter);
    await this.database.transaction((tx) => this.fillCredential(tx, actor, first, wish));
    const subject = await this.events.find(workspaceId, connectionId, event);
    await this.database.transaction(async (tx) => {
      await lock(tx, subject);
      const { mine, others } = await this.events.subscriptionsTo(subject);
      if (!mine) refuseSecond(subject, others);
      const id = await this.bring(subject, mine, wish);
      await tx.query(
        `insert into event_subscriptions (connection_id, event, vendor_id, deadline_seconds, made_by)
         values ($1, $2, $3, $4, $5)
         on conflict (connection_id, event) do update
            set vendor_id = excluded.vendor_id, deadline_seconds = excluded.deadline_seconds`,
        [connectionId, event, id, wish.deadlineSeconds, actor.email],
      );
      const action = mine ? 'subscription.save' : 'subscription.create';
      await this.record(tx, actor, action, subject, mine && shown(mine), { id, event, ...wish });
    });
    return this.stateOf(subject);
  }

  /** Ends the subscription that delivers to this connection; one that is gone is ended. */
  async remove(actor: Actor, connectionId: string, event: string): Promise<void> {
    const subject = await this.events.find(actor.workspaceId, connectionId, event);
    await this.database.transaction(async (tx) => {
      await lock(tx, subject);
      const { mine } = await this.events.subscriptionsTo(subject);
      if (mine) await this.events.call(subject, subject.api.remove(mine.id));
      await tx.query('delete from event_subscriptions where connection_id = $1 and event = $2', [connectionId, event]);
      if (mine) await this.record(tx, actor, 'subscription.remove', subject, shown(mine), null);
    });
  }

  async tryFilter(
    { workspaceId }: Actor,
    connectionId: string,
    event: string,
    { filter, payload }: { filter: string; payload: unknown },
  ): Promise<{ problem: string | null; passes: boolean }> {
    const subject = await this.events.find(workspaceId, connectionId, event);
    return subject.api.readTrial(await this.events.call(subject, subject.api.tryFilter(filter, payload as JsonValue)));
  }

  /** Has the system deliver a test event to this connection, the sample unless a payload is given. */
  async test(actor: Actor, connectionId: string, event: string, payload: unknown): Promise<{ invocations: string[] }> {
    const subject = await this.events.find(actor.workspaceId, connectionId, event);
    const { api, trigger, connector } = subject;
    const { mine } = await this.events.subscriptionsTo(subject);
    if (!mine) throw new ApiError('conflict', `Subscribe first: ${connector.title} tests only what is subscribed to.`);
    const call = api.test({ id: mine.id, trigger: event }, (payload ?? trigger.sample) as JsonValue);
    const invocations = api.readTest(await this.events.call(subject, call));
    await this.database.transaction((tx) =>
      this.record(tx, actor, 'subscription.test', subject, null, { event, invocations }),
    );
    return { invocations };
  }

  private bring(subject: SubscribedEvent, mine: EventSubscription | null, wish: SubscriptionWish): Promise<string> {
    const { api, event, trigger, address } = subject;
    const { name, credential, filter, deadlineSeconds, enabled } = wish;
    const whole = {
      ...{ trigger: event, url: address, name, credential, deadlineSeconds, enabled },
      mode: trigger.answers ? wish.mode : null,
      filter: filter || null,
    };
    const call = mine ? api.update(mine.id, whole) : api.create(whole);
    return this.events.call(subject, call).then((output) => mine?.id ?? api.idOf(output));
  }

  private async stateOf(subject: SubscribedEvent): Promise<SubscriptionState> {
    const { connection, event, trigger, api, address } = subject;
    const { mine, others } = await this.events.subscriptionsTo(subject);
    const [made] = await this.database.query<{ by: string; at: Date }>(
      `select made_by as by, made_at as at from event_subscriptions
        where connection_id = $1 and event = $2 and vendor_id = $3`,
      [connection.id, event, mine?.id ?? ''],
    );
    const hearers = await this.database.query<{ flowId: string; flowName: string; answers: boolean }>(
      `select t.flow_id as "flowId", f.name as "flowName", coalesce((t.spec ->> 'answers')::boolean, false) as answers
         from triggers t join flows f on f.id = t.flow_id and f.removed_at is null
        where t.connection_id = $1 and t.event = $2 and t.enabled order by f.name`,
      [connection.id, event],
    );
    const asks = trigger.answers !== undefined;
    const hearer = ({ flowId, flowName }: { flowId: string; flowName: string }) => ({ flowId, flowName });
    const answering = hearers.find(({ answers }) => answers);
    return {
      ...{ address, asks, onlyOne: asks && api.oneAnswer },
      mine: mine && shown(mine),
      others: others.map(shown),
      made: made ? { by: made.by, at: made.at.toISOString() } : null,
      answers: answering ? hearer(answering) : null,
      listens: hearers.filter((each) => each !== answering).map(hearer),
    };
  }

  private async requireFilter(subject: SubscribedEvent, filter: string): Promise<void> {
    const { api, trigger } = subject;
    const trial = api.readTrial(await this.events.call(subject, api.tryFilter(filter, trigger.sample)));
    if (trial.problem !== null) throw new ApiError('invalid_input', `/filter: ${trial.problem}`);
  }

  private async fillCredential(
    tx: Sql,
    actor: Actor,
    subject: SubscribedEvent,
    { credential }: SubscriptionWish,
  ): Promise<void> {
    const fields = subject.api.credentials[credential];
    const filled = await makeUpCredential(tx, this.sealer, subject.connection.id, fields);
    if (filled.length > 0) await this.record(tx, actor, 'connection.credential', subject, null, { madeUp: filled });
  }

  private record(
    tx: Sql,
    actor: Actor,
    action: string,
    { connection: { id, name, workspaceId } }: SubscribedEvent,
    before: unknown,
    after: unknown,
  ): Promise<void> {
    const about = { objectType: 'connection', objectId: id, objectName: name };
    return this.audit.record(tx, { actor, workspaceId, action, ...about, before, after });
  }
}

/** Two people who subscribe at the same moment make one subscription. */
function lock(tx: Sql, { connection, event }: SubscribedEvent): Promise<unknown> {
  return tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`subscribes ${connection.id} ${event}`]);
}

function refuseSecond({ api, trigger, connector }: SubscribedEvent, others: EventSubscription[]): void {
  const [other] = others;
  if (!trigger.answers || !api.oneAnswer || !other) return;
  const where = other.url === null ? '' : `, which delivers to ${other.url}`;
  throw new ApiError(
    'conflict',
    `${connector.title} allows one subscription to an event that waits for an answer, and “${other.name}” has it${where}. Remove it there, then subscribe here: several flows can listen to one subscription.`,
  );
}

function shown({ trigger: _, ...subscription }: EventSubscription): SubscriptionState['others'][number] {
  return subscription;
}
