import type { StepExpectation } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { choiceOf, choicesFor, expectationOf } from './step-choice.js';

describe('what a step is expected to do, as a choice', () => {
  const expectations: (StepExpectation | undefined)[] = [
    ...([undefined, 'skipped', { status: 'succeeded', port: 'yes' }, { port: 'no' }] as const),
    ...([{ times: 3 }, { status: 'failed', times: 2 }] as const),
  ];
  it.each(expectations)('is the same expectation there and back: %j', (wanted) => {
    const times = typeof wanted === 'object' ? wanted.times : undefined;
    expect(expectationOf(choiceOf(wanted), times)).toEqual(wanted);
  });

  it('offers the ports of a step that has several, and what stands there by now', () => {
    expect(choicesFor(['out'], '').map(({ label }) => label)).toEqual([
      ...['anything', 'succeeded', 'failed', 'skipped', 'cancelled', 'waiting'],
    ]);
    const labels = choicesFor(['yes', 'else'], '|gone').map(({ label }) => label);
    expect(labels).toContain('succeeded by else');
    expect(labels.at(-1)).toBe('by gone');
  });
});
