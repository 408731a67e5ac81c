import type { JsonValue } from '@castellan/sdk';
import type { Sql } from '../../platform/database/index.js';
import { isAwaited } from '../../triggers/wake-runs.js';
import type { HeldPoll, PolledTrigger } from './polled-trigger.js';
import { leaveAll, leaveLostLeader } from './shared-polls.js';

/** Who polls: the same owner takes over what its earlier attempt left, another one waits for the lease to end. */
export interface Poller {
  owner: string;
  attempt: number;
}

/** Without a sign of life for so long the poll is anybody's. */
const leaseSeconds = 30;

/**
 * Sees that the trigger has a place to read from. It begins anew when the trigger was switched on again or hears another
 * event than before; while runs wait for the event, nothing is passed over for them.
 */
export async function keepPlace(tx: Sql, trigger: PolledTrigger, begin: (from: Date) => JsonValue): Promise<void> {
  const awaited = await isAwaited(tx, { listener: trigger.connectionId, name: trigger.event });
  const [begunAnew] = await tx.query(
    `select from polls p join triggers t on t.id = p.trigger_row
      where t.id = $1 and (p.connection_id, p.event, p.begun_for) is distinct from (t.connection_id, t.event, t.since)`,
    [trigger.id],
  );
  if (begunAnew) await leaveAll(tx, trigger.id);
  else await leaveLostLeader(tx, trigger.id);
  await tx.query(
    `insert into polls as p (trigger_row, connection_id, event, cursor, begun_for, told_from)
     select id, connection_id, event, $2, since, since from triggers where id = $1
     on conflict (trigger_row) do update set
       cursor = case when $3 and p.connection_id = excluded.connection_id and p.event = excluded.event
                     then p.cursor else excluded.cursor end,
       connection_id = excluded.connection_id, event = excluded.event,
       begun_for = excluded.begun_for, told_from = excluded.told_from,
       began_at = null, moved_at = null,
       lease = null, due_at = null, failures = 0, failing_since = null, error = null
      where (p.connection_id, p.event, p.begun_for) is distinct from
            (excluded.connection_id, excluded.event, excluded.begun_for)`,
    [trigger.id, JSON.stringify(begin(trigger.since)), awaited],
  );
}

/** Takes the poll, if nobody has it. By the clock one is made unless it is put off, else only one that is due. */
export async function claimPoll(
  sql: Sql,
  id: string,
  { owner, attempt }: Poller,
  byTheClock: boolean,
): Promise<HeldPoll | null> {
  const lease = `${owner}/${attempt}`;
  const [row] = await sql.query<Omit<HeldPoll, 'lease'>>(
    `update polls set lease = $2, lease_until = now() + $4 * interval '1 second'
      where trigger_row = $1 and rides_with is null
        and (lease is null or lease_until < now() or split_part(lease, '/', 1) = $3)
        and (due_at <= now() or (due_at is null and $5))
     returning cursor, told_from as "toldFrom", round, now() as "claimedAt"`,
    [id, lease, owner, leaseSeconds, byTheClock],
  );
  return row ? { ...row, lease } : null;
}

/** Keeps the poll; false when it is no longer this one's. */
export async function renewLease(sql: Sql, id: string, lease: string): Promise<boolean> {
  const rows = await sql.query(
    `update polls set lease_until = now() + $3 * interval '1 second' where trigger_row = $1 and lease = $2
     returning trigger_row`,
    [id, lease, leaseSeconds],
  );
  return rows.length > 0;
}

/** Moves the place on, in the transaction that stores what was read up to it; false when the poll is lost. */
export async function moveOn(tx: Sql, id: string, lease: string, cursor: JsonValue): Promise<boolean> {
  const rows = await tx.query(
    'update polls set cursor = $3, moved_at = now() where trigger_row = $1 and lease = $2 returning trigger_row',
    [id, lease, JSON.stringify(cursor)],
  );
  return rows.length > 0;
}

/** The poll ended well. What somebody asked for since it began is still due. False when it was lost. */
export async function endPoll(
  sql: Sql,
  id: string,
  { lease, claimedAt }: HeldPoll,
  { found, more }: { found: number; more: boolean },
): Promise<boolean> {
  const rows = await sql.query(
    `update polls set lease = null, polled_at = now(), began_at = $5, found = $3, failures = 0, failing_since = null, error = null,
            due_at = case when $4 then now() when due_at > $5 then due_at end
      where trigger_row = $1 and lease = $2 returning trigger_row`,
    [id, lease, found, more, claimedAt],
  );
  return rows.length > 0;
}

/** The first wait after a failure and the longest, in seconds; each is twice the one before. */
const backoff = { first: 10, most: 900 };

/** The poll failed for a reason of the system's: it is put off, longer each time, and as long as the system asks. */
export async function failPoll(
  sql: Sql,
  id: string,
  lease: string,
  failure: { code: string; message: string; retryAfter?: number | undefined },
): Promise<void> {
  const { code, message, retryAfter = 0 } = failure;
  await sql.query(
    `update polls set lease = null, failures = failures + 1, failing_since = coalesce(failing_since, now()), error = $3,
            due_at = now() + greatest($4::float8, least($5::float8 * 2 ^ least(failures, 20), $6::float8)) * interval '1 second'
      where trigger_row = $1 and lease = $2`,
    [id, lease, JSON.stringify({ code, message }), retryAfter, backoff.first, backoff.most],
  );
}

/** Gives the poll up without a word, for it is not wanted any more. */
export async function leavePoll(sql: Sql, id: string, lease: string): Promise<void> {
  await sql.query('update polls set lease = null, due_at = null where trigger_row = $1 and lease = $2', [id, lease]);
}
