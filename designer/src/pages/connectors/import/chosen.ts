import {
  type ConnectorImport,
  type ImportableOperation,
  type ImportChoice,
  mostImportedOperations,
} from '@castellan/api';

/** What a person decided about one operation. */
export interface Wish {
  effect: ImportableOperation['effect'];
  idempotency: ImportableOperation['idempotency'];
  paging: boolean;
}

/** Everything that a person chooses, by the keys of operations. */
export interface Chosen {
  title: string;
  /** Index of the document's server; -1: an own address. */
  server: number;
  ownServer: string;
  signIns: string[];
  test: string | null;
  keys: ReadonlySet<string>;
  wishes: ReadonlyMap<string, Wish>;
}

type Ready = ConnectorImport & { outline: NonNullable<ConnectorImport['outline']> };

/** What is proposed: of a connector that is there, what it has; of a small document all; of a larger one nothing yet. */
export function startChoice({ outline, into }: Ready): Chosen {
  const usable = outline.operations.filter(({ unusable }) => unusable === null);
  const present = usable.filter((one) => one.present !== null);
  const proposed = into ? present : usable.length <= 30 ? usable : [];
  const first = outline.servers[0];
  return {
    title: into?.title ?? outline.title,
    server: first?.url ? 0 : -1,
    ownServer: '',
    signIns: outline.signIns.map(({ kind }) => kind),
    test: into?.test ?? proposed.find(({ testable }) => testable)?.key ?? null,
    keys: new Set(proposed.map(({ key }) => key)),
    wishes: new Map(),
  };
}

/** How an operation would be imported. */
export function wishOf({ wishes }: Chosen, { key, effect, idempotency, allPages }: ImportableOperation): Wish {
  return wishes.get(key) ?? { effect, idempotency, paging: allPages };
}

/** Adds operations to the choice, or takes them away; those that cannot be imported stay out. */
export function choose(chosen: Chosen, operations: ImportableOperation[], add: boolean): Chosen {
  const keys = new Set(chosen.keys);
  for (const { key, unusable } of operations) {
    if (add && unusable === null) keys.add(key);
    else keys.delete(key);
  }
  const test = chosen.test !== null && keys.has(chosen.test) ? chosen.test : null;
  return { ...chosen, keys, test };
}

/** What is wrong with a choice, in a sentence; null where nothing is. */
export function problemOf(chosen: Chosen): string | null {
  if (chosen.title.trim() === '') return 'Give the connector a name.';
  if (chosen.keys.size === 0) return 'Choose at least one operation.';
  if (chosen.keys.size > mostImportedOperations) {
    return `One connector holds ${mostImportedOperations} operations: choose fewer, and import the others as another one.`;
  }
  if (chosen.signIns.length === 0) return 'Leave at least one way to sign in.';
  const own = chosen.ownServer.trim();
  if (chosen.server === -1 && own !== '' && !/^https?:\/\/[^/]/.test(own))
    return 'Give the server’s whole address, with https.';
  return null;
}

/** The choice as it is sent. */
export function toBody({ outline }: Ready, chosen: Chosen): ImportChoice {
  const named = outline.servers[chosen.server];
  const operations = outline.operations.filter(({ key }) => chosen.keys.has(key));
  return {
    title: chosen.title.trim(),
    server: named ? { url: named.url, variables: named.variables } : { url: chosen.ownServer.trim(), variables: [] },
    signIns: chosen.signIns,
    test: chosen.test,
    operations: operations.map((one) => {
      const { effect, idempotency, paging } = wishOf(chosen, one);
      return { key: one.key, effect, idempotency: effect === 'read' ? 'natural' : idempotency, paging };
    }),
  };
}

/** Whether an operation fits a search, a tag and what is to be shown. */
export function isShown(
  { key, title, summary, id, tags, present }: ImportableOperation,
  filter: { q: string; tag: string | null; show: 'all' | 'chosen' | 'changed' },
  keys: ReadonlySet<string>,
): boolean {
  if (filter.tag !== null && !tags.includes(filter.tag)) return false;
  if (filter.show === 'chosen' && !keys.has(key)) return false;
  if (filter.show === 'changed' && present === 'same') return false;
  const text = [key, title, summary, id, ...tags].join(' ').toLowerCase();
  return filter.q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
