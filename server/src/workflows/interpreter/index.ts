export { advance, failurePort, initialState } from './advance.js';
export { type ControlRow, catchUp, loadRun } from './load-run.js';
export { type CallOutcome, type Command, isPure, type PureCommand, type RunEvent } from './messages.js';
export { outstanding } from './outstanding.js';
export { makePlan, type Plan, type PlannedStep, plannedStep } from './plan.js';
export { freePauses, retryDelay } from './retry.js';
export { type Ending, frameKey, isSettled, parentIteration, type RunState } from './state.js';
