import type { DifferenceLine, Push, Resource, ResourceMode, RuledPerson, Team } from '@castellan/api';
import { count } from '../../ui/format.js';
import type { Look } from '../../ui/status-badge.js';

export const modeWords: Record<ResourceMode, { look: Look; word: string; help: string }> = {
  pull: { look: 'neutral', word: 'Pull', help: 'The system says who is in it. Nothing is written.' },
  push: { look: 'succeeded', word: 'Push', help: 'The team says who is in it, and is written to the system.' },
  paused: { look: 'waiting', word: 'Paused', help: 'Its members are neither read nor written.' },
};

export const becomesWords: Record<RuledPerson['becomes'], { look: Look; word: string }> = {
  joins: { look: 'succeeded', word: 'Joins' },
  stays: { look: 'neutral', word: 'Stays' },
  leaves: { look: 'waiting', word: 'Leaves' },
  fails: { look: 'failed', word: 'Fails' },
};

export const lineWords: Record<DifferenceLine['what'], { look: Look; word: string }> = {
  add: { look: 'succeeded', word: 'Is added' },
  remove: { look: 'failed', word: 'Is removed' },
  without_account: { look: 'unknown', word: 'Has no account' },
  kept: { look: 'neutral', word: 'Stays: owner or manager' },
};

type Counts = NonNullable<Resource['difference']>;

/** How a group differs from its team, in a few words. */
export function differenceWords({ adds, removes, withoutAccount, kept }: Counts): string {
  const parts = [
    adds > 0 && `${adds} to add`,
    removes > 0 && `${removes} to remove`,
    withoutAccount > 0 && `${withoutAccount} without an account`,
    kept > 0 && `${count(kept, 'owner or manager', 'owners or managers')} who stay`,
  ].filter(Boolean);
  return parts.length === 0 ? 'As the team' : parts.join(', ');
}

/** What a push is to do: `1 group to make, 3 to add, 2 to remove`. */
export function toWriteWords({ creates, adds, removes }: Push['wanted']): string {
  const parts = [
    creates > 0 && `${count(creates, 'group')} to make`,
    adds > 0 && `${adds} to add`,
    removes > 0 && `${removes} to remove`,
  ].filter(Boolean);
  return parts.join(', ');
}

/** What a push did: `1 group made, 3 added, 2 removed`. */
export function writtenWords({ creates, adds, removes }: Push['wanted']): string {
  const parts = [
    creates > 0 && `${count(creates, 'group')} made`,
    adds > 0 && `${adds} added`,
    removes > 0 && `${removes} removed`,
  ].filter(Boolean);
  return parts.length === 0 ? 'Nothing' : parts.join(', ');
}

/** Where the members of a team come from. */
export const sourceWords = ({ rule }: Pick<Team, 'rule'>): string => (rule === null ? 'By hand' : 'By a rule');

/** The addresses in a text: one a line, or with commas, semicolons or spaces between them. */
export const addressesIn = (text: string): string[] => [
  ...new Set(text.split(/[\s,;]+/).flatMap((word) => (word === '' ? [] : [word.toLowerCase()]))),
];
