export * from './connector.js';
export type * from './definition.js';
