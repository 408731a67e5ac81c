import type { LostEventSweep, TriggerProblem } from '@castellan/api';
import { findConnector } from '../../connector-registry/known-connectors.js';
import type { Sql } from '../../platform/database/index.js';
import { isListenedTo } from '../../triggers/told-events.js';

interface StoredSweep {
  connectionId: string;
  connector: string;
  event: string;
  enabled: boolean;
  sweptTo: Date;
  sweptAt: Date | null;
  dueAt: Date;
  isLeased: boolean;
  isListenedTo: boolean;
  lost: number;
  lastLostAt: Date | null;
  failures: number;
  failingSince: Date | null;
  error: { code: string; message: string } | null;
}

/** How the sweeps of a connection stand, or that of one of its events. */
export async function sweepsOf(sql: Sql, connectionId: string, event: string | null = null): Promise<LostEventSweep[]> {
  const rows = await sql.query<StoredSweep>(
    `select s.connection_id as "connectionId", c.connector, s.event, s.enabled, s.swept_to as "sweptTo",
            s.swept_at as "sweptAt", s.due_at as "dueAt", s.lost, s.last_lost_at as "lastLostAt", s.failures,
            s.failing_since as "failingSince", s.error,
            coalesce(s.lease is not null and s.lease_until > now(), false) as "isLeased",
            ${isListenedTo} as "isListenedTo"
       from sweeps s join connections c on c.id = s.connection_id
      where s.connection_id = $1 and ($2::text is null or s.event = $2) order by s.event`,
    [connectionId, event],
  );
  const now = new Date();
  return rows.flatMap((row) => reportOf(row, now) ?? []);
}

/** Null for an event that this version of the connector does not sweep. */
function reportOf(row: StoredSweep, now: Date): LostEventSweep | null {
  const { connectionId, connector, event, enabled, lost, dueAt, isLeased } = row;
  const trigger = findConnector(connector)?.connector.triggers[event];
  if (!trigger?.sweep) return null;
  const { everySeconds, graceSeconds, caution = null } = trigger.sweep;
  const isOn = enabled && row.isListenedTo;
  const isDue = dueAt <= now;
  return {
    ...{ connectionId, event, title: trigger.title, enabled, everySeconds, graceSeconds, caution, lost },
    sweptTo: row.sweptTo.toISOString(),
    sweptAt: row.sweptAt?.toISOString() ?? null,
    next: isOn ? (isDue ? now : dueAt).toISOString() : null,
    underWay: isOn && (isLeased || isDue),
    lastLostAt: row.lastLostAt?.toISOString() ?? null,
    failing: isOn ? failingOf(row) : null,
  };
}

function failingOf({ failures: count, failingSince, error }: StoredSweep): LostEventSweep['failing'] {
  if (failingSince === null || error === null) return null;
  return { since: failingSince.toISOString(), count, ...error };
}

/** A sweep that fails, with the reason. Deliveries go on meanwhile. */
export function sweepProblems(sweep: LostEventSweep | null): TriggerProblem[] {
  if (!sweep?.failing) return [];
  return [
    {
      code: 'sweep_failing',
      message: `Lost events cannot be looked for: ${sweep.failing.message}`,
      remedy: 'Deliveries are taken as before. It is tried again by itself and goes on where it stopped.',
    },
  ];
}
