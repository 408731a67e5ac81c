import type { DeliveryLimit } from '@castellan/flow';
import type { Sql } from '../platform/database/index.js';
import type { TriggerRow } from './trigger-row.js';

/** Whether a delivery is within the limit of its trigger; if not, how many seconds the window goes on. */
export type Admission = { within: true } | { within: false; seconds: number };

/** The limit that a webhook says for itself. */
export const limitOf = ({ spec }: TriggerRow): DeliveryLimit | undefined => ('limit' in spec ? spec.limit : undefined);

/**
 * Takes a place in the trigger's window, whichever process asks. A window begins with the first delivery after the one
 * before has ended.
 */
export async function admit(sql: Sql, triggerRow: string, limit: DeliveryLimit): Promise<Admission> {
  const [place] = await sql.query(
    `insert into hook_windows as w (trigger_row, began_at, taken) values ($1, clock_timestamp(), 1)
     on conflict (trigger_row) do update set
       began_at = case when w.began_at + $3 * interval '1 second' <= clock_timestamp() then clock_timestamp() else w.began_at end,
       taken = case when w.began_at + $3 * interval '1 second' <= clock_timestamp() then 1 else w.taken + 1 end
      where w.taken < $2 or w.began_at + $3 * interval '1 second' <= clock_timestamp()
     returning 1`,
    [triggerRow, limit.deliveries, limit.seconds],
  );
  if (place) return { within: true };
  const [window] = await sql.query<{ seconds: number }>(
    `select extract(epoch from began_at + $2 * interval '1 second' - clock_timestamp())::float8 as seconds
       from hook_windows where trigger_row = $1`,
    [triggerRow, limit.seconds],
  );
  return { within: false, seconds: Math.max(0, window?.seconds ?? limit.seconds) };
}

/** Whether deliveries of the trigger wait already: those that come now stand behind them. */
export async function hasQueue(sql: Sql, triggerRow: string): Promise<boolean> {
  const waiting = await sql.query(`select from deliveries where trigger_row = $1 and status = 'queued' limit 1`, [
    triggerRow,
  ]);
  return waiting.length > 0;
}
