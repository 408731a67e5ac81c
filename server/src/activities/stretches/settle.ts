import type { ExpressionHost } from '../../expressions/expression-host.js';
import type { VersionsService } from '../../flows/versions.service.js';
import type { Sealer } from '../../platform/crypto/index.js';
import type { Database } from '../../platform/database/index.js';
import { withoutTurn } from '../../runs/turns/given-back.js';
import type { StretchRequest, StretchResult } from '../../workflows/contract.js';
import {
  catchUp,
  eventOf,
  loadRun,
  outstanding,
  type Plan,
  type RunState,
  type StepState,
} from '../../workflows/interpreter/index.js';
import { readAsked, untakenControls } from '../controls.js';
import type { FactsCache } from '../facts.js';
import type { Plans } from '../plans.js';
import { readsOf } from '../value-reads.js';
import { StepValues } from '../values.js';
import { CalledFlows } from './called-flows.js';
import { readChildEndings } from './child-endings.js';
import { readControlRows, readRowsAt } from './control-rows.js';
import { beginAfter } from './next-after.js';
import { evaluateRounds, type Patience } from './rounds.js';
import { StretchRun } from './stretch.js';
import { type MovedRun, RepeatedStretch, type StretchWriter, type Written } from './stretch-writer.js';
import { isInLane } from './turns-given-back.js';
import { OvertakenStretch } from './wait-rows.js';

export interface SettleDependencies {
  database: Database;
  sealer: Sealer;
  versions: VersionsService;
  plans: Plans;
  facts: FactsCache;
  expressions: ExpressionHost;
  writer: StretchWriter;
  secretsOf: (versionId: string) => Promise<string[]>;
  runUrl: (workspaceId: string, runId: string) => string;
  /** Hosts these runs by themselves: they have left the carrier that they shared. */
  moveOut: (runs: MovedRun[]) => void;
}

/** A run that has its carrier for itself may take what is published for an evaluation. */
const alone: Patience = { roundsMs: 1_000, steps: 1_000 };
/** In a carrier that several runs share none keeps the others waiting. */
const among: Patience = { evaluationMs: 25, roundsMs: 200, steps: 2_000 };

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
  const runs = await prepare(on, requests, new Set([...repeated, ...(await readBehind(on, requests))]));
  await beginAfter(on.database, runs);
  const values = new StepValues(readsOf(on.database, on.sealer));
  const shared = requests.some((request) => request.shared);
  await evaluateRounds(runs, {
    expressions: on.expressions,
    source: values,
    called: new CalledFlows(on),
    runUrl: on.runUrl,
    now: () => Date.now(),
    beforeRound: () => takeKept(on, runs),
    patience: shared ? among : alone,
  });
  let written: Written;
  try {
    written = await on.writer.write(runs);
  } catch (error) {
    if (error instanceof OvertakenStretch) return attempt(on, requests, repeated);
    if (!(error instanceof RepeatedStretch) || [...error.runIds].every((id) => repeated.has(id))) throw error;
    return attempt(on, requests, new Set([...repeated, ...error.runIds]));
  }
  if (written.moved.length > 0) on.moveOut(written.moved);
  const byId = new Map(runs.map((run) => [run.facts.id, run]));
  return requests.map(({ runId }) => {
    const run = byId.get(runId);
    if (!run || !written.committed.has(runId)) return { runId, dropped: true, events: [] };
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
  const asked = await readAsked(
    on.database,
    fromRows.map(({ runId }) => runId),
  );
  const runs: StretchRun[] = [];
  for (const request of requests) {
    const own = facts.get(request.runId);
    if (!own) continue;
    const version = await on.versions.get(request.versionId);
    const plan = on.plans.of(version);
    // Where one step is run alone, rows of the others are there to be read and steer nothing.
    const ofRun = rows.filter((row) => row.runId === request.runId && isOf(plan, row.step));
    if (request.state === null) {
      const state = loadRun(plan, request.trigger, ofRun, asked.get(request.runId));
      const run = new StretchRun(request, own, version, plan, state);
      run.want(outstanding(plan, run.state));
      runs.push(run);
    } else {
      const run = new StretchRun(request, own, version, plan, request.state);
      if (repeated.has(request.runId)) run.repeat(catchUp(plan, run.state, ofRun, asked.get(request.runId)));
      runs.push(run);
    }
  }
  const known = runs.filter((run) => !run.request.fresh);
  const controls = await untakenControls(
    on.database,
    known.map((run) => run.facts.id),
  );
  const ended = controls.filter(({ kind }) => kind === 'child_ended').map(({ payload }) => String(payload.runId));
  const endings = await readChildEndings(on, ended);
  // After the controls, which tell of a turn that has come.
  const turnless = await withoutTurn(
    on.database,
    known.filter(isInLane).map((run) => run.facts.id),
  );
  for (const run of known) {
    run.lacksTurn = turnless.has(run.facts.id);
    run.takeControls(
      controls.filter(({ runId }) => runId === run.facts.id),
      endings,
    );
  }
  return runs;
}

const isOf = (plan: Plan, step: string): boolean => plan.steps.has(step) || plan.after.has(step);

/**
 * Runs whose host awaits what its own rows say has come: it died after an answer was committed and before it knew. The
 * answer is taken, so that nothing but the row tells of it.
 */
async function readBehind({ database }: SettleDependencies, requests: StretchRequest[]): Promise<string[]> {
  const places = requests.flatMap(({ runId, fresh, state }) =>
    fresh || state === null ? [] : waitingPlaces(state).map((place) => ({ runId, ...place })),
  );
  const rows = places.length === 0 ? [] : await readRowsAt(database, places);
  return rows.filter(({ ended, status }) => ended || status === 'retrying').map(({ runId }) => runId);
}

const awaitsAnswer = (status: StepState['status']): boolean => status === 'waiting' || status === 'unknown';

function waitingPlaces({ frames }: RunState): { step: string; iteration: string }[] {
  return Object.values(frames).flatMap(({ iteration, steps }) =>
    Object.entries(steps).flatMap(([step, { status }]) => (awaitsAnswer(status) ? [{ step, iteration }] : [])),
  );
}

/** What is ready and was done by an earlier run of the chain is not evaluated: it is as its row says. */
async function takeKept(on: SettleDependencies, runs: StretchRun[]): Promise<void> {
  for (;;) {
    const places = runs.flatMap((run) => run.placesToLookAt());
    const rows = places.length === 0 ? [] : await readRowsAt(on.database, places);
    const events = rows.flatMap((row) => {
      const event = eventOf(row);
      return event ? [{ runId: row.runId, event }] : [];
    });
    if (events.length === 0) return;
    for (const { runId, event } of events) runs.find((run) => run.facts.id === runId)?.happened(event);
  }
}
