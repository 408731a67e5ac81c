import type { Change } from '@castellan/sdk';
import { fitsPattern, mailboxesIn, mailboxOf, wordsIn } from './spellings.js';

/** One entry of the list of those whom no flow changes by itself. */
export interface ProtectedEntry {
  id: string;
  name: string;
  addresses: string[];
  patterns: string[];
  ids: { connector: string; id: string }[];
  reason: string;
  breakGlass: boolean;
}

/** A write as it would be sent, with what it takes away. */
export interface DestructiveWrite {
  connector: string;
  changes: Change[];
  input: unknown;
}

/** Addresses and ids by which a write names somebody, in one spelling each. */
interface Names {
  mailboxes: Set<string>;
  words: Set<string>;
}

/** The entries that a write touches, those first that nobody lets through. */
export function protectedBy(entries: ProtectedEntry[], write: DestructiveWrite): ProtectedEntry[] {
  if (entries.length === 0) return [];
  const names = namesIn(write);
  return entries
    .filter((entry) => isNamed(entry, names, write.connector))
    .sort((a, b) => Number(b.breakGlass) - Number(a.breakGlass));
}

/** The entries that catch an address or an id of any system. */
export function entriesFor(entries: ProtectedEntry[], text: string): ProtectedEntry[] {
  const names = { mailboxes: new Set(mailboxesIn(text)), words: new Set(wordsIn(text)) };
  return entries.filter((entry) => isNamed(entry, names, null));
}

function isNamed({ addresses, patterns, ids }: ProtectedEntry, names: Names, connector: string | null): boolean {
  return (
    addresses.some((address) => names.mailboxes.has(mailboxOf(address) ?? '')) ||
    patterns.some((pattern) => [...names.mailboxes].some((mailbox) => fitsPattern(mailbox, pattern))) ||
    ids.some((known) => (connector ?? known.connector) === known.connector && names.words.has(known.id.toLowerCase()))
  );
}

/** Where no change says by an address whom it is about, the whole input is looked through. */
function namesIn({ changes, input }: DestructiveWrite): Names {
  const named = changes.flatMap(({ subject, object }) => [subject?.email, subject?.id, object?.id]);
  const texts = named.filter((text) => text !== undefined);
  const mailboxes = new Set(texts.flatMap(mailboxesIn));
  if (mailboxes.size === 0) texts.push(...textsIn(input));
  return { mailboxes: new Set(texts.flatMap(mailboxesIn)), words: new Set(texts.flatMap(wordsIn)) };
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
