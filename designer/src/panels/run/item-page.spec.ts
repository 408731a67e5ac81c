import type { StepState } from '@castellan/api';
import { describe, expect, it } from 'vitest';
import { itemPage } from './item-page.js';

const state = (iteration: string, status: StepState['status'] = 'succeeded'): StepState => ({
  stepId: 'call',
  iteration,
  kind: 'action',
  status,
  port: null,
  attempts: 1,
  startedAt: null,
  endedAt: null,
  nextAttemptAt: null,
  waitsFor: null,
  error: null,
  count: null,
  childRunId: null,
  keptFrom: null,
  seq: 1,
});

describe('the iterations of a step', () => {
  const all = Array.from({ length: 25 }, (_, index) => state(`${index}`, index === 17 ? 'failed' : 'succeeded'));

  it('begin with those that failed, then stand in the order of the items', () => {
    const { rows, pages, failed } = itemPage(all, 'all', 1);
    expect(rows.map(({ iteration }) => iteration)).toEqual(['17', '0', '1', '2', '3', '4', '5', '6', '7', '8']);
    expect([pages, failed]).toEqual([3, 1]);
    expect(itemPage(all, 'all', 2).rows[0]?.iteration).toBe('9');
  });

  it('can be those that failed alone, and a page past the end is the last one', () => {
    expect(itemPage(all, 'failed', 9)).toMatchObject({ total: 1, pages: 1, rows: [{ iteration: '17' }] });
  });

  it('of loops in loops stand in the order of their paths', () => {
    const nested = ['1.10', '0.2', '1.2'].map((iteration) => state(iteration));
    expect(itemPage(nested, 'all', 1).rows.map(({ iteration }) => iteration)).toEqual(['0.2', '1.2', '1.10']);
  });
});
