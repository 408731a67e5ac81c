/** Two texts with what they have in common at their ends taken apart. */
export interface ChangedPart {
  start: string;
  before: string;
  after: string;
  end: string;
}

const boundary = /\W/;

/** What differs between two texts, in whole words; the rest stands before and behind it. */
export function changedPart(before: string, after: string): ChangedPart {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  // Not in the middle of a word, unless one text goes on where the other ends.
  while (head > 0 && head < shorter && !boundary.test(before[head - 1] ?? '')) head--;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  while (tail > 0 && tail < shorter - head && !boundary.test(before.at(-tail) ?? '')) tail--;
  return {
    start: before.slice(0, head),
    before: before.slice(head, before.length - tail),
    after: after.slice(head, after.length - tail),
    end: before.slice(before.length - tail),
  };
}
