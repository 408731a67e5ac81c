import { removePlans } from '../plans/forget-plans.js';
import type { Sql } from '../platform/database/index.js';
import { runsOfChains } from './chain-runs.js';
import { type DueRuns, holdDue } from './due-chains.js';
import { removeDeliveries } from './remove-deliveries.js';
import { takeOff } from './sizes.js';
import { releaseBlobs } from './unused-blobs.js';

/** Chains that go in one transaction, and rows of steps that go in one statement. */
const chainsAtOnce = 100;
const stepsAtOnce = 20_000;

/** A row that named large values. */
interface Removed {
  large: Record<string, { hash: string }> | null;
}

/**
 * Removes some chains of runs that are past their time, with all that belongs to them: steps, items of loops, effects,
 * controls, approvals, waits, words of search, and the deliveries that nothing else came of. All of it or nothing.
 * Answers how many runs went.
 */
export async function removeDueRuns(tx: Sql, due: DueRuns): Promise<number> {
  const roots = await holdDue(tx, due, chainsAtOnce);
  if (roots.length === 0) return 0;
  const runIds = await runsOfChains(tx, roots);
  await takeOff(tx, runIds);
  const removed = [...(await removeSteps(tx, runIds)), ...(await removeEffects(tx, roots))];
  for (const table of ['loop_items', 'approvals']) {
    removed.push(...(await tx.query<Removed>(`delete from ${table} where run_id = any($1) returning large`, [runIds])));
  }
  for (const table of ['controls', 'run_search', 'uncounted_runs']) {
    await tx.query(`delete from ${table} where run_id = any($1)`, [runIds]);
  }
  await tx.query('delete from budget_uses where root_ids && $1', [roots]);
  const deliveries = await removeArrivals(tx, runIds);
  const runs = await tx.query<Removed>('delete from runs where id = any($1) returning large', [runIds]);
  removed.push(...runs, ...(await removeDeliveries(tx, deliveries)));
  await removePlans(tx, runIds);
  await releaseBlobs(
    tx,
    removed.flatMap(({ large }) => Object.values(large ?? {}).map(({ hash }) => hash)),
  );
  await tx.query(
    `insert into flow_sizes as f (flow_id, removed, removed_at) values ($1, $2, now())
     on conflict (flow_id) do update set removed = f.removed + excluded.removed, removed_at = now()`,
    [due.flowId, runs.length],
  );
  return runs.length;
}

/** A run with very many steps loses them in several statements, so that none takes long. */
async function removeSteps(tx: Sql, runIds: string[]): Promise<Removed[]> {
  const large: Removed[] = [];
  for (;;) {
    const removed = await tx.query<Removed>(
      `delete from steps s using (
         select run_id, step_id, iteration, pass from steps where run_id = any($1) limit ${stepsAtOnce}) n
        where s.run_id = any($1) and s.run_id = n.run_id and s.step_id = n.step_id and s.iteration = n.iteration
          and s.pass = n.pass returning s.large`,
      [runIds],
    );
    for (const row of removed) if (row.large) large.push(row);
    if (removed.length < stepsAtOnce) return large;
  }
}

function removeEffects(tx: Sql, roots: string[]): Promise<Removed[]> {
  return tx.query<Removed>('delete from effects where root_id = any($1) returning large', [roots]);
}

/** Takes the runs out of the inbox; answers the deliveries that had to do with them. */
async function removeArrivals(tx: Sql, runIds: string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `with own as (select delivery_id as id from runs where id = any($1) and delivery_id is not null),
          entries as (delete from intake i using own where i.delivery_id = own.id and i.run_id = any($1)),
          repeated as (delete from intake where run_id = any($1) and status = 'duplicate' returning delivery_id as id),
          ended as (delete from waits where run_id = any($1) returning delivery_id as id)
     select id from own union select id from repeated union select id from ended where id is not null`,
    [runIds],
  );
  return rows.map(({ id }) => id);
}
