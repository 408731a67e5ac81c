import type { EmittedEventSubscription } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';

/** A subscription as people see it, with what its secrets are sealed to. */
export type SubscriptionRow = Omit<EmittedEventSubscription, Instants> &
  Record<Instants, Date | null> & { createdAt: Date; updatedAt: Date; sealed: string };
type Instants = 'stoppedAt' | 'failingSince' | 'lastSentAt' | 'previousSecretUntil' | 'createdAt' | 'updatedAt';

/** Counts end here: beyond it nobody reads on. */
const mostCounted = 10_000;
const counted = (state: 'waiting' | 'failed') => `(select count(*)::int from (
  select from event_sendings d join emitted_events e on e.id = d.event_id and not e.test
   where d.subscription_id = s.id and d.state = '${state}' limit ${mostCounted}) n)`;

const columns = `s.id, s.name, s.type as event, 'FIRE_AND_FORGET' as kind, s.url, s.filter, s.state, s.reason,
  s.stopped_at as "stoppedAt", s.failing_since as "failingSince", s.last_sent_at as "lastSentAt",
  case when s.previous_until > now() then s.previous_until end as "previousSecretUntil", s.sealed,
  ${counted('waiting')} as waiting, ${counted('failed')} as failed,
  s.created_at as "createdAt", s.updated_at as "updatedAt"`;

export async function subscriptionOf(
  sql: Sql,
  workspaceId: string,
  id: string,
  lock: 'locked' | null = null,
): Promise<SubscriptionRow | null> {
  const [row] = await sql.query<SubscriptionRow>(
    `select ${columns} from event_subscribers s
      where s.workspace_id = $1 and s.id = $2 and s.state <> 'removed' ${lock ? 'for no key update of s' : ''}`,
    [workspaceId, id],
  );
  return row ?? null;
}

/** One past the limit, newest first. */
export function subscriptionsOf(
  sql: Sql,
  workspaceId: string,
  before: string | null,
  limit: number,
): Promise<SubscriptionRow[]> {
  return sql.query<SubscriptionRow>(
    `select ${columns} from event_subscribers s
      where s.workspace_id = $1 and ($2::uuid is null or s.id < $2) and s.state <> 'removed'
      order by s.id desc limit $3`,
    [workspaceId, before, limit + 1],
  );
}

export function shownSubscription({ sealed: _, ...row }: SubscriptionRow): EmittedEventSubscription {
  const instant = (at: Date | null) => at?.toISOString() ?? null;
  return {
    ...row,
    stoppedAt: instant(row.stoppedAt),
    failingSince: instant(row.failingSince),
    lastSentAt: instant(row.lastSentAt),
    previousSecretUntil: instant(row.previousSecretUntil),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
