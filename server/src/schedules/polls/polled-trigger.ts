import type { JsonValue } from '@castellan/sdk';
import type { Sql } from '../../platform/database/index.js';
import type { TriggerRow } from '../../triggers/trigger-row.js';
import { isAwaited } from '../../triggers/wake-runs.js';

/** A trigger whose event is read from a system. */
export interface PolledTrigger extends TriggerRow {
  connectionId: string;
  event: string;
}

/** A poll under way, and the state that it began with. */
export interface HeldPoll {
  lease: string;
  cursor: JsonValue;
  /** What happened before starts nothing. */
  toldFrom: Date;
  round: number;
  claimedAt: Date;
}

export function isPolled(trigger: TriggerRow): trigger is PolledTrigger {
  return trigger.connectionId !== null && trigger.event !== null && 'everySeconds' in trigger.spec;
}

/** A flow that is switched off starts nothing, but its runs go on, and so does what they wait for. */
export const isToBePolled = async (sql: Sql, trigger: PolledTrigger): Promise<boolean> =>
  trigger.enabled || (await isAwaited(sql, { listener: trigger.connectionId, name: trigger.event }));

/** As `isToBePolled`, in SQL, of the trigger `t`. */
export const toBePolled = `(t.kind = 'connector' and t.spec ? 'everySeconds' and (t.enabled or exists (
  select from waits w where w.listener = t.connection_id and w.event = t.event and w.closed_at is null)))`;
