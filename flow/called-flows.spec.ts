import { expect, test } from 'vitest';
import { bindCalledFlows, calledFlowsOf } from './called-flows.js';
import type { Draft } from './schema/draft.js';

const draft: Draft = {
  steps: {
    one: { kind: 'subflow', flow: 'a' },
    each: {
      kind: 'loop',
      steps: { two: { kind: 'subflow', flow: 'b', wait: false }, again: { kind: 'subflow', flow: 'a' } },
    },
    open: { kind: 'subflow' },
  },
  settings: { retentionDays: 7, onFailure: { flow: 'c' } },
};

test('the flows that a flow starts are found in loops and in its settings too', () => {
  expect(calledFlowsOf(draft)).toEqual(['a', 'b', 'c']);
  expect(calledFlowsOf({})).toEqual([]);
});

test('others take their places, or nothing does; everything else stays', () => {
  expect(bindCalledFlows(draft, { a: 'x', b: null, c: 'z' })).toEqual({
    steps: {
      one: { kind: 'subflow', flow: 'x' },
      each: { kind: 'loop', steps: { two: { kind: 'subflow', wait: false }, again: { kind: 'subflow', flow: 'x' } } },
      open: { kind: 'subflow' },
    },
    settings: { retentionDays: 7, onFailure: { flow: 'z' } },
  });
  expect(bindCalledFlows(draft, {})).toEqual(draft);
  expect(bindCalledFlows({ name: 'Empty' }, { a: 'x' })).toEqual({ name: 'Empty' });
});
