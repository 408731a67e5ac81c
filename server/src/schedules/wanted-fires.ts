import { clockOf, nextFires } from '@castellan/flow';
import type { Sql } from '../platform/database/index.js';
import { fireWorkflow, taskQueue } from '../workflows/contract.js';
import { clockSpec } from './clock-spec.js';
import { catchupMsOf, type ScheduleSettings } from './fires.service.js';
import { type Wanted, withSettings } from './wanted.js';

/** Temporal keeps a fire that no worker takes so long beyond its catch-up window. */
const keptMs = 3_600_000;

/**
 * One Schedule for each schedule trigger that is on: it keeps the clock, and what a fire means is ours to say. Fires
 * are stored nearly in their order, so that what is some minutes older than the last one needs no making up.
 */
export async function wantedFires(sql: Sql, now: Date): Promise<Wanted[]> {
  const rows = await sql.query<{ id: string; spec: ScheduleSettings; since: Date }>(
    `select t.id, t.spec,
            greatest(t.since, (
              select max(d.scheduled_at) - interval '5 minutes' from deliveries d where d.trigger_row = t.id
            )) as since
       from triggers t join flows f on f.id = t.flow_id and f.removed_at is null
      where t.enabled and t.kind = 'schedule'`,
  );
  return rows.flatMap(({ id, spec, since }) => {
    const clock = clockOf(spec);
    if (!clock) return [];
    const catchupMs = catchupMsOf(spec);
    return withSettings({
      id: `castellan-trigger-${id}`,
      spec: clockSpec(clock, spec.jitterSeconds, now),
      overlap: 'ALLOW_ALL',
      catchupMs,
      workflow: {
        ...{ type: fireWorkflow, id: `castellan-fire-${id}`, taskQueue, argument: id },
        timeoutMs: catchupMs + keptMs,
      },
      makeUp: {
        since,
        isDue: (from, to) => nextFires(clock, from, 1).some((fire) => fire <= to),
      },
    });
  });
}
