import { type DataPath, jsonataWords } from '@castellan/flow';

export type { DataPath };

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

/** The value at a path, or undefined. Lists are passed through as JSONata does: a name asks their first item. */
export function valueAt(data: unknown, path: DataPath): unknown {
  return path.reduce<unknown>((at, part) => {
    const holder = Array.isArray(at) && typeof part === 'string' ? at[0] : at;
    if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, part)) return undefined;
    return (holder as Record<string | number, unknown>)[part];
  }, data);
}
