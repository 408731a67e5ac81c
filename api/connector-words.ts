import type { ConnectorDescription } from './connectors.js';

type Operation = ConnectorDescription['operations'][number];
type Change = Operation['changes'][number];

/** What an operation does to the other system. */
export const effectWords: Record<Operation['effect'], { title: string; meaning: string }> = {
  read: { title: 'Reads', meaning: 'Changes nothing.' },
  write: { title: 'Writes', meaning: 'Changes something.' },
  destructive: { title: 'Takes away', meaning: 'Takes something away; budgets and protection apply.' },
};

/** What a repeat of the same call does. */
export const repeatWords: Record<Operation['idempotency'], { title: string; meaning: string }> = {
  natural: { title: 'Safe by nature', meaning: 'A repeat does nothing more than the first call did.' },
  key: { title: 'Safe by key', meaning: 'It carries a key that the system knows: a repeat is answered as the first.' },
  lookup: { title: 'Looked up first', meaning: 'Before a repeat the system is asked whether it happened.' },
  none: {
    title: 'Not repeated',
    meaning: 'A repeat would do it twice: after a lost answer a person decides.',
  },
};

/** Who says that a request is the vendor's. */
export const judgeWords: Record<Operation['judgedBy'], { title: string; meaning: string }> = {
  sdk: { title: 'Official SDK', meaning: 'The vendor’s own SDK sends the same request.' },
  description: {
    title: 'Vendor’s description',
    meaning: 'The request is held against the vendor’s machine-readable description.',
  },
  own: { title: 'Our own tests', meaning: 'What it calls is a part of Castellan.' },
  docs: { title: 'Our reading of the docs', meaning: 'The request follows the vendor’s pages as we read them.' },
};

const verbs: Record<Change['action'], string> = {
  grant: 'grants',
  revoke: 'revokes',
  create: 'creates',
  update: 'updates',
  delete: 'deletes',
  notify: 'notifies',
};

/** One change by the kinds of things in it: “revokes opal resource for user”. */
export function changeWords({ action, subject, object }: Change): string {
  const kinds = [object?.type, subject?.type].filter((type) => type !== undefined);
  return `${verbs[action]} ${kinds.join(' for ')}`.replaceAll('_', ' ').trim();
}
