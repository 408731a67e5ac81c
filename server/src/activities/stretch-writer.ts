import type { AuditService } from '../audit/audit.service.js';
import { announceRuns, announceTopic } from '../events/changes.js';
import type { Sealer } from '../platform/crypto/index.js';
import { type Database, prepared, type Sql } from '../platform/database/index.js';
import { type Blob, saveBlobs } from '../platform/large-values/index.js';
import { maskSecrets } from '../platform/masking.js';
import { cancelChildren } from '../runs/cancel-runs.js';
import { makeChildren, tellParents } from '../runs/children.js';
import { addSearchWords, type Findings } from '../runs/search/add-words.js';
import { endTurns } from '../runs/turns/turns.js';
import type { RunState } from '../workflows/interpreter/index.js';
import { abandonChildren } from './abandoned.js';
import type { RunChanges } from './changes.js';
import { readRunError } from './read-run-error.js';
import type { StretchRun } from './stretch.js';
import { asJson, storedForms } from './values.js';
import { closeWaits, escalate, expire, openApprovals, openEventWaits } from './wait-rows.js';
import { waitingSentences } from './waiting.js';

/** A run that has left the carrier that it shared, with the carrier that is to host it now. */
export interface MovedRun {
  id: string;
  workspaceId: string;
  versionId: string;
  triggerId: string;
  epoch: number;
  carrier: string;
  prepared: boolean;
}

/** What became of a stretch: runs in neither are no longer their host's. */
export interface Written {
  committed: Set<string>;
  moved: MovedRun[];
}

/**
 * Commits a stretch: the rows of all its runs in one transaction. A run whose epoch has moved on is left out. A run some
 * of whose rows are there already was committed before by a host that died before it could say so: nothing is written
 * and the caller takes the rows instead (RepeatedStretch).
 */
export class StretchWriter {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly audit: AuditService,
    private readonly secretsOf: (versionId: string) => Promise<string[]>,
    private readonly announce: (runIds: string[]) => void,
  ) {}

  async write(runs: StretchRun[]): Promise<Written> {
    const rows = await this.prepare(runs.filter((run) => !run.isLate));
    const asked = new Set<string>();
    const written = await this.database.transaction(async (tx) => {
      const alive = await fence(tx, runs);
      const ofAlive = rows.filter((row) => alive.has(row.runId));
      const repeated = new Set([...(await begunBefore(tx, ofAlive)), ...(await writeSteps(tx, ofAlive))]);
      if (repeated.size > 0) throw new RepeatedStretch(repeated);
      const own = runs.filter((run) => alive.has(run.facts.id) && !run.isLate);
      for (const run of own)
        for (const id of await writeRest(tx, { sealer: this.sealer, audit: this.audit }, run)) asked.add(id);
      for (const id of await writeRuns(tx, own)) asked.add(id);
      await endTurns(
        tx,
        own.filter(({ facts, changes }) => facts.takesTurns && changes.ending).map((run) => run.facts.id),
      );
      await tell(tx, own);
      const leaving = runs.filter((run) => alive.has(run.facts.id) && run.leaves).map((run) => run.facts.id);
      for (const id of leaving) alive.delete(id);
      return { committed: alive, moved: leaving.length > 0 ? await moveOut(tx, leaving) : [] };
    });
    if (asked.size > 0) this.announce([...asked]);
    return written;
  }

  private async prepare(runs: StretchRun[]): Promise<StepRowToWrite[]> {
    const rows: StepRowToWrite[] = [];
    for (const run of runs) {
      if (run.changes.steps.length === 0) continue;
      const secrets = await this.secretsOf(run.version.id);
      for (const change of run.changes.steps) {
        const { workspaceId, id: runId } = run.facts;
        const place = { workspaceId, runId, step: change.step, iteration: change.iteration };
        rows.push({
          ...place,
          kind: change.kind,
          status: change.status,
          port: change.port ?? null,
          ...(await storedForms(this.sealer, secrets, place, change)),
          error: asJson(change.error),
          count: change.count ?? null,
          due: change.due ?? null,
          detail: asJson(maskSecrets(change.detail, secrets)),
          childRunId: change.childRunId ?? null,
          begins: change.begins === true,
          ended: change.status !== 'running' && change.status !== 'waiting',
        });
      }
    }
    return rows;
  }
}

