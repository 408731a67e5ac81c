import { type Parsed, parseHandlebars, parseJsonata } from '../expressions/index.js';
import { type Shape, shapeAt } from './shape.js';

/** A name in a source that neither a schema nor the last run has at its place. */
export interface MissingPath {
  /** The path up to the name that is missing, as it is written with dots. */
  path: string;
  name: string;
  /** Where the name begins, in characters. */
  position: number;
  /** What stands before it is known by: a schema, a run or both. */
  from: Shape['from'];
}

/**
 * What an expression reads that is not there, as far as it can be told from the shape of what it sees. Names that are
 * no data (an unknown step, an unknown root) are the validator's.
 */
export function missingPaths(language: 'jsonata' | 'handlebars', source: string, scope: Shape): MissingPath[] {
  const parsed: Parsed = language === 'jsonata' ? parseJsonata(source) : parseHandlebars(source);
  if ('error' in parsed) return [];
  return parsed.references.paths.flatMap((path) => {
    const names = path.map(({ name }) => name);
    const known = names[0] === 'steps' || names[0] === 'loops' || names[0] === 'vars' ? 2 : 1;
    for (let length = known + 1; length <= path.length; length++) {
      const name = path[length - 1];
      // Lists have a length of their own in templates, and items by number.
      if (language === 'handlebars' && (name?.name === 'length' || /^\d+$/.test(name?.name ?? ''))) return [];
      const before = shapeAt(scope, names.slice(0, length - 1));
      if (before === undefined || before === 'missing') return [];
      if (shapeAt(scope, names.slice(0, length)) === 'missing' && name !== undefined) {
        return [{ path: names.slice(0, length).join('.'), ...name, from: before.from }];
      }
    }
    return [];
  });
}
