import type { TriggerPoll, TriggerProblem } from '@castellan/api';
import type { Sql } from '../../platform/database/index.js';
import { everySeconds as everySecondsOf, rides } from './shared-polls.js';
import { nextPoll } from './wanted-polls.js';

interface StoredPoll {
  connection: string;
  everySeconds: number;
  /** The trigger that reads for it, and how often: itself, or the one that it rides with. */
  reader: string;
  readEverySeconds: number;
  enabled: boolean;
  from: Date;
  polledAt: Date | null;
  found: number | null;
  dueAt: Date | null;
  isLeased: boolean;
  failures: number;
  failingSince: Date | null;
  error: { code: string; message: string } | null;
}

/** How a trigger's events are read; null where they are delivered. What was noted of an earlier start counts no more. */
export async function pollOf(sql: Sql, trigger: string, now: Date): Promise<TriggerPoll | null> {
  const [row] = await sql.query<StoredPoll>(
    `select c.name as connection, (t.spec->>'everySeconds')::int as "everySeconds", t.enabled,
            coalesce(r.trigger_row, t.id) as reader, ${everySecondsOf('coalesce(r.trigger_row, t.id)')} as "readEverySeconds",
            coalesce(p.told_from, t.since) as from, r.polled_at as "polledAt", r.found, r.due_at as "dueAt",
            coalesce(r.lease is not null and r.lease_until > now(), false) as "isLeased",
            coalesce(r.failures, 0) as failures, r.failing_since as "failingSince", r.error
       from triggers t join connections c on c.id = t.connection_id
       left join polls p on p.trigger_row = t.id and p.begun_for = t.since
             and p.connection_id = t.connection_id and p.event = t.event
       left join polls r on r.trigger_row = case when ${rides} then p.rides_with else p.trigger_row end
      where t.id = $1 and t.spec ? 'everySeconds'`,
    [trigger],
  );
  if (!row) return null;
  const { connection, everySeconds, reader, readEverySeconds, enabled, from, polledAt, found, dueAt, isLeased } = row;
  const isDue = dueAt !== null && dueAt <= now;
  const next = isDue ? now : (dueAt ?? nextPoll(reader, readEverySeconds, now));
  return {
    ...{ connection, everySeconds, found },
    from: from.toISOString(),
    polledAt: polledAt?.toISOString() ?? null,
    next: enabled ? next.toISOString() : null,
    underWay: enabled && (isLeased || isDue),
    failing: enabled ? failingOf(row) : null,
  };
}

function failingOf({ failures: count, failingSince, error }: StoredPoll): TriggerPoll['failing'] {
  if (failingSince === null || error === null) return null;
  return { since: failingSince.toISOString(), count, ...error };
}

/** Polls that fail, with the reason and what can be done. */
export function pollProblems(poll: TriggerPoll | null): TriggerProblem[] {
  if (!poll?.failing) return [];
  const { connection, failing } = poll;
  return [
    {
      code: 'poll_failing',
      message: `The events of ${connection} cannot be read: ${failing.message}`,
      remedy: `${remedies[failing.code] ?? ''}It is tried again by itself and goes on where it stopped, so that nothing is lost.`,
    },
  ];
}

/** Where the reason does not say it itself. */
const remedies: Record<string, string> = {
  E_EGRESS: 'Open the address with EGRESS_ALLOW, or correct it on the page Connections. ',
  E_RATE: 'The system asks for a pause; if it does so often, read its events less often. ',
};