/** Rows that were there already: the stretch of these runs was committed by a host that died before it said so. */
export class RepeatedStretch extends Error {
  constructor(readonly runIds: ReadonlySet<string>) {
    super('This stretch has been committed before.');
  }
}

interface StepRowToWrite {
  runId: string;
  step: string;
  iteration: string;
  kind: string;
  status: string;
  port: string | null;
  input: string | null;
  output: string | null;
  exact: string | null;
  error: string | null;
  count: number | null;
  due: number | null;
  detail: string | null;
  large: string | null;
  blobs: Blob[];
  childRunId: string | null;
  begins: boolean;
  ended: boolean;
}

/** Locks the runs that are still these hosts'. From here on their rows come in one order. */
async function fence(tx: Sql, runs: StretchRun[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    prepared(`select r.id from runs r join unnest($1::uuid[], $2::int[]) as h (id, epoch) on h.id = r.id and h.epoch = r.epoch
      where r.ended_at is null order by r.id for no key update of r`),
    [runs.map((run) => run.facts.id), runs.map((run) => run.request.epoch)],
  );
  return new Set(rows.map((row) => row.id));
}

/** The runs of which a step that begins here has its row already. */
async function begunBefore(tx: Sql, rows: StepRowToWrite[]): Promise<string[]> {
  const beginning = rows.filter(({ begins }) => begins);
  if (beginning.length === 0) return [];
  const found = await tx.query<{ runId: string }>(
    prepared(`select distinct s.run_id as "runId" from unnest($1::uuid[], $2::text[], $3::text[]) as n (run_id, step_id, iteration)
       join steps s on s.run_id = n.run_id and s.step_id = n.step_id and s.iteration = n.iteration and s.pass = 0`),
    [beginning.map((r) => r.runId), beginning.map((r) => r.step), beginning.map((r) => r.iteration)],
  );
  return found.map(({ runId }) => runId);
}

/** Answers the runs of which a row had ended already. */
async function writeSteps(tx: Sql, rows: StepRowToWrite[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  await saveBlobs(
    tx,
    rows.flatMap(({ blobs }) => blobs),
  );
  const written = await tx.query<{ runId: string; step: string; iteration: string }>(
    prepared(`insert into steps as s (run_id, step_id, iteration, kind, status, port, input, output, exact, error, count, next_at,
                             detail, child_run_id, large, started_at, ended_at)
     select run_id, step_id, iteration, kind, status, port, input::jsonb, output::jsonb, exact, error::jsonb, count,
            to_timestamp(due / 1000.0), detail::jsonb, child_run_id, large::jsonb, case when status <> 'skipped' then now() end,
            case when ended then now() end
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                   $9::text[], $10::text[], $11::int[], $12::float8[], $13::text[], $14::uuid[], $15::bool[], $16::text[])
         as n (run_id, step_id, iteration, kind, status, port, input, output, exact, error, count, due, detail,
               child_run_id, ended, large)
     on conflict (run_id, step_id, iteration, pass) do update
        set status = excluded.status, port = excluded.port, input = coalesce(excluded.input, s.input),
            output = excluded.output, exact = coalesce(excluded.exact, s.exact), error = excluded.error,
            count = coalesce(excluded.count, s.count), next_at = excluded.next_at,
            detail = excluded.detail, child_run_id = coalesce(excluded.child_run_id, s.child_run_id),
            large = case when excluded.large is null then s.large else coalesce(s.large, '{}') || excluded.large end,
            ended_at = excluded.ended_at, seq = excluded.seq
      where s.ended_at is null
     returning run_id as "runId"`),
    [
      rows.map((r) => r.runId),
      rows.map((r) => r.step),
      rows.map((r) => r.iteration),
      rows.map((r) => r.kind),
      rows.map((r) => r.status),
      rows.map((r) => r.port),
      rows.map((r) => r.input),
      rows.map((r) => r.output),
      rows.map((r) => r.exact),
      rows.map((r) => r.error),
      rows.map((r) => r.count),
      rows.map((r) => r.due),
      rows.map((r) => r.detail),
      rows.map((r) => r.childRunId),
      rows.map((r) => r.ended),
      rows.map((r) => r.large),
    ],
  );
  if (written.length === rows.length) return new Set();
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.runId, (counts.get(row.runId) ?? 0) + 1);
  for (const { runId } of written) counts.set(runId, (counts.get(runId) ?? 0) - 1);
  return new Set([...counts].filter(([, missing]) => missing > 0).map(([runId]) => runId));
}

