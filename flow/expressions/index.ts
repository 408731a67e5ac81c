export { parseHandlebars } from './handlebars.js';
export { parseJsonata } from './jsonata.js';
export * from './places.js';
export type { Parsed, Reference, References } from './references.js';
