export * from './compile.js';
export { flowLimits } from './limits.js';
export * from './program.js';
export * from './runtime.js';
export * from './schema.js';
export * from './validate.js';
export { dataVariables, variableExpression, withVariables } from './variables.js';
