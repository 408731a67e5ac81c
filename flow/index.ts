export * from './compile.js';
export * from './edits/index.js';
export { flowLimits } from './limits.js';
export { below, keysOf, valueAt, withValueAt } from './pointer.js';
export * from './program.js';
export * from './runtime.js';
export * from './schema.js';
export * from './validate.js';
export { dataVariables, variableExpression, withVariables } from './variables.js';
