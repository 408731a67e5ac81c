export * from './runtime.js';
export * from './schema.js';
