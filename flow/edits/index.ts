/**
 * Changes of a flow as pure functions: each takes a flow and what is wanted, and answers the flow as it is then. What
 * did not change is shared, so that keeping old ones for undo costs little. Ids stay unique and no wire dangles.
 */
export { addStep, type NewStep } from './add-step.js';
export { connect, disconnect, whyNotConnect } from './connect.js';
export { copySteps, duplicateSteps, type Fragment, pasteSteps, readFragment } from './copy-steps.js';
export { addTrigger, fillSlots, type NewTrigger, setSlot, setVariable } from './declare.js';
export { deleteSteps } from './delete-steps.js';
export { emptyFlow } from './empty-flow.js';
export { newStepId } from './ids.js';
export { moveSteps, type Point } from './move.js';
export { type DraftCase, setCases } from './set-cases.js';
export { renameTitle, setField } from './set-field.js';
