import { Failure } from '../failure.js';
import type { HostFunction } from './host-function.js';

export const listFunctions = {
  lookupBy: {
    signature: '<asx:x>',
    run: (list: unknown[] | undefined, key: string, value: unknown) => {
      const wanted = identity(value);
      return list?.find((item) => identity(valueAt(item, key)) === wanted);
    },
  },
  groupBy: {
    signature: '<as:o>',
    run: (list: unknown[] | undefined, key: string) => {
      if (list === undefined) return undefined;
      const groups: Record<string, unknown[]> = Object.create(null);
      for (const item of list) {
        const name = nameOf(valueAt(item, key), key);
        if (name === undefined) continue;
        groups[name] ??= [];
        groups[name].push(item);
      }
      return groups;
    },
  },
  indexBy: {
    signature: '<as:o>',
    run: (list: unknown[] | undefined, key: string) => {
      if (list === undefined) return undefined;
      const items: Record<string, unknown> = Object.create(null);
      for (const item of list) {
        const name = nameOf(valueAt(item, key), key);
        if (name !== undefined) items[name] ??= item;
      }
      return items;
    },
  },
  chunk: {
    signature: '<an:a>',
    run: (list: unknown[] | undefined, size: number) => {
      if (list === undefined) return undefined;
      if (!Number.isInteger(size) || size < 1)
        throw new Failure('E_EXPR', `${size} is no size of a list; use 1 or more.`);
      return Array.from({ length: Math.ceil(list.length / size) }, (_, n) => list.slice(n * size, (n + 1) * size));
    },
  },
  diffLists: {
    signature: '<aas?:o>',
    run: (before: unknown[] | undefined, after: unknown[] | undefined, key?: string) => {
      const old = byIdentity(before ?? [], key);
      const now = byIdentity(after ?? [], key);
      return {
        added: [...now].filter(([id]) => !old.has(id)).map(([, item]) => item),
        removed: [...old].filter(([id]) => !now.has(id)).map(([, item]) => item),
        kept: [...now].filter(([id]) => old.has(id)).map(([, item]) => item),
      };
    },
  },
  unique: {
    signature: '<as?:a>',
    run: (list: unknown[] | undefined, key?: string) =>
      list === undefined ? undefined : [...byIdentity(list, key).values()],
  },
} satisfies Record<string, HostFunction>;

/** The first item for each identity: of the whole item, or of its value at the key. */
function byIdentity(list: unknown[], key: string | undefined): Map<string, unknown> {
  const items = new Map<string, unknown>();
  for (const item of list) {
    const id = identity(key === undefined ? item : valueAt(item, key));
    if (!items.has(id)) items.set(id, item);
  }
  return items;
}

/** The value at a path with dots, through own members only. */
function valueAt(item: unknown, path: string): unknown {
  let value = item;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** Text that is equal for equal JSON: "1" and 1 differ, the order of members does not matter. */
export function identity(value: unknown): string {
  return (
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'object' && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    ) ?? ''
  );
}

/** The value as the name of a member. */
function nameOf(value: unknown, key: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object') throw new Failure('E_EXPR', `The key ${key} is not text, a number or a boolean.`);
  const name = String(value);
  if (name.startsWith('_jsonata_') || name === '__proto__') {
    throw new Failure('E_EXPR', `“${name}” cannot be the name of a member.`);
  }
  return name;
}
