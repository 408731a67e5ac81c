/**
 * The door for Temporal's sandbox: types and pure functions, without zod, JSONata and Handlebars.
 * Nothing here may import them at run time; type-only imports of the schemas are erased.
 */
export * from './control.js';
export * from './dominators.js';
export * from './expression.js';
export * from './expressions/source-place.js';
export * from './graph.js';
