/** Trying a draft out: pinned outputs, one step alone, and what a run would change. */
export { draftOfOneStep, type LoneStep, loneStep, withOneStep } from './one-step.js';
export { actOf, type Pin, pinPorts, withPins } from './pins.js';
export { type Write, writesOf } from './writes.js';
