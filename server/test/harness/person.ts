import type { RunRow, StepRow } from '@castellan/api';
import { readRun, stepsOf, until } from './flows.js';
import type { Stack } from './stack.js';

/**
 * Waits for the end of runs as somebody would who looks after them: where the outcome of a write is not known, they look
 * at the vendor and say what happened.
 */
export async function attend(stack: Stack, runIds: string[], seconds = 150): Promise<RunRow[]> {
  return until(
    `the end of ${runIds.length} runs`,
    async () => {
      const runs = await Promise.all(runIds.map((runId) => readRun(stack.admin, runId)));
      await Promise.all(runs.map((run) => answerFor(stack, run)));
      return runs.every(({ endedAt }) => endedAt !== null) && runs;
    },
    seconds,
  );
}

async function answerFor(stack: Stack, run: RunRow): Promise<void> {
  if (run.status !== 'waiting') return;
  for (const step of Object.values(await stepsOf(stack.admin, run.id))) {
    if (step.status !== 'unknown') continue;
    const outcome = wasDone(stack, run, step) ? 'happened' : 'not_happened';
    const path = `/runs/${run.id}/steps/${step.stepId}/outcome`;
    await stack.admin.inWorkspace('POST', path, { outcome, iteration: step.iteration });
  }
}

/** The vendor got the request that the step's input names. */
function wasDone({ vendor }: Stack, run: RunRow, step: StepRow): boolean {
  const { url } = step.input as { url: string };
  const { pathname } = new URL(url);
  return vendor.to(pathname).some(({ headers }) => String(headers['x-effect']).startsWith(run.id));
}
