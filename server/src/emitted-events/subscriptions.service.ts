import type { EmittedEventSubscription } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { idCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { eventKindOf, eventKinds } from './catalog/index.js';
import { checkFilter } from './filter.js';
import { newSecret, overlapHours, type SubscriptionSecrets, sealedFor } from './signing.js';
import { type SubscriptionRow, shownSubscription, subscriptionOf, subscriptionsOf } from './subscription-rows.js';

/** So many a workspace may have: each is asked for each event of its type. */
const mostSubscriptions = 100;

interface NewSubscription {
  name: string;
  event: string;
  url: string;
  filter: string | null;
}
type SubscriptionChange = Partial<Pick<NewSubscription, 'name' | 'url' | 'filter'>>;
/** A subscription with its new secret, which nobody sees a second time. */
export interface WithSecret {
  secret: string;
  subscription: EmittedEventSubscription;
}

/** What people do with subscriptions to events. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly audit: AuditService,
  ) {}

  async list({ workspaceId }: Actor, { limit, cursor }: { limit: number; cursor?: string }) {
    const rows = await subscriptionsOf(this.database, workspaceId, idCursor(cursor), limit);
    return toPage(rows, limit, { item: shownSubscription, place: ({ id }) => id });
  }

  async get({ workspaceId }: Actor, id: string): Promise<EmittedEventSubscription> {
    return shownSubscription(found(await subscriptionOf(this.database, workspaceId, id), 'subscription'));
  }

  async create(actor: Actor, { name, event, url, filter }: NewSubscription): Promise<WithSecret> {
    if (!eventKindOf(event)) {
      const known = eventKinds.map(({ type }) => type).join(', ');
      throw new ApiError('invalid_input', `/event: there is no event “${event}”. There are ${known}.`);
    }
    checkUrl(url);
    checkFilter(filter);
    const id = newId();
    const secret = newSecret();
    await this.database.transaction(async (tx) => {
      await tx.query('select from workspaces where id = $1 for no key update', [actor.workspaceId]);
      const [{ count = 0 } = {}] = await tx.query<{ count: number }>(
        `select count(*)::int as count from event_subscribers where workspace_id = $1 and state <> 'removed'`,
        [actor.workspaceId],
      );
      if (count >= mostSubscriptions) {
        throw new ApiError('conflict', `A workspace has at most ${mostSubscriptions} subscriptions: remove one first.`);
      }
      await tx.query(
        `insert into event_subscribers (id, workspace_id, name, type, url, filter, sealed)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [id, actor.workspaceId, name, event, url, filter, await this.seal(id, { secret })],
      );
      await this.record(tx, actor, 'create', { id, name }, null, { event, url, filter });
    });
    return { secret, subscription: await this.get(actor, id) };
  }

  save(actor: Actor, id: string, change: SubscriptionChange): Promise<EmittedEventSubscription> {
    if (change.url !== undefined) checkUrl(change.url);
    checkFilter(change.filter);
    return this.change(actor, id, 'save', async (tx, row) => {
      const { name = row.name, url = row.url, filter = row.filter } = change;
      await tx.query(
        'update event_subscribers set name = $2, url = $3, filter = $4, updated_at = now() where id = $1',
        [id, name, url, filter],
      );
      return { before: { name: row.name, url: row.url, filter: row.filter }, after: { name, url, filter } };
    });
  }

  async remove(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const row = await this.locked(tx, actor, id);
      await tx.query(
        `update event_subscribers set state = 'removed', sealed = null, updated_at = now() where id = $1`,
        [id],
      );
      await skipMissed(tx, row);
      const { event, url, filter } = row;
      await this.record(tx, actor, 'remove', row, { event, url, filter }, null);
    });
  }

  switchOff(actor: Actor, id: string): Promise<EmittedEventSubscription> {
    return this.change(actor, id, 'disable', async (tx, row) => {
      await tx.query(`update event_subscribers set state = 'off', updated_at = now() where id = $1`, [id]);
      return { before: { state: row.state }, after: { state: 'off' } };
    });
  }

  /** What waits or was given up since it began to fail is sent now, or never. */
  switchOn(actor: Actor, id: string, { missed }: { missed: 'send' | 'skip' }): Promise<EmittedEventSubscription> {
    return this.change(actor, id, 'enable', async (tx, row) => {
      const events = missed === 'send' ? await sendMissed(tx, row) : await skipMissed(tx, row);
      await tx.query(
        `update event_subscribers set state = 'on', reason = null, stopped_at = null, failing_since = null,
                failures = 0, updated_at = now() where id = $1`,
        [id],
      );
      return { before: { state: row.state }, after: { state: 'on', missed, events } };
    });
  }

  /** For some hours the secret before signs as well, so that the receiver can change over in its own time. */
  async rotate(actor: Actor, id: string): Promise<WithSecret> {
    const secret = newSecret();
    const subscription = await this.change(actor, id, 'rotate_secret', async (tx, row) => {
      const { secret: previous } = await this.secretsOf(row);
      await tx.query(
        `update event_subscribers set sealed = $2, previous_until = now() + interval '${overlapHours} hours',
                updated_at = now() where id = $1`,
        [id, await this.seal(id, { secret, previous })],
      );
      return { before: null, after: { replaced: ['secret'] } };
    });
    return { secret, subscription };
  }

  async secretsOf({ id, sealed }: Pick<SubscriptionRow, 'id' | 'sealed'>): Promise<SubscriptionSecrets> {
    return JSON.parse(await this.sealer.open(sealed, sealedFor(id))) as SubscriptionSecrets;
  }

  private seal(id: string, secrets: SubscriptionSecrets): Promise<string> {
    return this.sealer.seal(JSON.stringify(secrets), sealedFor(id));
  }

  private async locked(tx: Sql, { workspaceId }: Actor, id: string): Promise<SubscriptionRow> {
    return found(await subscriptionOf(tx, workspaceId, id, 'locked'), 'subscription');
  }

  private async change(
    actor: Actor,
    id: string,
    verb: string,
    work: (tx: Sql, row: SubscriptionRow) => Promise<{ before: unknown; after: unknown }>,
  ): Promise<EmittedEventSubscription> {
    await this.database.transaction(async (tx) => {
      const row = await this.locked(tx, actor, id);
      const { before, after } = await work(tx, row);
      await this.record(tx, actor, verb, row, before, after);
    });
    return this.get(actor, id);
  }

  private record(
    tx: Sql,
    actor: Actor,
    verb: string,
    { id, name }: { id: string; name: string },
    before: unknown,
    after: unknown,
  ): Promise<void> {
    const { workspaceId } = actor;
    const action = `event_subscription.${verb}`;
    return this.audit.record(tx, {
      ...{ actor, workspaceId, action, objectType: 'event_subscription', objectId: id, objectName: name },
      before,
      after,
    });
  }
}

/** What waits, and what was given up since it began to fail, is due now. @returns how many events */
async function sendMissed(tx: Sql, { id, failingSince }: SubscriptionRow): Promise<number> {
  const sent = await tx.query(
    `update event_sendings set state = 'waiting', due_at = now(), tries = 0, settled_at = null
      where subscription_id = $1 and (state = 'waiting' or (state = 'failed' and settled_at >= $2)) returning id`,
    [id, failingSince],
  );
  return sent.length;
}

async function skipMissed(tx: Sql, { id }: SubscriptionRow): Promise<number> {
  const skipped = await tx.query(
    `update event_sendings set state = 'skipped', settled_at = now()
      where subscription_id = $1 and state = 'waiting' returning id`,
    [id],
  );
  return skipped.length;
}

/** The address is shown to all who read subscriptions: a password in it would be no secret. */
function checkUrl(text: string): void {
  const { username, password } = new URL(text);
  if (username === '' && password === '') return;
  throw new ApiError(
    'invalid_input',
    '/url: leave out user name and password. The receiver knows what we send by its signature.',
  );
}
