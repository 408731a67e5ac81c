import { type DirectoryMembership, FatalError, type JsonValue } from '@castellan/sdk';
import type { Transaction } from '../../platform/database/index.js';
import type { Place } from '../sync-run-rows.js';
import { noteChanges } from './directory-changes.js';
import { endMissing, keepMemberships, type ReadGroup, seenKind } from './keep-memberships.js';
import { countsOf, type Sifted } from './sifting.js';
import { type Kept, noteSeen, type SyncUnderWay } from './sync-under-way.js';

/** Where a page of memberships ends: it reads group after group, and no further one behind any of these. */
const full = { groups: 50, records: 500, milliseconds: 10_000 };

/** Groups to be found for a page: those that it may read, and the one behind them. */
export const groupsOfPage = full.groups + 1;

/** Members of one group, as far as a page has read them. */
interface ReadMembers {
  group: ReadGroup;
  sifted: Sifted<DirectoryMembership>;
  /** Null: the group is read to its end. */
  next: JsonValue | null;
  /** Pages before have read some of it. */
  isContinued: boolean;
  /** Records of it that were not taken, with those of the pages before. */
  failed: number;
}

/** What one page has read, and the group that comes then. */
export interface MemberPage {
  read: ReadMembers[];
  behind: ReadGroup | undefined;
}

/**
 * Reads members of group after group until the page is full: most groups are small, and each page costs the same beside
 * what it reads. A failure ends the page before its group, where the next one meets it again; that of the first group is
 * the page's own.
 */
export async function readMembers(
  sync: Pick<SyncUnderWay, 'place' | 'groupFailures'>,
  groups: ReadGroup[],
  read: (
    group: ReadGroup,
    page: JsonValue | null,
  ) => Promise<{ sifted: Sifted<DirectoryMembership>; next: JsonValue | null }>,
): Promise<MemberPage> {
  const until = performance.now() + full.milliseconds;
  const page: ReadMembers[] = [];
  let records = 0;
  for (const group of groups.slice(0, full.groups)) {
    const isContinued = group.seq === sync.place.group && sync.place.page !== null;
    try {
      const { sifted, next } = await read(group, isContinued ? sync.place.page : null);
      const failed = sifted.failures.length + (isContinued ? sync.groupFailures : 0);
      page.push({ group, sifted, next, isContinued, failed });
      records += sifted.read;
    } catch (error) {
      if (isGone(error)) page.push(goneGroup(group, error));
      else if (page.length === 0) throw error;
      else break;
    }
    if (page.at(-1)?.next !== null || records >= full.records || performance.now() > until) break;
  }
  return { read: page, behind: groups[page.length] };
}

/** A group that the system no longer has, though it listed it, costs that group’s memberships and not the sync. */
const isGone = (error: unknown): error is FatalError => error instanceof FatalError && error.status === 404;

function goneGroup(group: ReadGroup, { message }: FatalError): ReadMembers {
  const failures = [{ kind: 'memberships' as const, resource: group.externalId, reason: message }];
  const sifted = { taken: [], read: 0, filtered: 0, failures };
  return { group, sifted, next: null, isContinued: false, failed: 1 };
}

/** Keeps what a page has read, all its groups at once, and ends what is missing of those that are read whole. */
export async function keepMembers(tx: Transaction, sync: SyncUnderWay, page: MemberPage): Promise<Kept> {
  const { read, behind } = page;
  const given = read.map(({ group, sifted }) => ({ group, members: sifted.taken.map(({ form }) => form) }));
  const { seqs, changes, filtered, ...counts } = await keepMemberships(tx, sync, given);
  const whole = read.filter(({ next, failed }) => next === null && failed === 0);
  const left = await endMissing(
    tx,
    sync,
    whole.map(({ group, isContinued }) => ({ group, isContinued, seqs: seqs.get(group.id) ?? [] })),
  );
  const unfinished = read.find(({ next }) => next !== null);
  if (unfinished) await noteSeen(tx, sync, seenKind(unfinished.group), seqs.get(unfinished.group.id) ?? []);
  if (sync.reason !== 'first') await noteChanges(tx, sync, [...changes, ...left]);
  const all = {
    read: sum(read, ({ sifted }) => sifted.read),
    filtered: filtered + sum(read, ({ sifted }) => sifted.filtered),
    failures: read.flatMap(({ sifted }) => sifted.failures),
  };
  return {
    place: placeBehind(unfinished, behind),
    kind: 'memberships',
    counts: { ...countsOf(all, counts), removed: left.length },
    failures: all.failures,
    groupFailures: unfinished?.failed ?? 0,
  };
}

const sum = <T>(all: T[], of: (one: T) => number): number => all.reduce((so, one) => so + of(one), 0);

/** In the group that has more, else at the one behind, else at the end. */
function placeBehind(unfinished: ReadMembers | undefined, behind: ReadGroup | undefined): Place {
  if (unfinished) return { phase: 'memberships', page: unfinished.next, group: unfinished.group.seq };
  return membersFrom(behind);
}

/** Where the memberships of a group begin; at the end of the sync where there is none. */
export const membersFrom = (group: ReadGroup | undefined): Place =>
  group ? { phase: 'memberships', page: null, group: group.seq } : { phase: 'ending', page: null, groupsRead: true };
