export { advance, failurePort, initialState } from './advance.js';
export { afterLevel, compensates, frameAfter } from './after.js';
export { isKept, type KeptItems, keptItems } from './kept-items.js';
export { type Asked, type ControlRow, catchUp, eventOf, loadRun } from './load-run.js';
export { type CallOutcome, type Command, isPure, type PureCommand, type RunEvent } from './messages.js';
export { outstanding } from './outstanding.js';
export { makePlan, type Plan, type PlannedStep, plannedStep } from './plan.js';
export { readiness } from './readiness.js';
export { freeHolds, freePauses, retryDelay } from './retry.js';
export {
  childIteration,
  type Ending,
  type Frame,
  frameKey,
  isSettled,
  parentIteration,
  type RunState,
  type StepState,
} from './state.js';
