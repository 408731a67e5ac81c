import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { RepeatedWork } from './repeated-work.js';

/** Rounds that end when they are let go. */
function held(options: { eachMs?: number; againAfterMs?: number } = {}) {
  const ends: ((more?: boolean) => void)[] = [];
  const fails: ((error: Error) => void)[] = [];
  const warnings: string[] = [];
  const work = new RepeatedWork({
    eachMs: 3_600_000,
    work: () =>
      new Promise<boolean | undefined>((resolve, reject) => {
        ends.push(resolve);
        fails.push(reject);
      }),
    logger: { warn: (message: string) => warnings.push(message) },
    failure: 'It could not be looked at',
    ...options,
  });
  return { work, ends, fails, warnings };
}

const settled = () => delay(5);

test('a round is done each so often', async () => {
  const { work, ends } = held({ eachMs: 5 });
  work.start();
  await vi.waitFor(() => expect(ends).toHaveLength(1));
  ends[0]?.();
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  ends[1]?.();
  await work.stop();
});

test('woken during a round, however often, it does one more and never two at one time', async () => {
  const { work, ends } = held();
  work.wake();
  work.wake();
  work.wake();
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await settled();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await settled();
  expect(ends).toHaveLength(2);
});

test('a round that says that there is more is followed by another', async () => {
  const { work, ends } = held();
  work.wake();
  ends[0]?.(true);
  await settled();
  expect(ends).toHaveLength(2);
});

test('a round that fails is told, and the next one is done', async () => {
  const { work, fails, ends, warnings } = held();
  work.wake();
  fails[0]?.(new Error('the database is away'));
  await settled();
  expect(warnings).toEqual(['It could not be looked at: the database is away']);
  work.wake();
  expect(ends).toHaveLength(2);
});

test('a round that fails is tried again soon where that was asked for', async () => {
  const { work, fails, ends } = held({ againAfterMs: 5 });
  work.wake();
  fails[0]?.(new Error('away'));
  await vi.waitFor(() => expect(ends).toHaveLength(2));
});

test('stopped, it lets the round end that is under way and begins no other', async () => {
  const { work, ends } = held();
  work.wake();
  work.wake();
  let stopped = false;
  const stop = work.stop().then(() => {
    stopped = true;
  });
  await settled();
  expect(stopped).toBe(false);
  ends[0]?.();
  await stop;
  work.wake();
  expect(ends).toHaveLength(1);
});
