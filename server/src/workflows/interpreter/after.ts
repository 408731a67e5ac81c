import type { AfterSteps } from '@castellan/flow/runtime';
import type { Plan } from './plan.js';
import type { Ending, Frame, RunState } from './state.js';

/** The level of the steps that run after the end: each has a frame of its own, in the iteration that it concerns. */
export const afterLevel = '~after';

/** Whether a run with this ending takes back what it did. What a person said comes before what the flow says. */
export function compensates({ compensate }: AfterSteps, { status, compensate: asked }: Ending): boolean {
  if (asked !== undefined) return asked;
  if (status === 'failed') return compensate === 'onFailure' || compensate === 'always';
  return status === 'cancelled' && (compensate === 'onCancel' || compensate === 'always');
}

/** Whether something may have to be done after this ending; what it is, the rows say. */
export function mayHaveAfter({ graph: { after } }: Plan, ending: Ending): boolean {
  if (!after || ending.status === 'succeeded') return false;
  const undos = Object.keys(after.steps).some((id) => id.startsWith('undo:'));
  const failures = Object.keys(after.steps).some((id) => id.startsWith('failure:'));
  return (undos && compensates(after, ending)) || (failures && ending.status === 'failed');
}

/** The step after the end that is under way. */
export const frameAfter = (state: RunState): Frame | undefined =>
  Object.values(state.frames).find((frame) => frame.loop === afterLevel);
