import { undoOf } from '@castellan/flow/runtime';
import { type AfterRows, nextAfter } from '../activities/next-after.js';
import type { StretchRun } from '../activities/stretch.js';
import { placeKey, type RehearsedStep } from './rehearsal.js';

type Place = Pick<RehearsedStep, 'step' | 'iteration'>;

/**
 * What would follow the end of a rehearsed run, in its order: what is taken back, who is told, which flow is started.
 * `steps`: those of the run, in the order in which they settled. It is found as a run finds it, and not played.
 */
export async function followingOf(run: StretchRun, steps: RehearsedStep[]): Promise<Place[]> {
  const following: Place[] = [];
  const isFound = (place: Place): boolean => following.some((other) => placeKey(other) === placeKey(place));
  const rows: AfterRows = {
    lastToUndo: async (ids) =>
      steps.findLast(
        ({ step, iteration, status }) =>
          status === 'succeeded' && ids.includes(step) && !isFound({ step: undoOf(step), iteration }),
      ) ?? null,
    hasBegun: async (step) => isFound({ step, iteration: '' }),
  };
  for (;;) {
    const place = await nextAfter(run, rows);
    if (!place) return following;
    following.push(place);
  }
}
