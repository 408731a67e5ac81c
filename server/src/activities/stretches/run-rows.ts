import { changedRun } from '../../emitted-events/changed-rows.js';
import { tellRunEnds } from '../../emitted-events/told.js';
import { prepared, type Sql } from '../../platform/database/index.js';
import { type Blob, saveBlobs, splitLarge } from '../../platform/large-values/index.js';
import { cancelChildren } from '../../runs/cancel-runs.js';
import { tellParents } from '../../runs/children.js';
import { closeApprovals } from '../../runs/close-approvals.js';
import { addSearchWords, type Findings } from '../../runs/search/add-words.js';
import type { RunState } from '../../workflows/interpreter/index.js';
import { readRunError } from './read-run-error.js';
import type { StretchRun } from './stretch.js';
import { waitingSentences } from './waiting.js';

/**
 * Cancels whatever is still open of these runs, which end, with the runs that they wait for.
 * @returns runs that are to be announced
 */
async function closeOpenRuns(tx: Sql, runIds: string[]): Promise<string[]> {
  const closed = await tx.query<{ childRunId: string | null }>(
    prepared(`update steps set status = 'cancelled', ended_at = now(), next_at = null, seq = nextval('change_seq')
      where run_id = any($1) and ended_at is null returning child_run_id as "childRunId"`),
    [runIds],
  );
  await closeApprovals(tx, runIds);
  await tx.query('update waits set closed_at = now() where run_id = any($1) and closed_at is null', [runIds]);
  return cancelChildren(
    tx,
    closed.flatMap(({ childRunId }) => childRunId ?? []),
  );
}

/** A run that began and ended in this stretch, without anything open in between, has nothing left to close. */
const mayHaveOpenRows = ({ request, changes }: StretchRun): boolean =>
  !request.fresh || changes.steps.some(({ status }) => status === 'waiting' || status === 'running');

export const endsWithOpenRows = (run: StretchRun): boolean => run.changes.ending !== undefined && mayHaveOpenRows(run);

/**
 * Brings the runs' own rows up to date, in one statement.
 * @returns runs that are to be announced
 */
export async function writeRuns(tx: Sql, runs: StretchRun[]): Promise<string[]> {
  if (runs.length === 0) return [];
  const closing = runs.filter(endsWithOpenRows).map((run) => run.facts.id);
  const cancelled = closing.length > 0 ? await closeOpenRuns(tx, closing) : [];
  const status = new Map(runs.map((run) => [run, run.changes.ending?.status ?? statusOf(run.state)]));
  const waiting = await waitingSentences(
    tx,
    runs.filter((run) => status.get(run) === 'waiting').map((run) => run.facts.id),
  );
  const changes: object[] = [];
  const findings: Findings[] = [];
  const blobs: Blob[] = [];
  for (const run of runs) {
    const { changes: of, facts, state } = run;
    // Known from when the run is going to end, whatever is still to be done: it stays the same until then.
    const isOver = state.phase !== 'running';
    const error = isOver ? await readRunError(tx, run) : null;
    const answer = splitLarge(facts.workspaceId, { response: of.response });
    blobs.push(...answer.blobs);
    const said = of.ending ? [error?.code, error?.message] : [];
    findings.push({ workspaceId: facts.workspaceId, runId: facts.id, texts: [of.outcome, ...said] });
    changes.push({
      id: facts.id,
      status: status.get(run),
      reason: of.ending?.reason ?? null,
      waiting_for: waiting.get(facts.id) ?? null,
      response: answer.parts.response,
      large: answer.large,
      outcome: of.outcome ?? null,
      ended: of.ending !== undefined,
      error,
      ending: isOver && !of.ending ? state.ending : null,
    });
  }
  await saveBlobs(tx, blobs);
  await tx.query(
    prepared(`with changed as (
      update runs r set status = n.status, reason = n.reason, waiting_for = n.waiting_for,
            response = coalesce(r.response, n.response::jsonb),
            large = case when r.response is null and n.large is not null then coalesce(r.large, '{}') || n.large::jsonb
                         else r.large end,
            outcome = coalesce(n.outcome, r.outcome),
            ended_at = case when n.ended then now() end, error = coalesce(r.error, n.error),
            ending = coalesce(r.ending, n.ending),
            ending_seq = coalesce(r.ending_seq, case when n.ending is not null then nextval('change_seq') end),
            touched_at = now(), seq = nextval('change_seq')
       from json_to_recordset($1::json) as n (id uuid, status text, reason text, waiting_for jsonb, response text,
                                              large text, outcome text, ended bool, error jsonb, ending jsonb)
      where r.id = n.id
      returning ${changedRun}
     )${tellRunEnds} select from changed where false`),
    [JSON.stringify(changes)],
  );
  await addSearchWords(tx, findings);
  const ended = runs.filter(({ changes, facts }) => changes.ending !== undefined && facts.parentRunId !== null);
  return [
    ...cancelled,
    ...(await tellParents(
      tx,
      ended.map(({ facts }) => facts.id),
    )),
  ];
}

/** Where a run stands that has not ended: waiting means that nothing is under way and something is awaited. */
function statusOf(state: RunState): 'running' | 'waiting' | 'paused' {
  if (state.paused) return 'paused';
  let awaited = false;
  for (const frame of Object.values(state.frames)) {
    for (const at of Object.values(frame.steps)) {
      if ((at.status === 'running' && !at.loop) || at.status === 'ready') return 'running';
      if (at.status === 'waiting' || at.status === 'unknown' || at.status === 'retrying') awaited = true;
    }
  }
  return awaited ? 'waiting' : 'running';
}
