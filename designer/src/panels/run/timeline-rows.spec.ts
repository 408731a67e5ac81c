import type { StepState } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { timelineRows } from './timeline-rows.js';

const draft: Draft = {
  triggers: {},
  steps: { a: { kind: 'shape', title: 'First' }, each: { kind: 'loop', steps: { b: { kind: 'shape' } }, wires: [] } },
  wires: [],
};
const at = (ms: number) => new Date(ms).toISOString();
const state = (stepId: string, iteration: string, start: number | null, end: number | null): StepState => ({
  stepId,
  iteration,
  kind: 'shape',
  status: end === null ? 'running' : 'succeeded',
  port: null,
  attempts: 1,
  startedAt: start === null ? null : at(start),
  endedAt: end === null ? null : at(end),
  nextAttemptAt: null,
  waitsFor: null,
  error: null,
  count: null,
  childRunId: null,
  keptFrom: null,
  seq: 1,
});

describe('the timeline', () => {
  it('has a row for each step that has begun, in the order of their beginnings', () => {
    const rows = timelineRows({
      draft,
      states: [state('b', '0', 50, 75), state('a', '', 0, 50), state('each', '', null, null)],
      from: 0,
      to: 100,
    });
    expect(rows.map(({ title, depth }) => [title, depth])).toEqual([
      ['First', 0],
      ['b', 1],
    ]);
    expect(rows[0]?.bars).toMatchObject([{ start: 0, length: 0.5 }]);
  });

  it('lets what still runs reach to the present', () => {
    const [row] = timelineRows({ draft, states: [state('a', '', 20, null)], from: 0, to: 100 });
    expect(row?.bars).toMatchObject([{ start: 0.2, length: 0.8 }]);
  });

  it('puts the iterations of a step into one row and counts what it does not draw', () => {
    const states = Array.from({ length: 1_000 }, (_, index) => state('b', `${index}`, index, index + 1));
    const [row] = timelineRows({ draft, states, from: 0, to: 1_000 });
    expect(row!.bars.length + row!.more).toBe(1_000);
    expect(row!.more).toBeGreaterThan(0);
  });
});
