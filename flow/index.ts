export * from './compile.js';
export * from './program.js';
export * from './runtime.js';
export * from './schema.js';
export { dataVariables, variableExpression, withVariables } from './variables.js';
