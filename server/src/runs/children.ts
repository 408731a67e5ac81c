import type { Sealer } from '../platform/crypto/index.js';
import type { Sql } from '../platform/database/index.js';
import { keepSteps } from './kept-steps.js';
import { makeRuns, type NewRun } from './make-run.js';
import { announceQueued } from './queue.js';

/** Makes the runs that a run's steps call, with the rows that they take over, and queues them. */
export async function makeChildren(tx: Sql, sealer: Sealer, workspaceId: string, runs: NewRun[]): Promise<void> {
  await makeRuns(tx, runs);
  for (const { id, keeps } of runs) if (keeps) await keepSteps(tx, sealer, { from: keeps.from, to: id }, keeps.steps);
  await announceQueued(
    tx,
    workspaceId,
    runs.map(({ id }) => id),
  );
}

/**
 * Tells the runs that wait for these ones that they have ended; in the transaction that ends them.
 * @returns the ids of the parents, to be announced after the commit
 */
export async function tellParents(tx: Sql, runIds: string[]): Promise<string[]> {
  if (runIds.length === 0) return [];
  const rows = await tx.query<{ id: string }>(
    `insert into controls (run_id, kind, step_id, iteration, payload, actor)
     select c.parent_run_id, 'child_ended', c.parent_step, c.parent_iteration, jsonb_build_object('runId', c.id), $2
       from runs c join runs p on p.id = c.parent_run_id
      where c.id = any($1) and c.parent_waits and p.ended_at is null
     returning run_id as id`,
    [runIds, 'the called run'],
  );
  return rows.map(({ id }) => id);
}
