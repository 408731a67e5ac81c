import type { ExpressionHost } from '../expressions/expression-host.js';
import type { VersionsService } from '../flows/versions.service.js';
import type { Sealer } from '../platform/crypto/index.js';
import type { Database } from '../platform/database/index.js';
import type { StretchRequest, StretchResult } from '../workflows/contract.js';
import { catchUp, loadRun, outstanding } from '../workflows/interpreter/index.js';
import { Contexts } from './contexts.js';
import { readControlRows } from './control-rows.js';
import { untakenControls } from './controls.js';
import type { FactsCache } from './facts.js';
import type { Plans } from './plans.js';
import { requestOf, StretchRun } from './stretch.js';
import { RepeatedStretch, type StretchWriter, type Written } from './stretch-writer.js';
import { StepValues } from './values.js';

export interface SettleDependencies {
  database: Database;
  sealer: Sealer;
  versions: VersionsService;
  plans: Plans;
  facts: FactsCache;
  expressions: ExpressionHost;
  writer: StretchWriter;
  runUrl: (workspaceId: string, runId: string) => string;
}

/**
 * The local activity: takes runs as far as they go without a call, round by round through the expression host, and
 * commits all of it at once. What it answers is what the rows hold.
 */
export async function settle(on: SettleDependencies, requests: StretchRequest[]): Promise<StretchResult[]> {
  return attempt(on, requests, new Set());
}

/** `repeated`: runs whose rows are ahead of the carrier's state, because a host died after it had committed. */
async function attempt(
  on: SettleDependencies,
  requests: StretchRequest[],
  repeated: ReadonlySet<string>,
): Promise<StretchResult[]> {
  const runs = await prepare(on, requests, repeated);
  await evaluate(on, runs);
  let written: Map<string, Written>;
  try {
    written = await on.writer.write(runs);
  } catch (error) {
    if (!(error instanceof RepeatedStretch) || [...error.runIds].every((id) => repeated.has(id))) throw error;
    return attempt(on, requests, new Set([...repeated, ...error.runIds]));
  }
  return requests.map(({ runId }) => {
    const run = runs.find((candidate) => candidate.facts.id === runId);
    if (!run || written.get(runId) !== 'committed') return { runId, dropped: true, events: [] };
    return { runId, events: run.events, ...(run.loaded ? { state: run.loaded } : {}) };
  });
}

async function prepare(
  on: SettleDependencies,
  requests: StretchRequest[],
  repeated: ReadonlySet<string>,
): Promise<StretchRun[]> {
  const facts = await on.facts.of(requests.map(({ runId }) => runId));
  const fromRows = requests.filter((request) => request.state === null || repeated.has(request.runId));
  const rows =
    fromRows.length > 0
      ? await readControlRows(
          on.database,
          fromRows.map(({ runId }) => runId),
        )
      : [];
  const runs: StretchRun[] = [];
  for (const request of requests) {
    const own = facts.get(request.runId);
    if (!own) continue;
    const version = await on.versions.get(request.versionId);
    const plan = on.plans.of(version);
    const ofRun = rows.filter((row) => row.runId === request.runId);
    if (request.state === null) {
      const state = loadRun(plan, request.trigger, ofRun);
      const run = new StretchRun(request, own, version, plan, state);
      run.want(outstanding(plan, run.state));
      runs.push(run);
    } else {
      const run = new StretchRun(request, own, version, plan, request.state);
      if (repeated.has(request.runId)) run.repeat(catchUp(plan, run.state, ofRun));
      runs.push(run);
    }
  }
  for (const run of runs) if (!run.request.fresh) run.takeControls(await untakenControls(on.database, run.facts.id));
  return runs;
}

/** Rounds: all that is ready of all runs goes to the host in one message, until nothing is ready. */
async function evaluate(on: SettleDependencies, runs: StretchRun[]): Promise<void> {
  const values = new StepValues(on.database, on.sealer);
  const contexts = new Contexts(on.database, values, on.runUrl);
  for (;;) {
    const now = Date.now();
    const round = runs.flatMap((run) => run.takeRound(now).map((part) => ({ run, part })));
    if (round.length === 0) return;
    await contexts.prepare(round.map(({ part }) => part.place));
    const asked = round.map(({ part }) => requestOf(part, contexts.of(part.place)));
    const answers = await on.expressions.evaluate(asked.flat());
    let next = 0;
    for (const [index, { run, part }] of round.entries()) {
      const count = asked[index]?.length ?? 0;
      run.conclude(part, answers.slice(next, next + count));
      next += count;
    }
    for (const run of runs) rememberValues(run, values, contexts);
  }
}

/** What this stretch has made, later rounds read before it is committed. */
function rememberValues(run: StretchRun, values: StepValues, contexts: Contexts): void {
  for (const { step, iteration, status, output, error } of run.changes.steps) {
    if (status === 'succeeded' || status === 'failed') {
      values.set({ runId: run.facts.id, step, iteration }, { output: output ?? null, error: error ?? null });
    }
  }
  for (const { step, iteration, items } of run.changes.items) contexts.setItems(run.facts.id, step, iteration, items);
}
