export * from './expression.js';
export * from './schema/catalog.js';
export * from './schema/draft.js';
export * from './schema/flow.js';
export * from './schema/steps.js';
export * from './schema/tests.js';
export * from './schema/triggers.js';
export * from './schema/values.js';
