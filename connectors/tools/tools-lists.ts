import { FatalError, isObject, type JsonValue, operation } from '@castellan/sdk';
import { z } from 'zod';

const list = (title: string) => z.array(z.unknown()).max(100_000).meta({ title });

/** What differs between lists. */
export const listTools = {
  compareLists: operation({
    title: 'Compare two lists',
    docs: 'https://www.rfc-editor.org/rfc/rfc8259#section-5',
    summary:
      'What was added to, removed from and kept in a list, and with a key, what changed. An item that stands twice counts once.',
    input: z.strictObject({
      before: list('Before'),
      after: list('After'),
      key: z
        .string()
        .min(1)
        .optional()
        .meta({ title: 'Key', examples: ['id', 'email'] })
        .describe('By which an item is the same one. Left out: two items are one when all that they hold is the same.'),
    }),
    output: z.object({
      same: z.boolean().describe('Nothing was added, removed or changed; the order does not matter.'),
      added: z.array(z.unknown()),
      removed: z.array(z.unknown()),
      changed: z.array(z.object({ before: z.unknown(), after: z.unknown() })),
      kept: z.array(z.unknown()).describe('As they are after.'),
    }),
    effect: 'read',
    run: async ({ before, after, key }) => compared(before as JsonValue[], after as JsonValue[], key),
    sample: {
      input: {
        before: [
          { id: 1, team: 'IT' },
          { id: 2, team: 'HR' },
        ],
        after: [
          { id: 2, team: 'Legal' },
          { id: 3, team: 'IT' },
        ],
        key: 'id',
      },
      output: {
        ...{ same: false, added: [{ id: 3, team: 'IT' }], removed: [{ id: 1, team: 'IT' }], kept: [] },
        changed: [{ before: { id: 2, team: 'HR' }, after: { id: 2, team: 'Legal' } }],
      },
    },
  }),
};

function compared(before: JsonValue[], after: JsonValue[], key: string | undefined) {
  const old = byIdentity(before, key, '/before');
  const now = byIdentity(after, key, '/after');
  const both = [...now].filter(([id]) => old.has(id)).map(([id, item]) => ({ before: old.get(id)!, after: item }));
  const isSame = (pair: { before: JsonValue; after: JsonValue }) => identity(pair.before) === identity(pair.after);
  const added = [...now].filter(([id]) => !old.has(id)).map(([, item]) => item);
  const removed = [...old].filter(([id]) => !now.has(id)).map(([, item]) => item);
  const changed = both.filter((pair) => !isSame(pair));
  return {
    same: added.length + removed.length + changed.length === 0,
    ...{ added, removed, changed },
    kept: both.filter(isSame).map((pair) => pair.after),
  };
}

/** The first item for each identity: of the whole item, or of its value at the key. */
function byIdentity(items: JsonValue[], key: string | undefined, pointer: string): Map<string, JsonValue> {
  const found = new Map<string, JsonValue>();
  for (const [index, item] of items.entries()) {
    const id = identity(key === undefined ? item : keyOf(item, key, `${pointer}/${index}`));
    if (!found.has(id)) found.set(id, item);
  }
  return found;
}

/** An item that lacks the key would be the same as every other that does. */
function keyOf(item: JsonValue, key: string, pointer: string): JsonValue {
  const value = isObject(item) && Object.hasOwn(item, key) ? item[key] : undefined;
  if (value !== undefined && value !== null) return value;
  throw new FatalError(`${pointer}: the item has no “${key}”. Take another key, or none.`, {
    ...{ code: 'E_INPUT', details: { pointer } },
  });
}

/** The same text for the same JSON: the order of members does not matter. */
function identity(value: JsonValue): string {
  return JSON.stringify(value, (_, member: JsonValue) =>
    isObject(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  );
}
