import type { Sql } from '../../platform/database/index.js';
import { pollWorkflow, taskQueue } from '../../workflows/contract.js';
import { type Wanted, withSettings } from '../wanted.js';
import { toBePolled } from './polled-trigger.js';
import { everySeconds, rides } from './shared-polls.js';

/** Temporal's least; what was missed is read by the next poll in any case. */
const catchupMs = 10_000;
/** Beyond it a poll that nobody could take is given up, so that the clock goes on. */
const longestMs = 300_000;

/** One Schedule for each trigger that is to be polled and does not ride with another. One poll at a time: what comes meanwhile is left out. */
export async function wantedPolls(sql: Sql): Promise<Wanted[]> {
  const rows = await sql.query<{ id: string; every: number }>(
    `select t.id, ${everySeconds('t.id')} as every
       from triggers t join flows f on f.id = t.flow_id and f.removed_at is null
       left join polls p on p.trigger_row = t.id
      where ${toBePolled} and not coalesce(${rides}, false)`,
  );
  return rows.map(({ id, every }) =>
    withSettings({
      id: `castellan-trigger-${id}`,
      spec: { intervals: [{ every: every * 1_000, offset: offsetOf(id, every) * 1_000 }] },
      overlap: 'SKIP',
      catchupMs,
      workflow: {
        ...{ type: pollWorkflow, id: `castellan-poll-${id}`, taskQueue, argument: id },
        timeoutMs: longestMs,
      },
    }),
  );
}

/** When the clock strikes next for a trigger that is polled every so many seconds. */
export function nextPoll(id: string, every: number, now: Date): Date {
  const offset = offsetOf(id, every);
  const rounds = Math.floor((now.getTime() / 1_000 - offset) / every) + 1;
  return new Date((rounds * every + offset) * 1_000);
}

/** Triggers of one interval do not all ask in the same second. */
const offsetOf = (id: string, every: number): number => Number.parseInt(id.replaceAll('-', '').slice(-8), 16) % every;
