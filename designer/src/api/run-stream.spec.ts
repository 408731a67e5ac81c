import type { RunRow, StepState } from '@castellan/api';
import { describe, expect, it } from 'vitest';
import { type LiveRun, stepKey, withRun, withSteps } from './run-stream.js';

const nothing: LiveRun = { run: null, steps: new Map(), ended: false, connected: true };
const run = (seq: number, status: RunRow['status']) => ({ seq, status }) as RunRow;
const step = (stepId: string, seq: number, status: StepState['status'], iteration = '') =>
  ({ stepId, seq, status, iteration }) as StepState;

describe('a followed run', () => {
  it('takes the newest row of the run and leaves an overtaken one', () => {
    const live = withRun(withRun(nothing, run(5, 'succeeded')), run(4, 'running'));
    expect(live.run?.status).toBe('succeeded');
  });

  it('keeps the iterations of a step apart', () => {
    const live = withSteps(nothing, [step('revoke', 1, 'failed', '0'), step('revoke', 2, 'running', '1')]);
    expect(live.steps.get(stepKey({ stepId: 'revoke', iteration: '0' }))?.status).toBe('failed');
    expect(live.steps.get(stepKey({ stepId: 'revoke', iteration: '1' }))?.status).toBe('running');
  });

  it('merges a snapshot after a break with what it knew, newest first', () => {
    const before = withSteps(nothing, [step('find', 9, 'succeeded'), step('tell', 3, 'running')]);
    const after = withSteps(before, [step('find', 8, 'running'), step('tell', 10, 'succeeded')]);
    expect([...after.steps.values()].map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  });

  it('does not change the states that a page holds already', () => {
    const before = withSteps(nothing, [step('find', 1, 'running')]);
    withSteps(before, [step('find', 2, 'failed')]);
    expect(before.steps.get('find@')?.status).toBe('running');
  });
});
