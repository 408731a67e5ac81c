import { changedRun } from '../emitted-events/changed-rows.js';
import { tellRunEnds } from '../emitted-events/told.js';
import { announceRuns } from '../events/changes.js';
import type { Sql } from '../platform/database/index.js';
import { tellParents } from './children.js';
import { endTurns } from './turns/turns.js';

/**
 * Cancels runs that have not ended: one that no carrier has taken yet ends here, since nobody else would read its
 * controls, and the others are asked. @returns the ids of runs to announce after the commit
 */
export async function cancelRuns(
  tx: Sql,
  runIds: string[],
  { actor, payload = {} }: { actor: string; payload?: object },
): Promise<string[]> {
  if (runIds.length === 0) return [];
  const ended = await endQueued(tx, runIds);
  const told = await tellParents(tx, ended);
  const asked = await tx.query<{ id: string }>(
    `insert into controls (run_id, kind, payload, actor)
     select id, 'cancel', $2, $3 from runs where id = any($1) and ended_at is null returning run_id as id`,
    [runIds, JSON.stringify(payload), actor],
  );
  return [...told, ...asked.map(({ id }) => id)];
}

/** Cancels runs whose parent no longer waits for them. @returns the ids of runs to announce after the commit */
export function cancelChildren(tx: Sql, runIds: string[], payload: object = {}): Promise<string[]> {
  return cancelRuns(tx, runIds, { actor: 'the calling run', payload });
}

async function endQueued(tx: Sql, runIds: string[]): Promise<string[]> {
  const ended = await tx.query<{ id: string; workspaceId: string }>(
    `with changed as (
       update runs r set status = 'cancelled', reason = 'cancelled', epoch = epoch + 1, ended_at = now(),
            touched_at = now(), seq = nextval('change_seq')
      where id = any($1) and status = 'queued' and ended_at is null
       returning ${changedRun}
     )${tellRunEnds} select id, workspace_id as "workspaceId" from changed`,
    [runIds],
  );
  const ids = ended.map(({ id }) => id);
  await endTurns(tx, ids);
  await announceRuns(tx, ended);
  return ids;
}
