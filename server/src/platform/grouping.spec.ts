import { expect, test } from 'vitest';
import { ApiError } from './errors.js';
import { Grouping } from './grouping.js';

/** Work that is let go by hand, and the groups that were taken. */
function held(options: { atOnce?: number; most?: number; fails?: (items: number[]) => Error | null } = {}) {
  const groups: number[][] = [];
  const gates: (() => void)[] = [];
  const grouping = new Grouping<number, number>({
    atOnce: options.atOnce ?? 1,
    most: options.most ?? 100,
    work: async (items) => {
      groups.push(items);
      await new Promise<void>((open) => gates.push(open));
      const failure = options.fails?.(items);
      if (failure) throw failure;
      return items.map((item) => item * 2);
    },
  });
  const open = async () => {
    await turn();
    gates.shift()?.();
    await turn();
  };
  return { grouping, groups, open };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('at rest an item is worked on at once and alone', async () => {
  const { grouping, groups, open } = held();
  const answer = grouping.add(1);
  await open();
  expect(await answer).toBe(2);
  expect(groups).toEqual([[1]]);
});

test('what arrives while a group is at work is taken together, each with its own result', async () => {
  const { grouping, groups, open } = held();
  const first = grouping.add(1);
  await turn();
  const rest = [2, 3, 4].map((item) => grouping.add(item));
  await open();
  await open();
  expect(await Promise.all([first, ...rest])).toEqual([2, 4, 6, 8]);
  expect(groups).toEqual([[1], [2, 3, 4]]);
});

test('no group is larger than allowed, and no more are at work at one time', async () => {
  const { grouping, groups, open } = held({ atOnce: 2, most: 2 });
  const all = Promise.all([1, 2, 3, 4, 5].map((item) => grouping.add(item)));
  await turn();
  expect(groups).toEqual([
    [1, 2],
    [3, 4],
  ]);
  for (let group = 0; group < 3; group++) await open();
  expect(await all).toEqual([2, 4, 6, 8, 10]);
});

test('a group that fails is tried item by item, so that only the one that fails alone fails', async () => {
  const { grouping, groups, open } = held({ fails: (items) => (items.includes(2) ? new Error('bad') : null) });
  const all = Promise.allSettled([1, 2, 3].map((item) => grouping.add(item)));
  for (let group = 0; group < 4; group++) await open();
  expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(groups).toEqual([[1, 2, 3], [1], [2], [3]]);
});

test('an outage is not tried again', async () => {
  const { grouping, groups, open } = held({ fails: () => new ApiError('unavailable') });
  const all = Promise.allSettled([1, 2].map((item) => grouping.add(item)));
  await open();
  expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(groups).toEqual([[1, 2]]);
});
