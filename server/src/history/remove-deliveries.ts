import type { Sql } from '../platform/database/index.js';
import { firstIdAt } from '../platform/ids.js';
import { cutoffOf } from './due-chains.js';
import { releaseBlobs } from './unused-blobs.js';

/** A delivery that was removed, with the large values that it named. */
export interface RemovedDelivery {
  large: Record<string, { hash: string }> | null;
}

/**
 * What nothing asks for any more: no run came of it that is still there, no unfinished run went on with it, and it is
 * not the last fire of a schedule, from which missed ones are counted.
 */
const isFree = `not exists (select from intake i where i.delivery_id = d.id and i.run_id is not null)
  and not exists (select from waits w join runs r on r.id = w.run_id where w.delivery_id = d.id and r.ended_at is null)
  and (d.scheduled_at is null or exists (
    select from deliveries n where n.trigger_row = d.trigger_row and n.scheduled_at > d.scheduled_at))`;

/** Removes those of these deliveries that nothing asks for any more. */
export async function removeDeliveries(tx: Sql, ids: string[]): Promise<RemovedDelivery[]> {
  if (ids.length === 0) return [];
  const free = await tx.query<{ id: string }>(
    `select d.id from deliveries d where d.id = any($1) and ${isFree} order by d.id for update of d`,
    [ids],
  );
  const freed = free.map(({ id }) => id);
  await tx.query('delete from intake where delivery_id = any($1)', [freed]);
  return tx.query<RemovedDelivery>('delete from deliveries where id = any($1) returning large', [freed]);
}

/** Deliveries that are looked at in one transaction. */
const atOnce = 500;

/**
 * Removes deliveries of a workspace that started nothing (refused, filtered, skipped) and are past the time of the flow
 * that they were for, else of the workspace. Looks at some after the id `after`; answers the last id that it came to,
 * null at the end.
 */
export async function removeLooseDeliveries(
  tx: Sql,
  { workspaceId, days }: { workspaceId: string; days: number | null },
  after: string,
): Promise<string | null> {
  const some = await tx.query<{ id: string; due: boolean }>(
    `select d.id, d.received_at < now() - coalesce(f.retention_days, $3) * interval '1 day' as due
       from deliveries d left join triggers t on t.id = d.trigger_row left join flows f on f.id = t.flow_id
      where d.workspace_id = $1 and d.id > $2 and d.id < $4
        and d.status in ('refused', 'filtered', 'unmatched', 'skipped', 'missed')
        and not (d.status = 'unmatched' and d.attempts < 5)
      order by d.id limit ${atOnce}`,
    [workspaceId, after, days, firstIdAt(cutoffOf(1))],
  );
  const removed = await removeDeliveries(
    tx,
    some.filter(({ due }) => due).map(({ id }) => id),
  );
  await releaseBlobs(
    tx,
    removed.flatMap(({ large }) => Object.values(large ?? {}).map(({ hash }) => hash)),
  );
  return some.length < atOnce ? null : (some.at(-1)?.id ?? null);
}
