import type { StepState } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { runOverlay } from './run-overlay.js';

const draft: Draft = {
  triggers: { start: { kind: 'manual' } },
  steps: {
    before: { kind: 'shape' },
    outer: {
      kind: 'loop',
      steps: { act: { kind: 'shape' }, inner: { kind: 'loop', steps: { deep: { kind: 'shape' } }, wires: [] } },
      wires: [],
    },
  },
  wires: [],
};
const state = (stepId: string, iteration: string, status: StepState['status'] = 'succeeded'): StepState => ({
  stepId,
  iteration,
  kind: 'shape',
  status,
  port: 'out',
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
const overlay = (states: StepState[], chosen: Record<string, number> = {}) =>
  runOverlay({
    draft,
    triggerId: 'start',
    steps: new Map(states.map((each) => [`${each.stepId}@${each.iteration}`, each])),
    chosen,
  });

describe('what of a run is drawn', () => {
  it('shows the last iteration that has begun', () => {
    const { states, iterations } = overlay([state('before', ''), state('act', '0'), state('act', '1')]);
    expect(states.get('act')?.iteration).toBe('1');
    expect(iterations.get('outer')).toEqual({ index: 1, known: [0, 1], path: '1' });
  });

  it('shows the iteration that failed before all others', () => {
    const { states } = overlay([state('act', '0'), state('act', '1', 'failed'), state('act', '10')]);
    expect(states.get('act')).toMatchObject({ iteration: '1', status: 'failed' });
  });

  it('shows the iteration that the person chose', () => {
    const steps = [state('act', '0'), state('act', '1', 'failed')];
    expect(overlay(steps, { outer: 0 }).states.get('act')?.iteration).toBe('0');
    expect(overlay(steps, { outer: 7 }).states.get('act')?.iteration).toBe('1');
  });

  it('goes into the loops of the chosen iteration', () => {
    const steps = [
      state('act', '0'),
      state('act', '1'),
      state('deep', '0.0'),
      state('deep', '0.1'),
      state('deep', '1.0'),
    ];
    expect(overlay(steps, { outer: 0 }).states.get('deep')?.iteration).toBe('0.1');
    expect(overlay(steps, { outer: 1 }).states.get('deep')?.iteration).toBe('1.0');
  });

  it('shows nothing inside a loop that has not begun', () => {
    const { states, iterations } = overlay([state('outer', '', 'running')]);
    expect([...states.keys()]).toEqual(['outer']);
    expect(iterations.size).toBe(0);
  });
});
