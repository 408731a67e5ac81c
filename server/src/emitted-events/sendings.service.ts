import type { EventSending } from '@castellan/api';
import type { HttpCore } from '@castellan/sdk';
import { Inject, Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Addresses } from '../platform/addresses.js';
import { Database, type Sql } from '../platform/database/index.js';
import { HTTP_CORE } from '../platform/egress/http-core.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { invalidInput, problemsIn } from '../platform/input-problems.js';
import { numberCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { attempt } from './attempt.js';
import { bodyOf, type EmittedEvent, type EventAsJson, eventAsJson, eventOf, sampleOf } from './body.js';
import { eventKindOf } from './catalog/index.js';
import { subscriptionOf } from './subscription-rows.js';
import { SubscriptionsService } from './subscriptions.service.js';

type SendingRow = Omit<EventSending, 'body' | 'at' | 'test' | 'dueAt' | 'eventId'> & {
  seq: string;
  dueAt: Date;
  subscription: { id: string; name: string; state: string };
  event: EventAsJson;
};

const columns = `d.id, d.seq, d.state, d.due_at as "dueAt", d.attempts,
  jsonb_build_object('id', s.id, 'name', s.name, 'state', s.state) as subscription,
  ${eventAsJson} as event`;
const tables = `event_sendings d join event_subscribers s on s.id = d.subscription_id
  join emitted_events e on e.id = d.event_id`;

/** The log of what was sent, and what people do with it. */
@Injectable()
export class SendingsService {
  constructor(
    private readonly database: Database,
    private readonly subscriptions: SubscriptionsService,
    private readonly audit: AuditService,
    private readonly addresses: Addresses,
    @Inject(HTTP_CORE) private readonly core: HttpCore,
  ) {}

  async list(
    actor: Actor,
    subscriptionId: string,
    { limit, cursor, state, q }: { limit: number; cursor?: string; state?: string; q?: string },
  ) {
    await this.subscriptions.get(actor, subscriptionId);
    const rows = await this.database.query<SendingRow>(
      `select ${columns} from ${tables}
        where d.subscription_id = $1 and ($2::bigint is null or d.seq < $2) and ($3::text is null or d.state = $3)
          and ($4::text is null or position(lower($4) in lower(e.id::text || ' ' || e.data::text || ' ' || d.attempts::text)) > 0)
        order by d.seq desc limit $5`,
      [subscriptionId, numberCursor(cursor), state ?? null, q || null, limit + 1],
    );
    return toPage(rows, limit, { item: (row) => this.shown(row), place: ({ seq }) => seq });
  }

  /** Sends the sample, or the data given, at once. Whatever comes of it stands in the log as a trial. */
  async test(actor: Actor, id: string, data?: Record<string, unknown>): Promise<EventSending> {
    const { workspaceId } = actor;
    const row = found(await subscriptionOf(this.database, workspaceId, id), 'subscription');
    const kind = found(eventKindOf(row.event), 'event');
    const given = data === undefined ? null : kind.data.safeParse(data);
    if (given?.error) throw invalidInput(problemsIn(given.error, '/data'));
    const event: EmittedEvent = {
      ...sampleOf(kind, workspaceId),
      ...{ id: newId(), data: given?.data ?? kind.sample, test: true, at: new Date() },
    };
    const outcome = await attempt(this.core, {
      url: row.url,
      id: event.id,
      body: JSON.stringify(bodyOf(event, kind, this.addresses.origin)),
      depth: event.depth,
      secrets: await this.subscriptions.secretsOf(row),
      previousSigns: row.previousSecretUntil !== null,
    });
    return this.database.transaction(async (tx) => {
      await tx.query(
        `insert into emitted_events (id, workspace_id, type, data, test, at) values ($1, $2, $3, $4, true, $5)`,
        [event.id, workspaceId, event.type, JSON.stringify(event.data), event.at],
      );
      const [made] = await tx.query<{ id: string }>(
        `insert into event_sendings (event_id, subscription_id, state, tries, attempts, settled_at)
         values ($1, $2, $3, 1, $4, now()) returning id`,
        [event.id, id, outcome.received ? 'sent' : 'failed', JSON.stringify([outcome.attempt])],
      );
      await this.record(tx, actor, 'test', row, { event: event.id, received: outcome.received });
      return this.shown(await this.row(tx, workspaceId, made?.id ?? ''));
    });
  }

  /** Sends it again under the id that it has, whatever the filter says. */
  async resend(actor: Actor, id: string): Promise<EventSending> {
    return this.database.transaction(async (tx) => {
      const { subscription, event } = await this.row(tx, actor.workspaceId, id);
      refuseOff(subscription.state);
      await tx.query(
        `update event_sendings set state = 'waiting', due_at = now(), tries = 0, insists = true, settled_at = null
          where id = $1`,
        [id],
      );
      await this.record(tx, actor, 'redeliver', subscription, { event: event.id });
      return this.shown(await this.row(tx, actor.workspaceId, id));
    });
  }

  async resendFailed(actor: Actor, subscriptionId: string): Promise<{ count: number }> {
    return this.database.transaction(async (tx) => {
      const row = found(await subscriptionOf(tx, actor.workspaceId, subscriptionId), 'subscription');
      refuseOff(row.state);
      const sent = await tx.query(
        `update event_sendings d set state = 'waiting', due_at = now(), tries = 0, settled_at = null
           from emitted_events e
          where d.subscription_id = $1 and d.state = 'failed' and e.id = d.event_id and not e.test returning d.id`,
        [subscriptionId],
      );
      await this.record(tx, actor, 'redeliver_failed', row, { events: sent.length });
      return { count: sent.length };
    });
  }

  private async row(sql: Sql, workspaceId: string, id: string): Promise<SendingRow> {
    const [row] = await sql.query<SendingRow>(
      `select ${columns} from ${tables} where d.id = $1 and s.workspace_id = $2 and s.state <> 'removed'`,
      [id, workspaceId],
    );
    return found(row, 'delivery');
  }

  private shown({ id, state, attempts, dueAt, ...row }: SendingRow): EventSending {
    const event = eventOf(row.event);
    const kind = eventKindOf(event.type);
    return {
      ...{ id, eventId: event.id, state, test: event.test, attempts, at: event.at.toISOString() },
      dueAt: state === 'waiting' ? dueAt.toISOString() : null,
      // What a newer server has told is shown as far as this one knows it.
      body: kind ? bodyOf(event, kind, this.addresses.origin) : event.data,
    };
  }

  private record(tx: Sql, actor: Actor, verb: string, on: { id: string; name: string }, after: unknown): Promise<void> {
    return this.audit.record(tx, {
      ...{ actor, workspaceId: actor.workspaceId, action: `event_subscription.${verb}` },
      ...{ objectType: 'event_subscription', objectId: on.id, objectName: on.name, after },
    });
  }
}

function refuseOff(state: string): void {
  if (state === 'on') return;
  throw new ApiError('conflict', 'The subscription is off. Switch it on first; then what waits is sent.');
}
