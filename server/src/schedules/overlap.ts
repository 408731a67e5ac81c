import type { Sql } from '../platform/database/index.js';
import type { TriggerRow } from '../triggers/trigger-row.js';

/** What becomes of a fire while a run of its trigger is unfinished. */
export type Overlap = 'skip' | 'one' | 'all';

/** Whether a fire makes its run now; else what is said of it, and the run that is in its way. */
export type Verdict = { outcome: 'run' } | { outcome: 'skipped' | 'waiting'; reason: string; inTheWay: string | null };

const letsIn: Verdict = { outcome: 'run' };

/** Decides on a fire, from the trigger's unfinished runs. The caller holds the trigger's row, so that two never agree. */
export async function decideOverlap(tx: Sql, trigger: TriggerRow, overlap: Overlap): Promise<Verdict> {
  if (overlap === 'all') return letsIn;
  const inTheWay = await unfinishedRun(tx, trigger);
  if (inTheWay === null) return letsIn;
  if (overlap === 'skip') return { outcome: 'skipped', reason: 'The run before it was not done yet.', inTheWay };
  const waiting = await tx.query(`select 1 from deliveries where trigger_row = $1 and status = 'waiting' limit 1`, [
    trigger.id,
  ]);
  if (waiting.length === 0) return { outcome: 'waiting', reason: 'It waits for the run before it to end.', inTheWay };
  const reason = 'The run before it was not done yet, and another fire is waiting for that already.';
  return { outcome: 'skipped', reason, inTheWay };
}

/** The oldest run that the trigger started and that has not ended. */
export async function unfinishedRun(tx: Sql, trigger: TriggerRow): Promise<string | null> {
  const [run] = await tx.query<{ id: string }>(
    `select id from runs
      where flow_id = $1 and trigger_id = $2 and ended_at is null and mode = 'live' order by id limit 1`,
    [trigger.flowId, trigger.triggerId],
  );
  return run?.id ?? null;
}

/** Holds the trigger's row until the commit: fires of one trigger are decided one after another. */
export async function holdTrigger(tx: Sql, id: string): Promise<void> {
  await tx.query('select 1 from triggers where id = $1 for update', [id]);
}
