import { expect, test } from 'vitest';
import type { CallFailure } from '../../operations/call-failure.js';
import { outcomeOfFailure } from './call-outcome.js';

const step = {
  retry: { attempts: 3, firstSeconds: 10, factor: 2, maxSeconds: 60 },
  onUnknown: 'wait' as const,
  errorWired: true,
};
const facts = {
  step,
  attempt: 1,
  pauses: 0,
  now: 1_000,
  chance: 0.5,
};
const failure = (over: Partial<CallFailure> = {}): CallFailure => ({
  error: { code: 'E_TIMEOUT', message: 'No answer', retryable: true },
  effect: 'refused',
  retryable: true,
  throttled: false,
  ...over,
});

test('a failure that may pass is tried again until the attempts are used up', () => {
  expect(outcomeOfFailure(failure(), { ...facts, attempt: 2 })).toMatchObject({ kind: 'retry', attempts: 2 });
  expect(outcomeOfFailure(failure(), { ...facts, attempt: 3 })).toEqual({ kind: 'failed' });
  expect(outcomeOfFailure(failure({ retryable: false }), facts)).toEqual({ kind: 'failed' });
});

test('its pauses grow by the factor from the first one to the longest, and are spread around that', () => {
  const long = { ...step, retry: { ...step.retry, attempts: 9 } };
  const secondsAfter = (attempt: number, chance = 0.5) => {
    const outcome = outcomeOfFailure(failure(), { ...facts, step: long, attempt, chance, now: 0 });
    return outcome.kind === 'retry' ? Math.round(outcome.due) / 1_000 : null;
  };
  expect([1, 2, 3, 4, 8].map((attempt) => secondsAfter(attempt))).toEqual([10, 20, 40, 60, 60]);
  expect([secondsAfter(1, 0), secondsAfter(1, 1)]).toEqual([8, 12]);
});

test('it is due after the pause that the system asked for, which costs no attempt', () => {
  const throttled = failure({ throttled: true, retryAfter: 7 });
  expect(outcomeOfFailure(throttled, { ...facts, attempt: 3 })).toEqual({ kind: 'retry', due: 8_000, attempts: 2 });
  expect(outcomeOfFailure(throttled, { ...facts, attempt: 3, pauses: 100 })).toEqual({ kind: 'failed' });
});

test('it is held back from a host that keeps failing, which costs attempts only after a while', () => {
  const heldBack = failure({ heldBackBy: 'vendor.test', retryAfter: 5 });
  expect(outcomeOfFailure(heldBack, { ...facts, attempt: 3, pauses: 9 })).toMatchObject({ kind: 'retry', attempts: 2 });
  expect(outcomeOfFailure(heldBack, { ...facts, attempt: 2, pauses: 10 })).toMatchObject({
    kind: 'retry',
    attempts: 2,
  });
  expect(outcomeOfFailure(heldBack, { ...facts, attempt: 3, pauses: 10 })).toEqual({ kind: 'failed' });
});

test('a write that may have happened is not taken for one that failed', () => {
  expect(outcomeOfFailure(failure({ effect: 'unknown', retryable: false }), facts)).toEqual({ kind: 'unknown' });
});

test('but it is an error where the step says so and handles errors', () => {
  const lost = failure({ effect: 'unknown', retryable: false });
  expect(outcomeOfFailure(lost, { ...facts, step: { ...step, onUnknown: 'error' } })).toEqual({ kind: 'failed' });
  const unhandled = { ...step, onUnknown: 'error' as const, errorWired: false };
  expect(outcomeOfFailure(lost, { ...facts, step: unhandled })).toEqual({ kind: 'unknown' });
});
