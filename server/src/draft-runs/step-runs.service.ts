import type { Pin } from '@castellan/api';
import {
  type Draft,
  draftOfOneStep,
  type LoneStep,
  loneStep,
  newStepId,
  stepPlaces,
  withOneStep,
} from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { type DraftVariant, DraftVersionsService } from '../flows/draft-versions.service.js';
import { Sealer } from '../platform/crypto/index.js';
import type { Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { keepSteps } from '../runs/kept-steps.js';
import { keptItems } from '../workflows/interpreter/index.js';
import { type PastRun, readLastRun } from './past-run.js';
import { pinnedRows } from './pinned-rows.js';
import { queueTestRun, type TestRun } from './test-run.js';

/** One step of a draft, to be run alone. */
export interface StepRunRequest {
  flowId: string;
  draft: Draft;
  step: string;
  /** Of a step in a loop: the iteration of the past run. */
  iteration: string;
  /** The run that the outputs of other steps come from; the flow's last when left out. */
  past: PastRun | undefined;
  pins: Pin[];
}

/** By what a step that has never run is started. */
export type FirstStart = () => Pick<TestRun, 'trigger' | 'data'>;

const variantPrefix = 'step ';

/** Runs one step of a draft alone, on what other steps gave in a past run or on what is pinned. */
@Injectable()
export class StepRunsService {
  constructor(
    private readonly versions: DraftVersionsService,
    private readonly sealer: Sealer,
    private readonly audit: AuditService,
  ) {}

  async start(tx: Sql, actor: Actor, request: StepRunRequest, first: FirstStart): Promise<{ runId: string }> {
    const { flowId, draft, step, pins } = request;
    const lone = found(loneStep(draft, step), 'step in the saved draft');
    const past = request.past ?? (await readLastRun(tx, flowId));
    const { trigger, data } = past ? { trigger: startOfPast(draft, past), data: past.data } : first();
    const version = await this.versions.make(tx, actor, flowId, variantOf(lone, trigger.id));
    const indexes = await indexesOf(tx, lone, request.iteration, past);
    const run = { version, trigger, data, businessKey: past?.businessKey ?? null, step };
    return queueTestRun(tx, this.audit, actor, run, async (runId) => {
      if (past) await this.takeOver(tx, draft, lone, { past, runId, indexes, pins });
      await pinnedRows(tx, { workspaceId: actor.workspaceId, runId }, atPlaces(lone, indexes, pins));
    });
  }

  /** Gives the new run the rows of the past one that do not wait for the step, and the loops around it with one item. */
  private async takeOver(
    tx: Sql,
    draft: Draft,
    { loops, beside }: LoneStep,
    { past, runId, indexes, pins }: { past: PastRun; runId: string; indexes: Indexes; pins: Pin[] },
  ): Promise<void> {
    const pinned = new Set(pins.map(({ stepId }) => stepId));
    const partial = partialLoops(draft, past.variant);
    const rows = indexes.paths.map((path, depth) => ({
      steps: beside
        .filter((one) => one.depth === depth && !pinned.has(one.id) && !partial.has(one.id))
        .map(({ id }) => id),
      depth,
      iterations: [path],
    }));
    const reopened = loops.map((loop, depth) => ({
      step: loop,
      iteration: indexes.paths[depth] ?? '',
      kept: keptItems(otherThan(indexes.counts[depth] ?? 0, indexes.items[depth] ?? 0)),
    }));
    await keepSteps(tx, this.sealer, { from: past.id, to: runId }, { rows, loops: reopened });
  }
}

/** Where a step stands in the iterations of the loops around it. */
interface Indexes {
  /** The paths of its levels, from '' at the top. */
  paths: string[];
  items: number[];
  /** How many items each loop had. */
  counts: number[];
}

async function indexesOf(tx: Sql, { loops }: LoneStep, iteration: string, past: PastRun | undefined): Promise<Indexes> {
  if (loops.length === 0) return { paths: [''], items: [], counts: [] };
  const none = 'The step stands in a loop: choose a run in which the loop ran, so that there is an item.';
  if (!past) throw new ApiError('conflict', none);
  const items = (iteration === '' ? loops.map(() => 0) : iteration.split('.').map(Number)).slice(0, loops.length);
  const paths = ['', ...items.map((_, depth) => items.slice(0, depth + 1).join('.'))];
  const rows = await tx.query<{ loop: string; count: number }>(
    `select s.step_id as loop, s.count from unnest($2::text[], $3::text[]) as l (loop, iteration)
       join steps s on s.run_id = $1 and s.step_id = l.loop and s.iteration = l.iteration and s.pass = 0
      where s.count is not null`,
    [past.id, loops, paths.slice(0, loops.length)],
  );
  const counts = loops.map((loop) => rows.find((row) => row.loop === loop)?.count ?? 0);
  const missing = counts.findIndex((count, depth) => !((items[depth] ?? -1) >= 0 && (items[depth] ?? 0) < count));
  if (missing >= 0 || items.length < loops.length) throw new ApiError('conflict', none);
  return { paths, items, counts };
}

const otherThan = (count: number, item: number): number[] =>
  Array.from({ length: count }, (_, index) => index).filter((index) => index !== item);

function variantOf(lone: LoneStep, trigger: string): DraftVariant {
  return {
    name: `${variantPrefix}${lone.id} by ${trigger}`,
    draft: (draft) => draftOfOneStep(draft, lone, trigger),
    compiled: (whole) => withOneStep(whole, lone),
  };
}

/** The loops of which the past run, itself one of a step alone, did one item only: their output is not a whole one. */
function partialLoops(draft: Draft, variant: string): Set<string> {
  const step = variant.startsWith(variantPrefix) ? variant.slice(variantPrefix.length).split(' ')[0] : undefined;
  return new Set(stepPlaces(draft).find(({ id }) => id === step)?.level.loops ?? []);
}

/** The pins of steps that the step could read, at the iterations in which it reads them. */
function atPlaces({ beside }: LoneStep, { paths }: Indexes, pins: Pin[]) {
  return beside.flatMap(({ id, depth }) => {
    const pin = pins.find(({ stepId }) => stepId === id);
    return pin ? [{ ...pin, iteration: paths[depth] ?? '' }] : [];
  });
}

/** The trigger of the past run, under another id where a step has taken it since. */
function startOfPast(draft: Draft, { triggerId, triggerKind }: PastRun): { id: string; kind: string } {
  const isStep = stepPlaces(draft).some(({ id }) => id === triggerId);
  return { id: isStep ? newStepId(draft, triggerId) : triggerId, kind: triggerKind };
}
