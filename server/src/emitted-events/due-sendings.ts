import { prepared, type Sql } from '../platform/database/index.js';
import type { Attempt } from './attempt.js';
import { type EmittedEvent, type EventAsJson, eventAsJson, eventOf } from './body.js';

/** A sending that this server has taken, with all that it needs. */
export interface DueSending {
  id: string;
  subscriptionId: string;
  url: string;
  sealed: string;
  previousSigns: boolean;
  filter: string | null;
  insists: boolean;
  /** Raised by each server that takes it: whoever comes later speaks for it. */
  claim: number;
  /** With this one. */
  tries: number;
  event: EmittedEvent;
}

/** Longer than an attempt takes: nobody else takes it before. */
export const leaseSeconds = 30;
/** Attempts that the log keeps of one sending. */
const keptAttempts = 20;

/**
 * Takes what is due: of each subscription no more than `atOnce` together with what is under way here, so that a slow
 * receiver delays its own only. A sending whose server died is due again when its lease ends.
 */
export async function claimDue(
  sql: Sql,
  { underWay, atOnce }: { underWay: ReadonlyMap<string, number>; atOnce: number },
): Promise<DueSending[]> {
  const busy = [...underWay].map(([id, count]) => ({ id, count }));
  return sql
    .query<Omit<DueSending, 'event'> & { event: EventAsJson }>(
      prepared(`with free as materialized (
       select w.id from event_subscribers s
         left join json_to_recordset($1::json) as b (id uuid, count int) on b.id = s.id
        cross join lateral (
          select d.id from event_sendings d
           where d.subscription_id = s.id and d.state = 'waiting' and d.due_at <= now()
           order by d.due_at limit greatest(0, $2::int - coalesce(b.count, 0)) for update skip locked
        ) w
        where s.state = 'on'
     )
     update event_sendings d
        set due_at = now() + interval '${leaseSeconds} seconds', claim = d.claim + 1, tries = d.tries + 1
       from free, event_subscribers s, emitted_events e
      where d.id = free.id and s.id = d.subscription_id and e.id = d.event_id
     returning d.id, d.subscription_id as "subscriptionId", s.url, s.sealed, s.filter, d.insists, d.claim, d.tries,
               coalesce(s.previous_until > now(), false) as "previousSigns",
               ${eventAsJson} as event`),
      [JSON.stringify(busy), atOnce],
    )
    .then((rows) => rows.map((row) => ({ ...row, event: eventOf(row.event) })));
}

/** How a sending stands after this: settled, or due again in some seconds. */
export type Standing = { state: 'sent' | 'failed' | 'filtered' } | { againIn: number };

/** Writes what came of a sending, unless another server has taken it since. @returns whether it did */
export async function writeOutcome(
  sql: Sql,
  { id, claim }: Pick<DueSending, 'id' | 'claim'>,
  { attempt, standing }: { attempt: Attempt | null; standing: Standing },
): Promise<boolean> {
  const settled = 'state' in standing ? standing.state : null;
  const rows = await sql.query(
    prepared(`update event_sendings
        set state = coalesce($3, state), settled_at = case when $3::text is not null then now() end,
            due_at = case when $3::text is null then now() + $4 * interval '1 second' else due_at end,
            attempts = case when $5::jsonb is null then attempts
                            when jsonb_array_length(attempts) >= ${keptAttempts} then (attempts - 0) || $5::jsonb
                            else attempts || $5::jsonb end
      where id = $1 and claim = $2 and state = 'waiting' returning id`),
    [id, claim, settled, 'againIn' in standing ? standing.againIn : 0, attempt && JSON.stringify(attempt)],
  );
  return rows.length > 0;
}

/** The receiver is there. Written seldom, so that a busy subscription's row is not in everybody's way. */
export async function noteSuccess(sql: Sql, subscriptionId: string): Promise<void> {
  await sql.query(
    prepared(`update event_subscribers set failing_since = null, failures = 0, last_sent_at = now()
      where id = $1 and (failing_since is not null or coalesce(last_sent_at < now() - interval '5 seconds', true))`),
    [subscriptionId],
  );
}

/** One more attempt has failed. @returns how long it has been so, in hours, and how often in a row */
export async function noteFailure(sql: Sql, subscriptionId: string): Promise<{ hours: number; failures: number }> {
  const [row] = await sql.query<{ hours: number; failures: number }>(
    prepared(`update event_subscribers set failing_since = coalesce(failing_since, now()), failures = failures + 1
      where id = $1
     returning (extract(epoch from now() - failing_since) / 3600)::float8 as hours, failures`),
    [subscriptionId],
  );
  return row ?? { hours: 0, failures: 0 };
}
