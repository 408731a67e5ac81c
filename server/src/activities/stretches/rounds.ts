import type { EvaluationResult } from '../../expressions/evaluation.js';
import type { ExpressionHost } from '../../expressions/expression-host.js';
import type { PublishedVersion } from '../../flows/versions.service.js';
import { type ContextSource, Contexts, compiledStep } from '../contexts.js';
import type { FlowCalls } from './called-flows.js';
import { type RoundPart, requestOf } from './round-parts.js';
import { concludePart } from './step-outcomes.js';
import type { StretchRun } from './stretch.js';

/** What evaluating needs of its surroundings: those of a worker, or of a rehearsal. */
export interface RoundDependencies {
  expressions: Pick<ExpressionHost, 'evaluate'>;
  source: ContextSource;
  runUrl: (workspaceId: string, runId: string) => string;
  /** Epoch milliseconds. */
  now: () => number;
  called: FlowCalls;
  /** Called before each round, in which it may settle what is ready in another way; throws to go no further. */
  beforeRound?: () => void | Promise<void>;
  /** How far a stretch goes before it is committed. Without it: to its end. */
  patience?: Patience;
}

/** Parts of a round that are evaluated in one message: the end of a loop has one for each of its items. */
const partsAtOnce = 200;

export interface Patience {
  /** Of one evaluation. A run with a longer one is `late`: nothing of it counts, and it has to go elsewhere. */
  evaluationMs?: number;
  /** Of all rounds together; what is ready then is left for the next stretch. */
  roundsMs: number;
  /** Rows after which a stretch is long enough: what it answers stays small, and a crash costs little. */
  steps: number;
}

/**
 * Takes runs as far as they go without a call. Rounds: all that is ready of all runs goes to the expression host in one
 * message, or in several where it is very much, until nothing is ready.
 */
export async function evaluateRounds(runs: StretchRun[], on: RoundDependencies): Promise<void> {
  const contexts = new Contexts(on.source, on.runUrl);
  const { patience } = on;
  const limits = patience?.evaluationMs === undefined ? {} : { milliseconds: patience.evaluationMs };
  const startedAt = on.now();
  const lists = new Map<StretchRun, number>();
  for (;;) {
    await on.beforeRound?.();
    const now = on.now();
    if (patience && (now - startedAt > patience.roundsMs || written(runs) >= patience.steps)) return;
    const round = runs.flatMap((run) => run.takeRound(now).map((part) => ({ run, part })));
    if (round.length === 0) return;
    // What the last round, a person or the end of a loop has settled is read by this one.
    for (const run of runs) {
      rememberValues(run, on.source, contexts, lists.get(run) ?? 0);
      lists.set(run, run.changes.items.length);
    }
    for (let from = 0; from < round.length; from += partsAtOnce) {
      if (from > 0) contexts.forgetIterations();
      // What the end of a loop collects may have been too much by now.
      const some = round.slice(from, from + partsAtOnce).filter(({ run, part }) => run.wants(part));
      await contexts.prepare(some.map(({ part }) => part.place));
      await on.called.prepare(some.flatMap(({ part }) => callOf(part)));
      const asked = some.map(({ part }) => requestOf(part, contexts.of(part.place), now));
      const answers = await on.expressions.evaluate(asked.flat(), limits);
      let next = 0;
      for (const [index, { run, part }] of some.entries()) {
        const count = asked[index]?.length ?? 0;
        const own = answers.slice(next, next + count);
        next += count;
        if (patience?.evaluationMs !== undefined && own.some(ranOutOfTime)) run.beLate();
        else if (run.wants(part)) await concludePart(run, part, own, { now, called: on.called });
      }
    }
  }
}

const written = (runs: StretchRun[]): number => runs.reduce((sum, run) => sum + run.changes.steps.length, 0);

const ranOutOfTime = (answer: EvaluationResult): boolean => !answer.ok && answer.error.code === 'E_EXPR_TIME';

/** The flow that a part calls, if it calls one. */
function callOf({ command, place: { version } }: RoundPart): { version: PublishedVersion; flow: string }[] {
  const step = compiledStep(version, command.step);
  return step.kind === 'subflow' ? [{ version, flow: step.flow }] : [];
}

/** What this stretch has made, later rounds read before it is committed. `known`: lists of items that were told before. */
function rememberValues(run: StretchRun, source: ContextSource, contexts: Contexts, known: number): void {
  for (const { step, iteration, status, output, error } of run.changes.steps) {
    if (status === 'succeeded' || status === 'failed') {
      source.set({ runId: run.facts.id, step, iteration }, { output: output ?? null, error: error ?? null });
    }
  }
  for (const { step, iteration, items } of run.changes.items.slice(known)) {
    contexts.setItems(run.facts.id, step, iteration, items);
  }
}
