import { type Shape, shapeAt } from '@castellan/flow';
import { type DataPath, handlebarsPath, jsonataPath, valueAt } from './path.js';

/** One thing that may be written at the cursor. */
export interface Suggestion {
  /** What is inserted in place of the text from `from` to the cursor. */
  insert: string;
  label: string;
  /** The kind of value behind it, or what a function does. */
  detail: string;
  type: 'data' | 'function';
}

export interface Suggestions {
  from: number;
  items: Suggestion[];
}

/** The data an expression sees, as a sample: `trigger`, `steps`, `vars` and the rest. */
export type ScopeData = Record<string, unknown>;

/** What may follow at `position` of JSONata source: the names inside the path before it, or names and functions. */
export function suggestJsonata(
  source: string,
  position: number,
  scope: ScopeData,
  shape?: Shape,
): Suggestions | undefined {
  const before = source.slice(0, position);
  if (insideString(before)) return undefined;
  const call = /\$[A-Za-z]*$/.exec(before);
  if (call !== null) {
    return {
      from: call.index,
      items: jsonataFunctions.map(([name, detail]) => ({
        insert: `$${name}(`,
        label: `$${name}`,
        detail,
        type: 'function',
      })),
    };
  }
  const path = pathBefore(
    before,
    /(?:[A-Za-z_][A-Za-z0-9_]*|`[^`]*`|\[\d+\])(?:\.(?:[A-Za-z_][A-Za-z0-9_]*|`[^`]*`)|\[\d+\])*\.?$/,
  );
  return memberSuggestions(path, { scope, shape }, (name) => jsonataPath([name]), before.length);
}

/** What may follow at `position` of a template: only between its braces. */
export function suggestHandlebars(
  source: string,
  position: number,
  scope: ScopeData,
  shape?: Shape,
): Suggestions | undefined {
  const before = source.slice(0, position);
  const open = before.lastIndexOf('{{');
  if (open === -1 || before.indexOf('}}', open) !== -1) return undefined;
  const inside = before.slice(open + 2);
  if (insideString(inside)) return undefined;
  const block = /^\s*[{#/]?\s*#?([a-z]*)$/.exec(inside);
  const path = pathBefore(
    before,
    /(?:[A-Za-z_][A-Za-z0-9_]*|\[[^\]]*\])(?:\.(?:[A-Za-z_][A-Za-z0-9_]*|\[[^\]]*\]))*\.?$/,
  );
  const found = memberSuggestions(path, { scope, shape }, (name) => handlebarsPath([name]), before.length);
  if (block === null || !inside.includes('#')) return found;
  const from = position - block[1]!.length;
  return {
    from,
    items: handlebarsBlocks.map(([name, detail]) => ({ insert: `${name} `, label: name, detail, type: 'function' })),
  };
}

interface PathBefore {
  /** The complete names before the last dot. */
  parents: DataPath;
  /** The begun name after it, as written. */
  begun: string;
}

function pathBefore(before: string, pattern: RegExp): PathBefore {
  const written = pattern.exec(before)?.[0] ?? '';
  const lastDot = written.lastIndexOf('.');
  const parents = lastDot === -1 ? [] : splitPath(written.slice(0, lastDot));
  return { parents, begun: written.slice(lastDot + 1) };
}

