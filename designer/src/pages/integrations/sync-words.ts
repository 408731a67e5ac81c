import type { Integration, RecordCounts, RecordKind, SyncRun } from '@castellan/api';
import { count, number, words } from '../../ui/format.js';
import type { Look } from '../../ui/status-badge.js';

/** What the states of a sync are called, and how they look. */
export const syncStates: Record<SyncRun['status'], { look: Look; word: string }> = {
  waiting: { look: 'waiting', word: 'About to start' },
  running: { look: 'running', word: 'Running' },
  asks: { look: 'waiting', word: 'Needs a decision' },
  completed: { look: 'succeeded', word: 'Completed' },
  failed: { look: 'failed', word: 'Failed' },
  cancelled: { look: 'neutral', word: 'Stopped' },
};

export const healthStates: Record<Integration['health']['status'], { look: Look; word: string }> = {
  untested: { look: 'neutral', word: 'Not checked' },
  working: { look: 'succeeded', word: 'Working' },
  failing: { look: 'failed', word: 'Failing' },
};

export const kindTitles: Record<RecordKind, string> = {
  accounts: 'Accounts',
  groups: 'Groups',
  memberships: 'Memberships',
};

/** The columns of what became of records, with the words that explain them. */
export const countTitles: Record<keyof RecordCounts, { title: string; help: string }> = {
  read: { title: 'Read', help: 'Records that the system gave' },
  created: { title: 'New', help: 'Records that were not here before, or are here again' },
  changed: { title: 'Changed', help: 'Records that say something else than before' },
  unchanged: { title: 'Same', help: 'Records that say the same as before' },
  removed: { title: 'Removed', help: 'Records that the system gives no longer, marked as removed here' },
  filtered: { title: 'Left out', help: 'Records that the filter keeps out, with what belongs to them' },
  failed: { title: 'Not taken', help: 'Records that do not fit; the reasons stand below' },
};

/** The sum of one count over all kinds of records. */
export const total = ({ counts }: SyncRun, name: keyof RecordCounts): number =>
  Object.values(counts).reduce((sum, counted) => sum + counted[name], 0);

/** What a sync did, in a few words: `3 new, 1 changed, 2 not taken`. */
export function outcomeOf(sync: SyncRun): string {
  if (sync.status === 'asks' && sync.asks) return `${missing(sync.asks)}: a person decides`;
  const parts = (['created', 'changed', 'removed', 'failed'] as const).flatMap((name) => {
    const sum = total(sync, name);
    return sum === 0 ? [] : [`${number(sum)} ${countTitles[name].title.toLowerCase()}`];
  });
  return parts.length === 0 ? 'Nothing changed' : parts.join(', ');
}

/** `42 of 50 accounts and 11 of 12 groups are missing` */
export const missing = (asks: NonNullable<SyncRun['asks']>): string => `${asks.map(share).join(' and ')} are missing`;

const share = ({ kind, gone, of }: NonNullable<SyncRun['asks']>[number]): string =>
  `${number(gone)} of ${number(of)} ${kindTitles[kind].toLowerCase()}`;

/** What a sync does at present. */
export function phaseOf({ phase, counts }: SyncRun): string {
  if (phase === null) return 'About to start';
  if (phase === 'ending') return 'Comparing with what was here before';
  return `Reading ${kindTitles[phase].toLowerCase()}, ${number(counts[phase].read)} so far`;
}

/** Why a sync was made. */
export function reasonOf({ reason, askedBy }: SyncRun): string {
  if (reason === 'first') return 'First sync';
  return reason === 'schedule' ? 'Schedule' : `Asked for by ${askedBy ?? 'a person'}`;
}

/** The rhythms that are offered; another one that was set by the API is shown among them. */
export function rhythms(everyHours: number): { value: string; label: string }[] {
  const offered = [1, 3, 6, 12, 24, 72, 168, 720];
  const all = offered.includes(everyHours) ? offered : [...offered, everyHours].sort((a, b) => a - b);
  return all.map((hours) => ({ value: String(hours), label: rhythm(hours) }));
}

export function rhythm(hours: number): string {
  if (hours === 1) return 'Every hour';
  if (hours === 24) return 'Every day';
  if (hours === 168) return 'Every week';
  return hours % 24 === 0 && hours > 24 ? `Every ${hours / 24} days` : `Every ${hours} hours`;
}

/** What an integration holds at present: `12 accounts, 6 groups`. */
export const holding = ({ present, hasGroups, disableGroupSync }: Integration): string =>
  [
    count(present.accounts, 'account'),
    ...(hasGroups && (!disableGroupSync || present.groups > 0) ? [count(present.groups, 'group')] : []),
  ].join(', ');

/** Fields of the common form by the words of an account's page; null: it is no attribute of a person. */
const attributeWords: Record<string, string | null> = {
  ...{ displayName: 'name', givenName: 'name', familyName: 'name', secondaryKey: 'other id', email: 'e-mail' },
  ...{ emailAliases: 'other addresses', phoneNumber: 'phone', organizationUnit: 'unit', avatarUrl: 'picture' },
  ...{ managerEmail: 'manager', managerExternalId: 'manager', mfaState: 'second factor' },
  ...{ lastLoginAt: 'last sign-in', addedAt: 'beginning', removedAt: 'end', accountType: null },
};

/** What is read: accounts with what is told of them, groups, and who is in them. */
export function reading({ attributes, hasGroups, disableGroupSync }: Integration): string {
  const told = attributes.map((field) =>
    field in attributeWords ? attributeWords[field] : words(field).toLowerCase(),
  );
  const distinct = [...new Set(told.filter((word) => word !== null && word !== undefined))].sort();
  const accounts = distinct.length === 0 ? 'Accounts' : `Accounts with ${distinct.join(', ')}`;
  return hasGroups && !disableGroupSync ? `${accounts}; groups, and who is in them` : accounts;
}
