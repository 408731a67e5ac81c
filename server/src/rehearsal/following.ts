import type { AfterRows } from '../activities/stretches/next-after.js';
import type { RehearsedStep } from './rehearsal.js';
import type { RehearsedSteps } from './rehearsed-steps.js';

/**
 * The rows of a rehearsal as they are asked what is left to be done after its end. What it names to be undone next
 * must be begun: it is named once.
 */
export function rowsAfter(steps: RehearsedSteps): AfterRows {
  /** In the order in which they settled: nothing but undos settles after the first of them was asked for. */
  let toUndo: RehearsedStep[] | undefined;
  return {
    lastToUndo: async (ids) => {
      toUndo ??= steps.list().filter(({ step, status }) => status === 'succeeded' && ids.includes(step));
      return toUndo.pop() ?? null;
    },
    hasBegun: async (step) => steps.find({ step, iteration: '' }) !== undefined,
  };
}
