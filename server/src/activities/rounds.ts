import type { ExpressionHost } from '../expressions/expression-host.js';
import { type ContextSource, Contexts } from './contexts.js';
import { requestOf, type StretchRun } from './stretch.js';

/** What evaluating needs of its surroundings: those of a worker, or of a rehearsal. */
export interface RoundDependencies {
  expressions: Pick<ExpressionHost, 'evaluate'>;
  source: ContextSource;
  runUrl: (workspaceId: string, runId: string) => string;
  /** Epoch milliseconds. */
  now: () => number;
  /** Called before each round, in which it may settle what is ready in another way; throws to go no further. */
  beforeRound?: () => void | Promise<void>;
}

/**
 * Takes runs as far as they go without a call. Rounds: all that is ready of all runs goes to the expression host in one
 * message, until nothing is ready.
 */
export async function evaluateRounds(runs: StretchRun[], on: RoundDependencies): Promise<void> {
  const contexts = new Contexts(on.source, on.runUrl);
  for (;;) {
    await on.beforeRound?.();
    const now = on.now();
    const round = runs.flatMap((run) => run.takeRound(now).map((part) => ({ run, part })));
    if (round.length === 0) return;
    // What the last round, a person or the end of a loop has settled is read by this one.
    for (const run of runs) rememberValues(run, on.source, contexts);
    await contexts.prepare(round.map(({ part }) => part.place));
    const asked = round.map(({ part }) => requestOf(part, contexts.of(part.place), now));
    const answers = await on.expressions.evaluate(asked.flat());
    let next = 0;
    for (const [index, { run, part }] of round.entries()) {
      const count = asked[index]?.length ?? 0;
      run.conclude(part, answers.slice(next, next + count), now);
      next += count;
    }
  }
}

/** What this stretch has made, later rounds read before it is committed. */
function rememberValues(run: StretchRun, source: ContextSource, contexts: Contexts): void {
  for (const { step, iteration, status, output, error } of run.changes.steps) {
    if (status === 'succeeded' || status === 'failed') {
      source.set({ runId: run.facts.id, step, iteration }, { output: output ?? null, error: error ?? null });
    }
  }
  for (const { step, iteration, items } of run.changes.items) contexts.setItems(run.facts.id, step, iteration, items);
}
