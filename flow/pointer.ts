/** JSON pointers (RFC 6901): the places that problems and edits name. */

/** A pointer one or more keys further down. */
export function below(pointer: string, ...keys: (string | number)[]): string {
  return pointer + keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The keys of a pointer, or undefined where it is none. */
export function keysOf(pointer: string): string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What stands at a pointer, or undefined where nothing does. */
export function valueAt(document: unknown, pointer: string): unknown {
  let current = document;
  for (const key of keysOf(pointer) ?? ['']) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

/**
 * The document with another value at a pointer; undefined removes what is there. Everything beside the way is
 * shared with the old document. Objects on the way that are missing are made; `-` is the place after a list's end.
 * @throws where the way leads through text, a number or a place that a list does not have.
 */
export function withValueAt<T>(document: T, pointer: string, value: unknown): T {
  const keys = keysOf(pointer);
  if (!keys || keys.length === 0) throw new Error(`"${pointer}" is not a pointer to a field. Write it as /key/key.`);
  return withValue(document, keys, value, pointer) as T;
}

function withValue(current: unknown, keys: readonly string[], value: unknown, pointer: string): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (key === '__proto__') throw new Error(`"${pointer}" names __proto__, which is no field.`);
  if (Array.isArray(current)) return withItem(current, key, rest, value, pointer);
  if (current !== undefined && (typeof current !== 'object' || current === null)) {
    throw new Error(`"${pointer}" leads through a value that has no fields.`);
  }
  const fields = (current ?? {}) as Record<string, unknown>;
  const next = withValue(Object.hasOwn(fields, key) ? fields[key] : undefined, rest, value, pointer);
  if (next !== undefined) return { ...fields, [key]: next };
  const { [key]: _removed, ...others } = fields;
  return others;
}

function withItem(list: unknown[], key: string, rest: string[], value: unknown, pointer: string): unknown[] {
  const index = key === '-' ? list.length : Number(key);
  if (!/^(-|0|[1-9]\d*)$/.test(key) || index > list.length) {
    throw new Error(`"${pointer}" names item ${key} of a list of ${list.length}.`);
  }
  const next = withValue(list[index], rest, value, pointer);
  return next === undefined ? list.toSpliced(index, 1) : list.toSpliced(index, 1, next);
}
