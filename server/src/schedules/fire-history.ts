import type { TriggerFire } from '@castellan/api';
import { type Clock, lastFires } from '@castellan/flow';
import type { Sql } from '../platform/database/index.js';
import { catchupMsOf, leastCatchupSeconds, type ScheduleSettings } from './fires.service.js';

interface StoredFire {
  deliveryId: string;
  scheduledAt: Date;
  status: string;
  reason: string | null;
  runId: string | null;
}

/** A trigger whose fires are asked for. */
export interface FiringTrigger {
  id: string;
  enabled: boolean;
  since: Date;
  clock: Clock;
  settings: ScheduleSettings;
}

/** The last fires of a schedule, newest first: those that came, and those that should have come and did not. */
export async function lastFiresOf(sql: Sql, trigger: FiringTrigger, now: Date, count = 5): Promise<TriggerFire[]> {
  const stored = await sql.query<StoredFire>(
    `select d.id as "deliveryId", d.scheduled_at as "scheduledAt", d.status, d.reason,
            (select i.run_id from intake i where i.delivery_id = d.id limit 1) as "runId"
       from deliveries d
      where d.trigger_row = $1 and d.scheduled_at is not null and d.arrival_key is not null
      order by d.scheduled_at desc limit $2`,
    [trigger.id, count],
  );
  const came = new Set(stored.map(({ scheduledAt }) => scheduledAt.getTime()));
  const absent = (trigger.enabled ? lastFires(trigger.clock, now, count, trigger.since) : []).filter(
    (time) => !came.has(time.getTime()),
  );
  return [...stored.map(cameAs), ...absent.map((time) => absentAs(time, now, trigger.settings))]
    .sort((a, b) => (a.scheduledAt < b.scheduledAt ? 1 : -1))
    .slice(0, count);
}

function cameAs({ scheduledAt, status, ...fire }: StoredFire): TriggerFire {
  const outcome = status === 'accepted' || status === 'duplicate' ? 'run' : status;
  return { ...fire, scheduledAt: scheduledAt.toISOString(), outcome: outcome as TriggerFire['outcome'] };
}

/** One that did not come is on its way, late but still to be made good, or missed. */
function absentAs(time: Date, now: Date, settings: ScheduleSettings): TriggerFire {
  const late = now.getTime() - time.getTime();
  const fire = { scheduledAt: time.toISOString(), deliveryId: null, runId: null };
  if (late > catchupMsOf(settings)) {
    return { ...fire, outcome: 'missed', reason: 'The server was away at that time.' };
  }
  const isLate = late > (leastCatchupSeconds + settings.jitterSeconds) * 1_000;
  return isLate
    ? { ...fire, outcome: 'late', reason: 'The server was away at that time; it is made good when all is back.' }
    : { ...fire, outcome: 'due', reason: null };
}
