import { type JsonType, jsonTypeOf, type Shape, shapeAt } from '@castellan/flow';
import { type FunctionHelp, functionHelp } from './function-help.js';
import { type DataPath, handlebarsPath, jsonataPath, valueAt } from './path.js';

/** One thing that may be written at the cursor. */
export interface Suggestion {
  /** What is inserted in place of the text from `from` to the cursor. */
  insert: string;
  label: string;
  /** The kind of value behind it, or what a function does. */
  detail: string;
  type: 'data' | 'function';
  /** It has the type that the field takes. */
  fits?: boolean;
  /** Of a function: how it is called, and an example. */
  help?: FunctionHelp;
}

/** What is known beside the sample. */
export interface Known {
  /** What the data looks like by schemas and the last run. */
  shape?: Shape | undefined;
  /** The types that the field takes; left out: any. */
  expects?: readonly JsonType[] | undefined;
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
  known: Known = {},
): Suggestions | undefined {
  const before = source.slice(0, position);
  if (insideString(before)) return undefined;
  const call = /\$[A-Za-z]*$/.exec(before);
  if (call !== null) {
    return { from: call.index, items: functionHelp('jsonata').map((help) => functionSuggestion(help, known)) };
  }
  const path = pathBefore(
    before,
    /(?:[A-Za-z_][A-Za-z0-9_]*|`[^`]*`|\[\d+\])(?:\.(?:[A-Za-z_][A-Za-z0-9_]*|`[^`]*`)|\[\d+\])*\.?$/,
  );
  return memberSuggestions(path, { ...known, scope }, (name) => jsonataPath([name]), before.length);
}

/** What may follow at `position` of a template: only between its braces. */
export function suggestHandlebars(
  source: string,
  position: number,
  scope: ScopeData,
  known: Known = {},
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
  const found = memberSuggestions(path, { ...known, scope }, (name) => handlebarsPath([name]), before.length);
  if (block === null) return found;
  const from = position - block[1]!.length;
  const helpers = functionHelp('handlebars').map(({ name, brief, ...help }): Suggestion => {
    return { insert: `${name} `, label: name, detail: brief, type: 'function', help: { ...help, name, brief } };
  });
  const isBlock = inside.includes('#');
  const items = helpers.filter(
    ({ help }) => (help?.topic === 'Blocks') === isBlock && !help?.signature.startsWith('('),
  );
  return { from, items: isBlock ? items : [...(found?.items ?? []), ...items] };
}

const typeOfWord: Record<string, JsonType> = {
  ...{ text: 'string', number: 'number', 'yes or no': 'boolean', list: 'array', object: 'object' },
};

function functionSuggestion(help: FunctionHelp, { expects }: Known): Suggestion {
  const { name, brief, insert, gives } = help;
  const type = typeOfWord[gives];
  const fits = type !== undefined && (expects?.includes(type) ?? false);
  return { insert, label: name, detail: brief, type: 'function', fits, help };
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
  { scope, shape, expects }: Known & { scope: ScopeData },
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
    const isThere = Object.hasOwn(values, name);
    const types = isThere ? [jsonTypeOf(values[name])] : said[name]!.types;
    const detail = isThere ? describeValue(values[name]) : describeShape(said[name]!);
    const fits = expects !== undefined && types.some((type) => expects.includes(type));
    return { insert: write(name), label: name, detail, type: 'data', fits };
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

/** A value's type in a word, with a short look at it. */
function describeValue(value: unknown): string {
  const look = describeType(value);
  return typeof value === 'object' ? look : `${typeWords[jsonTypeOf(value)]}, ${look}`;
}

/** A short look at a value; of what is no text, number or boolean its type. */
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
