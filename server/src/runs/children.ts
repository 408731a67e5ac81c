import { notify, type Sql } from '../platform/database/index.js';
import { endTurns } from './turns/turns.js';

/** Who is named on a control that a run puts on another one. */
export const callingRun = 'the calling run';

/**
 * Tells the runs that wait for these ones that they have ended; in the transaction that ends them.
 * @returns the ids of the parents, to be announced after the commit
 */
export async function tellParents(tx: Sql, runIds: string[]): Promise<string[]> {
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

/**
 * Cancels runs whose parent no longer waits for them: one that nobody hosts yet ends here, the others are asked.
 * @returns the ids of those that were asked, to be announced after the commit
 */
export async function cancelChildren(tx: Sql, runIds: string[], payload: object = {}): Promise<string[]> {
  if (runIds.length === 0) return [];
  const ended = await tx.query<{ id: string; workspaceId: string }>(
    `update runs set status = 'cancelled', reason = 'cancelled', epoch = epoch + 1, ended_at = now(),
            touched_at = now(), seq = nextval('change_seq')
      where id = any($1) and status = 'queued' and ended_at is null returning id, workspace_id as "workspaceId"`,
    [runIds],
  );
  await endTurns(
    tx,
    ended.map(({ id }) => id),
  );
  for (const { id, workspaceId } of ended) await notify(tx, 'castellan_changes', `${workspaceId} runs ${id}`);
  const asked = await tx.query<{ id: string }>(
    `insert into controls (run_id, kind, payload, actor)
     select id, 'cancel', $2, $3 from runs where id = any($1) and ended_at is null returning run_id as id`,
    [runIds, JSON.stringify(payload), callingRun],
  );
  return asked.map(({ id }) => id);
}
