import type { JsonValue } from '@castellan/sdk';
import type { Sql } from '../../platform/database/index.js';
import { isListenedTo } from '../../triggers/told-events.js';

/** What is swept: one event of one connection, for all flows that listen to it. */
export interface SweepPlace {
  connectionId: string;
  event: string;
}

/** A sweep that somebody might make now. */
export interface DueSweep extends SweepPlace {
  workspaceId: string;
  connector: string;
}

/** A sweep under way, and the state that it began with. */
export interface HeldSweep {
  lease: string;
  /** Null: it begins at `sweptTo`. */
  cursor: JsonValue | null;
  sweptTo: Date;
  claimedAt: Date;
}

/** Without a sign of life for so long the sweep is anybody's. */
const leaseSeconds = 30;

/** A connector's event that is swept. */
interface Swept {
  connector: string;
  event: string;
  /** Whether it begins switched on. */
  isOn: boolean;
}

/** Sees that each event that flows listen to, and that is swept at all, has a row: its deliveries are noted from then on. */
export async function beginSweeps(sql: Sql, swept: Swept[]): Promise<void> {
  await sql.query(
    `insert into sweeps (connection_id, event, enabled)
     select distinct t.connection_id, t.event, n.is_on
       from triggers t
       join flows f on f.id = t.flow_id and f.removed_at is null
       join connections c on c.id = t.connection_id and c.removed_at is null
       join unnest($1::text[], $2::text[], $3::bool[]) as n (connector, event, is_on)
        on n.connector = c.connector and n.event = t.event
      where t.kind = 'connector' and t.enabled
        and not exists (select from sweeps s where s.connection_id = t.connection_id and s.event = t.event)
     on conflict do nothing`,
    [swept.map(({ connector }) => connector), swept.map(({ event }) => event), swept.map(({ isOn }) => isOn)],
  );
}

/** Sweeps that are due and that nobody makes, the longest due first. */
export function dueSweeps(sql: Sql, most: number): Promise<DueSweep[]> {
  return sql.query(
    `select s.connection_id as "connectionId", s.event, c.workspace_id as "workspaceId", c.connector
       from sweeps s join connections c on c.id = s.connection_id and c.removed_at is null
      where s.due_at <= now() and s.enabled and (s.lease is null or s.lease_until < now()) and ${isListenedTo}
      order by s.due_at limit $1`,
    [most],
  );
}

/**
 * Takes the sweep, if nobody has it. What happened before all flows that listen were switched on is passed over, since it
 * starts nothing: after a pause the sweep goes on from there.
 */
export async function claimSweep(
  sql: Sql,
  { connectionId, event }: SweepPlace,
  owner: string,
): Promise<HeldSweep | null> {
  const [row] = await sql.query<Omit<HeldSweep, 'lease'>>(
    `update sweeps s set lease = $3, lease_until = now() + $4 * interval '1 second',
            cursor = case when l.since > s.swept_to then null else s.cursor end, swept_to = greatest(s.swept_to, l.since)
       from (select min(t.since) as since from triggers t join flows f on f.id = t.flow_id and f.removed_at is null
              where t.connection_id = $1 and t.event = $2 and t.enabled) l
      where s.connection_id = $1 and s.event = $2 and s.enabled and l.since is not null
        and s.due_at <= now() and (s.lease is null or s.lease_until < now())
     returning s.cursor, s.swept_to as "sweptTo", now() as "claimedAt"`,
    [connectionId, event, owner, leaseSeconds],
  );
  return row ? { ...row, lease: owner } : null;
}

/** Keeps the sweep; false when it is no longer this one's. */
export async function renewSweep(sql: Sql, { connectionId, event }: SweepPlace, lease: string): Promise<boolean> {
  const rows = await sql.query(
    `update sweeps set lease_until = now() + $4 * interval '1 second'
      where connection_id = $1 and event = $2 and lease = $3 returning event`,
    [connectionId, event, lease, leaseSeconds],
  );
  return rows.length > 0;
}

/** Moves the place on, in the transaction that stores what was found up to it; false when the sweep is lost. */
export async function moveSweep(
  tx: Sql,
  { connectionId, event }: SweepPlace,
  lease: string,
  cursor: JsonValue,
): Promise<boolean> {
  const rows = await tx.query(
    'update sweeps set cursor = $4 where connection_id = $1 and event = $2 and lease = $3 returning event',
    [connectionId, event, lease, JSON.stringify(cursor)],
  );
  return rows.length > 0;
}

/** Counts events as lost, in the transaction that stores them. */
export async function countLost(tx: Sql, { connectionId, event }: SweepPlace, lost: number): Promise<void> {
  await tx.query('update sweeps set lost = lost + $3, last_lost_at = now() where connection_id = $1 and event = $2', [
    connectionId,
    event,
    lost,
  ]);
}

/**
 * The sweep came to the end of the list, or as far as one goes at a time. What somebody asked for since it began is still
 * due. What was told long before the place where the next begins is asked for no more.
 */
export async function endSweep(
  sql: Sql,
  { connectionId, event }: SweepPlace,
  { lease, claimedAt }: HeldSweep,
  { to, everySeconds }: { to: Date | null; everySeconds: number },
): Promise<void> {
  const rows = await sql.query(
    `update sweeps set lease = null, swept_at = now(), swept_to = greatest(swept_to, $4::timestamptz), failures = 0,
            failing_since = null, error = null,
            due_at = case when $4::timestamptz is null or due_at > $5 then now() else now() + $6 * interval '1 second' end
      where connection_id = $1 and event = $2 and lease = $3 returning event`,
    [connectionId, event, lease, to, claimedAt, everySeconds],
  );
  if (rows.length === 0 || to === null) return;
  await sql.query(
    `delete from told_events where connection_id = $1 and event = $2 and told_at < $3::timestamptz - interval '1 day'`,
    [connectionId, event, to],
  );
}

/** The first wait after a failure and the longest, in seconds; each is twice the one before. */
const backoff = { first: 60, most: 3_600 };

/** The sweep failed for a reason of the system's: it is put off, longer each time, and as long as the system asks. */
export async function failSweep(
  sql: Sql,
  { connectionId, event }: SweepPlace,
  lease: string,
  failure: { code: string; message: string; retryAfter?: number | undefined },
): Promise<void> {
  const { code, message, retryAfter = 0 } = failure;
  await sql.query(
    `update sweeps set lease = null, failures = failures + 1, failing_since = coalesce(failing_since, now()), error = $4,
            due_at = now() + greatest($5::float8, least($6::float8 * 2 ^ least(failures, 20), $7::float8)) * interval '1 second'
      where connection_id = $1 and event = $2 and lease = $3`,
    [connectionId, event, lease, JSON.stringify({ code, message }), retryAfter, backoff.first, backoff.most],
  );
}