/** @returns runs that are to be announced, since something was asked of them */
async function writeRest(
  tx: Sql,
  { sealer, audit }: { sealer: Sealer; audit: AuditService },
  run: StretchRun,
): Promise<string[]> {
  const { changes, facts, version } = run;
  const asked: string[] = [];
  await makeChildren(tx, sealer, facts.workspaceId, changes.children);
  for (const { step, iteration, items } of changes.items) await writeItems(tx, facts.id, step, iteration, items);
  await openApprovals(tx, facts, changes.approvals);
  await openEventWaits(tx, facts, changes.awaitedEvents);
  await expire(tx, facts.id, changes.expired);
  await escalate(tx, audit, facts, changes.escalated);
  for (const { step, iteration } of changes.closedLoops) {
    const body = Object.values(version.program.steps)
      .filter((s) => s.level.includes(step))
      .map((s) => s.id);
    asked.push(...(await closeOpenSteps(tx, facts.id, body, iteration)));
  }
  for (const { step, iteration, outcome } of changes.outcomes) {
    await tx.query(
      prepared(`update effects e set state = $5, settled_at = now(), answer = case when $5 = 'done' then null else e.answer end
         from steps s
        where s.run_id = $2 and s.step_id = $3 and s.iteration = $4 and s.pass = 0
          and e.root_id = $1 and e.key = s.effect_key and e.state = 'unknown'`),
      [facts.rootId, facts.id, step, iteration, outcome === 'happened' ? 'done' : 'refused'],
    );
  }
  if (changes.controls.length > 0) {
    await tx.query('update controls set taken_at = now() where id = any($1)', [changes.controls]);
  }
  asked.push(...(await abandonChildren(tx, run)));
  return asked;
}

async function writeItems(tx: Sql, runId: string, step: string, iteration: string, items: unknown[]): Promise<void> {
  const pages: string[] = [];
  for (let start = 0; start < items.length; start += 1_000)
    pages.push(JSON.stringify(items.slice(start, start + 1_000)));
  if (pages.length === 0) return;
  await tx.query(
    prepared(`insert into loop_items (run_id, step_id, iteration, page, items)
     select $1, $2, $3, page - 1, items::jsonb from unnest($4::text[]) with ordinality as p (items, page)
     on conflict do nothing`),
    [runId, step, iteration, pages],
  );
}

/**
 * Cancels what is still open of these steps in the iterations below `iteration`, with the runs that they wait for.
 * @returns runs that are to be announced
 */
async function closeOpenSteps(tx: Sql, runId: string, steps: string[], iteration: string): Promise<string[]> {
  const below = iteration === '' ? '%' : `${iteration}.%`;
  const values = [runId, steps, below];
  const closed = await tx.query<{ childRunId: string | null }>(
    prepared(`update steps set status = 'cancelled', ended_at = now(), next_at = null, seq = nextval('change_seq')
      where run_id = $1 and ended_at is null and step_id = any($2) and iteration like $3
     returning child_run_id as "childRunId"`),
    values,
  );
  await closeWaits(tx, runId, steps, below);
  return cancelChildren(
    tx,
    closed.flatMap(({ childRunId }) => childRunId ?? []),
  );
}

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
  await tx.query(
    prepared(`update approvals set status = 'closed', decided_at = now() where run_id = any($1) and status = 'open'`),
    [runIds],
  );
  await tx.query('update waits set closed_at = now() where run_id = any($1) and closed_at is null', [runIds]);
  return cancelChildren(
    tx,
    closed.flatMap(({ childRunId }) => childRunId ?? []),
  );
}

