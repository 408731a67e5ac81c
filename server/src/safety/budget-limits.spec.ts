import { describe, expect, it } from 'vitest';
import { noBudgets } from './budget-counts.js';
import { limitsOf, passedLimits, type Scope } from './budget-limits.js';

const used = { run: 0, hour: 0, day: 0, people: 1, population: 200 };
const scope = (limits: Scope['limits'], over: Partial<Scope['used']> = {}): Scope => ({
  ...{ of: '“Leaver”', limits },
  used: { ...used, ...over },
});

describe('a budget', () => {
  it('lets through just so many', () => {
    expect(passedLimits([scope({ perHour: 20 }, { hour: 19 })], 1)).toEqual([]);
    expect(passedLimits([scope({ perHour: 20 }, { hour: 20 })], 1)).toEqual([
      'The budget of “Leaver” is 20 this hour, and 20 are used.',
    ]);
    expect(passedLimits([scope({ perRun: 0 })], 1)).toHaveLength(1);
  });

  it('counts what one call takes away, and not the call', () => {
    expect(passedLimits([scope({ perDay: 20 }, { day: 15 })], 6)).toHaveLength(1);
  });

  it('is a share of people too, and asks where nobody says how many there are', () => {
    expect(passedLimits([scope({ shareOfPopulation: 0.02 }, { people: 4 })], 1)).toEqual([]);
    expect(passedLimits([scope({ shareOfPopulation: 0.02 }, { people: 5 })], 1)).toEqual([
      'The budget of “Leaver” is 2 % of 200 people in 24 hours, and this would be 5 (2.5 %).',
    ]);
    expect(passedLimits([scope({ shareOfPopulation: 0.02 }, { population: null })], 1)).toHaveLength(1);
    expect(passedLimits([scope({ shareOfPopulation: 0.02 }, { population: null, people: 0 })], 1)).toEqual([]);
  });

  it('of a flow counts instead of the one of each flow, limit by limit', () => {
    const workspace = { ...noBudgets, eachFlow: { perRun: 5, perHour: 10 } };
    expect(limitsOf({ perRun: 50 }, workspace)).toEqual({ perRun: 50, perHour: 10 });
    expect(limitsOf(undefined, workspace)).toEqual({ perRun: 5, perHour: 10 });
  });
});
