import type { Transaction } from '../../platform/database/index.js';
import { dueAfterSync } from '../../teams/due.js';
import { noteHealth } from '../integration-rows.js';
import { type Counts, noCounts } from '../sync-run-rows.js';
import { noteChanges } from './directory-changes.js';
import { countMissing, looksWrong, type Missing, markMissing } from './missing-records.js';
import { holdPage, type SyncUnderWay } from './sync-under-way.js';

/** Syncs of an integration that are kept. */
const keptSyncs = 200;

/**
 * Ends a sync that has read everything: what is missing is marked, or a person is asked when it is very much. What was
 * not read whole, or with failures, shows nothing as missing.
 */
export async function endSync(tx: Transaction, sync: SyncUnderWay): Promise<void> {
  if (!(await holdPage(tx, sync))) return;
  const kinds: Missing['kind'][] = sync.place.groupsRead ? ['accounts', 'groups'] : ['accounts'];
  const whole = kinds.filter((kind) => sync.counts[kind].failed === 0);
  const missing: Missing[] = [];
  for (const kind of whole) missing.push(await countMissing(tx, sync, kind));
  const asks = missing.filter(looksWrong);
  if (asks.length > 0 && sync.decision === null) return ask(tx, sync, asks);
  const left = sync.decision?.remove === false ? asks.map(({ kind }) => kind) : [];
  await complete(
    tx,
    sync,
    await mark(
      tx,
      sync,
      missing.filter(({ kind }) => !left.includes(kind)),
    ),
  );
}

/** Groups go first: whoever leaves a group that is gone is told so, not that they are gone themselves. */
async function mark(tx: Transaction, sync: SyncUnderWay, missing: Missing[]): Promise<Counts> {
  const counts = { ...sync.counts };
  const more = (kind: keyof Counts, removed: number) => {
    counts[kind] = { ...noCounts, ...counts[kind], removed: counts[kind].removed + removed };
  };
  for (const { kind, gone } of missing.toReversed()) {
    if (gone === 0) continue;
    const { removed, memberships } = await markMissing(tx, sync, kind, { isTold: sync.reason !== 'first' });
    more(kind, removed);
    more('memberships', memberships);
  }
  return counts;
}

async function ask(tx: Transaction, { id }: SyncUnderWay, asks: Missing[]): Promise<void> {
  await tx.query(`update directory_sync_runs set status = 'asks', asks = $2, pages = pages + 1 where id = $1`, [
    id,
    JSON.stringify(asks),
  ]);
}

async function complete(tx: Transaction, sync: SyncUnderWay, counts: Counts): Promise<void> {
  await close(tx, sync, { status: 'completed', error: null, counts });
  await tx.query('update integrations set first_synced_at = coalesce(first_synced_at, now()) where id = $1', [
    sync.integrationId,
  ]);
  await dueAfterSync(tx, sync);
  await noteHealth(tx, sync.integrationId, null);
  await noteChanges(tx, sync, [{ kind: 'sync_completed', detail: { counts } }]);
}

/** Ends a sync that could not be read to its end. What was read until then stays. */
export async function failSync(
  tx: Transaction,
  sync: SyncUnderWay,
  error: { code: string; message: string },
): Promise<void> {
  if (!(await holdPage(tx, sync))) return;
  await close(tx, sync, { status: 'failed', error, counts: sync.counts });
  await noteHealth(tx, sync.integrationId, error.message);
  await noteChanges(tx, sync, [{ kind: 'sync_failed', detail: { error } }]);
}

async function close(
  tx: Transaction,
  { id, integrationId }: SyncUnderWay,
  { status, error, counts }: { status: string; error: object | null; counts: Counts },
): Promise<void> {
  await tx.query(
    'update directory_sync_runs set status = $2, error = $3, counts = $4, pages = pages + 1, ended_at = now() where id = $1',
    [id, status, error === null ? null : JSON.stringify(error), JSON.stringify(counts)],
  );
  await tx.query('delete from directory_seen where sync_run_id = $1', [id]);
  await tx.query(
    `delete from directory_sync_runs where id in (
       select id from directory_sync_runs where integration_id = $1 order by id desc offset ${keptSyncs})`,
    [integrationId],
  );
}