function splitPath(written: string): DataPath {
  return [...written.matchAll(/`([^`]*)`|\[(\d+)\]|\[([^\]]*)\]|([A-Za-z_][A-Za-z0-9_]*)/g)].map(
    ([, quoted, index, bracketed, name]) => (index === undefined ? (quoted ?? bracketed ?? name ?? '') : Number(index)),
  );
}

/** What is in the sample, and what schemas and the last run say beside it. */
function memberSuggestions(
  path: PathBefore,
  { scope, shape }: { scope: ScopeData; shape: Shape | undefined },
  write: (name: string) => string,
  end: number,
): Suggestions | undefined {
  const holder = valueAt(scope, path.parents);
  const data = Array.isArray(holder) ? holder[0] : holder;
  const values = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  const known = shape === undefined ? undefined : shapeAt(shape, path.parents);
  const said = known === undefined || known === 'missing' ? {} : membersOf(known);
  const names = [...new Set([...Object.keys(values), ...Object.keys(said)])];
  const items = names.map((name): Suggestion => {
    const detail = Object.hasOwn(values, name) ? describeType(values[name]) : describeShape(said[name]!);
    return { insert: write(name), label: name, detail, type: 'data' };
  });
  return items.length === 0 ? undefined : { from: end - path.begun.length, items };
}

/** The members of an object, or of the items of a list. */
function membersOf({ properties, items, types }: Shape): Record<string, Shape> {
  if (properties !== undefined) return properties;
  return types.includes('array') && items !== undefined ? membersOf(items) : {};
}

const typeWords = {
  object: 'object',
  array: 'list',
  string: 'text',
  number: 'number',
  boolean: 'yes or no',
  null: 'null',
};

/** A shape's types in words, with its example; whether it may be missing. */
export function describeShape({ types, items, optional, example }: Shape): string {
  const words = types.map((type) =>
    type === 'array' && items !== undefined && items.types.length === 1 && items.types[0] !== 'array'
      ? `list of ${typeWords[items.types[0]!]}`
      : typeWords[type],
  );
  const shown = example === undefined ? '' : `, ${describeType(example)}`;
  return `${words.join(' or ') || 'anything'}${optional ? ', may be missing' : ''}${shown}`;
}

/** A value's type in a word or two, with a short look at it. */
export function describeType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 1 ? 'list of 1' : `list of ${value.length}`;
  if (typeof value === 'object') return 'object';
  const text = String(value);
  return text.length > 24 ? `${text.slice(0, 24)}…` : text;
}

/** Whether the text ends inside a quoted string. */
function insideString(text: string): boolean {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== '' && character === '\\') at++;
    else if (quote !== '' && character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
  }
  return quote !== '';
}

/** JSONata's functions that people in IT operations reach for, with what each does. */
const jsonataFunctions: [string, string][] = [
  ['string', 'as text'],
  ['number', 'as a number'],
  ['boolean', 'as true or false'],
  ['exists', 'whether there is a value'],
  ['not', 'the opposite'],
  ['length', 'characters of a text'],
  ['count', 'items of a list'],
  ['sum', 'total of a list'],
  ['max', 'largest of a list'],
  ['min', 'smallest of a list'],
  ['lowercase', 'text in small letters'],
  ['uppercase', 'text in capitals'],
  ['trim', 'text without outer spaces'],
  ['contains', 'whether a text has a part'],
  ['split', 'text into a list'],
  ['join', 'list into a text'],
  ['replace', 'text with parts replaced'],
  ['match', 'parts that match a pattern'],
  ['substring', 'part of a text'],
  ['substringBefore', 'text before a part'],
  ['substringAfter', 'text after a part'],
  ['map', 'a list, each item changed'],
  ['filter', 'the items that fit'],
  ['reduce', 'a list folded into one value'],
  ['sort', 'a list in order'],
  ['distinct', 'a list without repeats'],
  ['append', 'two lists as one'],
  ['reverse', 'a list backwards'],
  ['keys', 'names of an object'],
  ['lookup', 'value of a name'],
  ['merge', 'objects as one'],
  ['each', 'a list from an object'],
  ['sift', 'an object, only what fits'],
  ['now', 'this instant'],
  ['toMillis', 'instant as milliseconds'],
  ['fromMillis', 'milliseconds as instant'],
  ['round', 'rounded number'],
  ['formatNumber', 'number as text'],
  ['type', 'type of a value'],
];

const handlebarsBlocks: [string, string][] = [
  ['if', 'shown when true'],
  ['unless', 'shown when not true'],
  ['each', 'repeated for each item'],
  ['with', 'inside a value'],
];
