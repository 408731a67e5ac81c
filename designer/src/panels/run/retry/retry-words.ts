import type { RetryEffect, RetryPlace, RetryPreview } from '@castellan/api';
import { count } from '../../../ui/format.js';

/** What becomes of a write, in the user's terms. */
export function fateWords({ state, why }: Pick<RetryEffect, 'state' | 'why'>): string {
  switch (state) {
    case 'kept':
      return 'Done. Not sent again unless its input differs.';
    case 'new':
      return 'Not sent so far: sent when the run comes to it.';
    case 'ask':
      return 'Nobody knows whether it happened. The system is asked first, and it is sent if it did not.';
    case 'unknown':
      return 'Nobody knows whether it happened. Look in the system and say what you found.';
    case 'again':
      return againWords[why ?? 'refused'];
  }
}

const againWords = {
  refused: 'Was refused: sent again.',
  undone: 'Was done and taken back: sent again.',
  same_key: 'Nobody knows whether it happened. Sent again in a way that cannot do it twice.',
  operation: 'Done, but the step calls another operation now: sent.',
  connection: 'Done, but the step goes to another connection now: sent.',
};

/** How many of which, in one sentence; null when the run comes to no write. */
export function countWords(counts: RetryPreview['counts']): string | null {
  const parts = [
    counts.unknown > 0 && `${count(counts.unknown, 'write')} that only you can judge`,
    counts.again > 0 && `${count(counts.again, 'write')} sent again`,
    counts.ask > 0 && `${count(counts.ask, 'write')} asked about first`,
    counts.new > 0 && `${count(counts.new, 'write')} not sent so far`,
    counts.kept > 0 && `${count(counts.kept, 'write')} done and kept`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : `${parts.join(', ')}.`;
}

const changeWords = {
  new: 'is new in this version, so it is run',
  gone: 'is not in this version, so what it did is left out',
  kind: 'is of another kind in this version, so it is run',
  moved: 'stands in another loop in this version, so it is run',
};

/** Why a step of the other version is not taken over. */
export function changedWords({ title, why }: RetryPreview['changed'][number]): string {
  return `“${title}” ${changeWords[why]}.`;
}

/** From where a run was done again. */
export function placeWords(place: RetryPlace, titleOf: (stepId: string) => string): string {
  if (place.at === 'start') return 'from the start';
  if (place.at === 'failed') return 'from what failed';
  const item = place.iteration === '' ? '' : `, item ${itemsFrom(place.iteration)}`;
  return place.items === 'failed'
    ? `the failed items of “${titleOf(place.step)}”`
    : `from “${titleOf(place.step)}”${item}`;
}

/** An iteration as people count: `0.2` is `1.3`. */
const itemsFrom = (iteration: string): string =>
  iteration
    .split('.')
    .map((index) => Number(index) + 1)
    .join('.');

/** The reverse, for what a person typed: `1.3` is `0.2`; null when it names no item. */
export function iterationOf(items: string): string | null {
  const numbers = items.trim().split('.').map(Number);
  if (numbers.some((number) => !Number.isInteger(number) || number < 1)) return null;
  return numbers.map((number) => number - 1).join('.');
}
