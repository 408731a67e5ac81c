/** All that the worker bundles for Temporal's sandbox. */
export { carrier } from './carrier.workflow.js';
export { directorySync } from './directory-sync.workflow.js';
export { fire } from './fire.workflow.js';
export { poll } from './poll.workflow.js';
