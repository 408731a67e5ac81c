import { describe, expect, test } from 'vitest';
import type { CallLimits } from '../connections/open-connection.js';
import { type GateState, judge } from './call-slots.js';

const free: GateState = {
  underWay: 0,
  ahead: 0,
  aheadAndHere: 0,
  earliest: -1_000,
  next: -1_000,
  reserved: null,
  typical: 200,
};
const judged = (limits: Partial<CallLimits>, state: Partial<GateState> = {}) =>
  judge({ atOnce: null, perSecond: null, ...limits }, { ...free, ...state });

test('without a limit every call enters', () => {
  expect(judged({}, { underWay: 1_000, ahead: 1_000 })).toMatchObject({ enter: true, sleep: 0 });
});

describe('calls at once', () => {
  test('enter while there is a slot that nobody here came for before', () => {
    expect(judged({ atOnce: 2 }, { underWay: 1 })).toMatchObject({ enter: true });
    expect(judged({ atOnce: 2 }, { underWay: 2 })).toMatchObject({ enter: false, why: 'slots' });
    expect(judged({ atOnce: 2 }, { underWay: 1, ahead: 1, aheadAndHere: 1 })).toMatchObject({ enter: false });
    expect(judged({ atOnce: 2 }, { underWay: 1, ahead: 5, aheadAndHere: 0 })).toMatchObject({ enter: true });
  });

  test('wait as long as those before them are likely to take, within bounds', () => {
    const wait = (ahead: number, typical: number) => judged({ atOnce: 2 }, { underWay: 2, ahead, typical });
    expect(wait(0, 10)).toMatchObject({ wait: 500, near: true });
    expect(wait(9, 1_000)).toMatchObject({ wait: 5_000, near: false });
    expect(wait(1_000, 5_000)).toMatchObject({ wait: 60_000 });
  });

  test('keep the time that they were given by the rate', () => {
    expect(judged({ atOnce: 1, perSecond: 1 }, { underWay: 1, reserved: -50 })).toMatchObject({ reserved: -50 });
  });
});

describe('calls in a second', () => {
  test('are spaced evenly, whoever makes them: never more than so many begin within a second', () => {
    let now = 0;
    let [nextAt, earliestAt] = [0, 0];
    const begun: number[] = [];
    const away: { at: number; reservedAt: number }[] = [];
    const ask = (reservedAt: number | null) => {
      const reserved = reservedAt === null ? null : reservedAt - now;
      const verdict = judged({ perSecond: 5 }, { next: nextAt - now, earliest: earliestAt - now, reserved });
      [nextAt, earliestAt] = [now + verdict.next, now + verdict.earliest];
      if (verdict.enter) begun.push(now + verdict.sleep);
      else away.push({ at: now + verdict.wait, reservedAt: now + (verdict.reserved ?? 0) });
    };
    for (let call = 0; call < 400; call += 1) {
      ask(null);
      now += call % 3 === 0 ? 40 : 1;
    }
    // Those that are away come again, and some of them late.
    for (let call = 0; away.length > 0; call += 1) {
      away.sort((one, other) => one.at - other.at);
      const first = away.shift()!;
      now = Math.max(now, first.at) + (call % 7 === 0 ? 3_000 : 0);
      ask(first.reservedAt);
    }
    begun.sort((one, other) => one - other);
    expect(begun).toHaveLength(400);
    for (const [index, at] of begun.entries()) {
      const within = begun.slice(index).filter((other) => other - at < 1_000 - 1e-6).length;
      expect(within).toBeLessThanOrEqual(5);
    }
  });

  test('that are soon wait where they are; those whose time is far are given it and sent away', () => {
    expect(judged({ perSecond: 2 }, { next: 700 })).toMatchObject({
      enter: true,
      sleep: 700,
      earliest: 1_200,
      next: 1_200,
    });
    const far = judged({ perSecond: 2 }, { next: 90_000 });
    expect(far).toEqual({
      enter: false,
      why: 'rate',
      wait: 60_000,
      near: false,
      reserved: 90_000,
      next: 90_500,
      earliest: -1_000,
    });
    expect(judged({ perSecond: 2 }, { next: 95_000, reserved: 30_000 })).toMatchObject({ wait: 30_000, next: 95_000 });
    expect(judged({ perSecond: 2 }, { next: 95_000, reserved: -5 })).toMatchObject({
      enter: true,
      sleep: 0,
      next: 95_000,
    });
  });

  test('without the limit a time that was given counts no more', () => {
    expect(judged({}, { reserved: 30_000 })).toMatchObject({ enter: true, sleep: 0, reserved: null });
  });
});
