import type { Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { rootsBelow } from './done-writes.js';

/** A run that is to be undone: the first of its chain of retries stands for all of them. */
export interface UndoneRun {
  rootId: string;
  workspaceId: string;
  flowId: string;
  flowName: string;
  /** Of the run that was asked for. */
  versionId: string;
  mode: string;
  businessKey: string | null;
  orderKey: string | null;
}

export async function readUndone(sql: Sql, workspaceId: string, runId: string): Promise<UndoneRun> {
  const [run] = await sql.query<UndoneRun>(
    `select r.root_id as "rootId", r.workspace_id as "workspaceId", r.flow_id as "flowId", f.name as "flowName",
            r.version_id as "versionId", r.mode, r.business_key as "businessKey", r.order_key as "orderKey"
       from runs r join flows f on f.id = r.flow_id where r.id = $1 and r.workspace_id = $2`,
    [runId, workspaceId],
  );
  return found(run, 'run');
}

/** Two people at one moment: the second waits for what the first does, and sees it. Retries of the run wait, too. */
export async function lockUndone(tx: Sql, { rootId }: Pick<UndoneRun, 'rootId'>): Promise<void> {
  await tx.query('select id from runs where id = $1 for update', [rootId]);
}

/** Why a run cannot be undone now, by the roots below it; null when it can. */
export async function cannotUndo(
  sql: Sql,
  { rootId, mode }: Pick<UndoneRun, 'rootId' | 'mode'>,
  roots: string[],
): Promise<{ message: string; runId?: string } | null> {
  if (mode !== 'live' && mode !== 'test') return { message: 'Only runs that really ran can be undone.' };
  const [state] = await sql.query<{ open: string | null; cleared: boolean }>(
    `select (array_agg(id) filter (where ended_at is null))[1] as open, bool_or(cleared_at is not null) as cleared
       from runs where id = any($1) or (root_id = any($1) and root_id <> id)`,
    [roots],
  );
  if (state?.open === rootId) return { message: 'The run has not ended yet: cancel it first, or wait for its end.' };
  if (state?.open) {
    const message = 'A retry of the run, or a flow that it called, is still under way: wait for its end.';
    return { message, runId: state.open };
  }
  if (state?.cleared) return { message: 'Its data was removed, so nobody knows any more how it is taken back.' };
  const undo = await undoUnderWay(sql, [...roots, ...(await rootsAbove(sql, rootId))]);
  return undo === null ? null : { message: 'Somebody is undoing this run right now: look at that run.', runId: undo };
}

export function refuse({ message, runId }: { message: string; runId?: string }): never {
  throw new ApiError('conflict', message, runId === undefined ? undefined : { runId });
}

/** A run that undoes one of these chains and has not ended. */
export async function undoUnderWay(sql: Sql, roots: string[]): Promise<string | null> {
  const [row] = await sql.query<{ id: string }>(
    `select r.id from plans p join runs a on a.id = p.applied_run_id
       join lateral (select id, ended_at from runs where id = a.root_id or (root_id = a.root_id and root_id <> id)) r on true
      where p.undoes_root_id = any($1) and r.ended_at is null limit 1`,
    [roots],
  );
  return row?.id ?? null;
}

/** First runs of the chains that called this one. */
async function rootsAbove(sql: Sql, rootId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `with recursive up (root_id, parent) as (
       select root_id, parent_run_id from runs where id = $1
       union select r.root_id, r.parent_run_id from up join runs r on r.id = up.parent
     ) select distinct root_id as id from up where root_id <> $1`,
    [rootId],
  );
  return rows.map(({ id }) => id);
}

/** Refuses to carry out a plan that takes back what cannot be taken back any more, or what somebody else has. */
export async function refuseUndone(
  tx: Sql,
  { id, workspaceId, undoes }: { id: string; workspaceId: string; undoes: { runId: string } },
): Promise<void> {
  const run = await readUndone(tx, workspaceId, undoes.runId);
  await lockUndone(tx, run);
  const cannot = await cannotUndo(tx, run, await rootsBelow(tx, run.rootId));
  if (cannot) refuse(cannot);
  const [write] = await tx.query<{ undoneBy: string | null }>(
    `select e.undone_by as "undoneBy" from undo_writes w join effects e on e.root_id = w.root_id and e.key = w.effect_key
      where w.plan_id = $1 and w.step_id is not null and e.undone_at is not null limit 1`,
    [id],
  );
  if (!write) return;
  const message = 'Some of this was undone in the meantime: undo the run again for what is left.';
  refuse({ message, ...(write.undoneBy ? { runId: write.undoneBy } : {}) });
}