/** A run that began and ended in this stretch, without anything open in between, has nothing left to close. */
const mayHaveOpenRows = ({ request, changes }: StretchRun): boolean =>
  !request.fresh || changes.steps.some(({ status }) => status === 'waiting' || status === 'running');

const endsWithOpenRows = (run: StretchRun): boolean => run.changes.ending !== undefined && mayHaveOpenRows(run);

/**
 * Brings the runs' own rows up to date, in one statement.
 * @returns runs that are to be announced
 */
async function writeRuns(tx: Sql, runs: StretchRun[]): Promise<string[]> {
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
  for (const run of runs) {
    const { changes: of, facts, state } = run;
    // Known from when the run is going to end, whatever is still to be done: it stays the same until then.
    const isOver = state.phase !== 'running';
    const error = isOver ? await readRunError(tx, run) : null;
    const said = of.ending ? [error?.code, error?.message] : [];
    findings.push({ workspaceId: facts.workspaceId, runId: facts.id, texts: [of.outcome, ...said] });
    changes.push({
      id: facts.id,
      status: status.get(run),
      reason: of.ending?.reason ?? null,
      waiting_for: waiting.get(facts.id) ?? null,
      response: of.response ?? null,
      outcome: of.outcome ?? null,
      ended: of.ending !== undefined,
      error,
      ending: isOver && !of.ending ? state.ending : null,
    });
  }
  await tx.query(
    prepared(`update runs r set status = n.status, reason = n.reason, waiting_for = n.waiting_for,
            response = coalesce(r.response, n.response), outcome = coalesce(n.outcome, r.outcome),
            ended_at = case when n.ended then now() end, error = coalesce(r.error, n.error),
            ending = coalesce(r.ending, n.ending),
            ending_seq = coalesce(r.ending_seq, case when n.ending is not null then nextval('change_seq') end),
            touched_at = now(), seq = nextval('change_seq')
       from json_to_recordset($1::json) as n (id uuid, status text, reason text, waiting_for jsonb, response jsonb,
                                              outcome text, ended bool, error jsonb, ending jsonb)
      where r.id = n.id`),
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

/** Gives the runs a carrier of their own; the raised epoch fences off the one that they shared. */
function moveOut(tx: Sql, runIds: string[]): Promise<MovedRun[]> {
  return tx.query<MovedRun>(
    prepared(`update runs set epoch = epoch + 1, carrier = id::text || '-' || (epoch + 1), touched_at = now()
      where id = any($1)
     returning id, workspace_id as "workspaceId", version_id as "versionId", trigger_id as "triggerId", epoch, carrier,
               prepared`),
    [runIds],
  );
}

/** Where a run stands that has not ended: waiting means that nothing is under way and something is awaited. */
export function statusOf(state: RunState): 'running' | 'waiting' | 'paused' {
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

/** Tells pages and waiting callers; whoever cares reads the rows. */
async function tell(tx: Sql, runs: StretchRun[]): Promise<void> {
  await announceRuns(
    tx,
    runs.map(({ facts }) => facts),
  );
  const asking = runs.filter((run) => asksOrAnswers(run.changes) || endsWithOpenRows(run));
  await announceTopic(
    tx,
    asking.map(({ facts }) => facts.workspaceId),
    'approvals',
  );
}

const asksOrAnswers = ({ approvals, expired, escalated }: RunChanges): boolean =>
  approvals.length + expired.length + escalated.length > 0;
