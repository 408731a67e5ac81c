/** A place in the data that expressions see, such as `['steps', 'find_user', 'output', 'id']`. */
export type DataPath = (string | number)[];

const jsonataWords = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function']);
const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Writes a path as JSONata: names that are no plain words stand in backticks. */
export function jsonataPath(path: DataPath): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      const name = plainName.test(part) && !jsonataWords.has(part) ? part : `\`${part}\``;
      return index === 0 ? name : `.${name}`;
    })
    .join('');
}

/** Writes a path as Handlebars reads it: names that are no plain words, and indexes, stand in brackets. */
export function handlebarsPath(path: DataPath): string {
  return path
    .map((part, index) => {
      const name = typeof part === 'string' && plainName.test(part) ? part : `[${part}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join('');
}

/** Reads a path written in JSONata, or answers undefined where the text is more than a path. */
export function readJsonataPath(text: string): DataPath | undefined {
  const path: DataPath = [];
  const part = /\s*(?:(\.)?\s*(?:([A-Za-z_][A-Za-z0-9_]*)|`([^`]*)`)|\[(\d+)\])\s*/y;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return undefined;
    const [, dot, name, quoted, index] = match;
    if (index !== undefined) path.push(Number(index));
    else if ((dot !== undefined) === path.length > 0) path.push(name ?? quoted ?? '');
    else return undefined;
  }
  const [first] = path;
  return typeof first === 'string' && !jsonataWords.has(first) ? path : undefined;
}

/** The value at a path, or undefined. Lists are passed through as JSONata does: a name asks their first item. */
export function valueAt(data: unknown, path: DataPath): unknown {
  return path.reduce<unknown>((at, part) => {
    const holder = Array.isArray(at) && typeof part === 'string' ? at[0] : at;
    if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, part)) return undefined;
    return (holder as Record<string | number, unknown>)[part];
  }, data);
}
