import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ControlLevel, ControlStep, StepKind } from './control.js';
import { dominance, guardsChanges, stepsOnlyAfter, writesCoveredBy } from './dominators.js';
import { reachableFrom } from './graph.js';

const wire = (from: string, to: string, port = 'out') => ({ from, port, to });

const step = (id: string, kind: StepKind, more: Partial<ControlStep> = {}): ControlStep => ({
  id,
  kind,
  ports: [],
  join: 'all',
  retry: { attempts: 1, firstSeconds: 1, factor: 2, maxSeconds: 60 },
  timeoutSeconds: 60,
  onError: 'fail',
  onUnknown: 'wait',
  errorWired: false,
  ...more,
});
const level = (steps: ControlStep[], wires: ControlLevel['wires']): ControlLevel => ({
  order: steps.map(({ id }) => id),
  steps: Object.fromEntries(steps.map((one) => [one.id, one])),
  wires,
});

describe('dominance', () => {
  test('a step that every way leads through dominates what follows', () => {
    const dominates = dominance(
      ['t'],
      [wire('t', 'a'), wire('a', 'b'), wire('a', 'c'), wire('b', 'd'), wire('c', 'd')],
    );
    expect(dominates('a', 'd')).toBe(true);
    expect(dominates('b', 'd')).toBe(false);
    expect(dominates('d', 'd')).toBe(true);
  });

  test('a second trigger is a way round', () => {
    const dominates = dominance(['t', 'u'], [wire('t', 'a'), wire('a', 'b'), wire('u', 'b')]);
    expect(dominates('a', 'b')).toBe(false);
  });

  test('holds exactly when the step cannot be reached without the other', () => {
    const ids = Array.from({ length: 9 }, (_, position) => `s${position}`);
    const pair = fc
      .tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }))
      .filter(([from, to]) => from < to)
      .map(([from, to]) => wire(`s${from}`, `s${to}`));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 24 }), (wires) => {
        const dominates = dominance(['s0', 's1'], wires);
        const reached = reachableFrom(['s0', 's1'], wires);
        for (const by of ids) {
          const without = reachableFrom(
            ['s0', 's1'].filter((start) => start !== by),
            wires.filter(({ from, to }) => from !== by && to !== by),
          );
          for (const id of reached) expect(dominates(by, id)).toBe(id === by || (!without.has(id) && reached.has(by)));
        }
      }),
    );
  });
});

describe('what an approval covers', () => {
  test('is every write that runs only when it was approved, bodies of loops included', () => {
    const body = level(
      [step('revoke', 'action', { effect: 'destructive' }), step('look', 'action', { effect: 'read' })],
      [wire('each_grant', 'revoke', 'each'), wire('revoke', 'look')],
    );
    const top = level(
      [
        step('ask', 'approval'),
        step('each_grant', 'loop', { body }),
        step('grant', 'action', { effect: 'write' }),
        step('tell', 'action', { effect: 'write' }),
      ],
      [
        wire('alert', 'ask'),
        wire('ask', 'each_grant', 'approved'),
        wire('each_grant', 'grant'),
        wire('ask', 'tell', 'rejected'),
        wire('grant', 'tell'),
      ],
    );
    expect(writesCoveredBy({ triggers: ['alert'], top }, 'ask')).toEqual(['revoke', 'grant']);
  });

  test('is a change also where it is made by a flow that is called', () => {
    const after = (kind: StepKind, over: Partial<ControlStep> = {}) => {
      const top = level(
        [step('ask', 'approval'), step('act', kind, over)],
        [wire('t', 'ask'), wire('ask', 'act', 'approved')],
      );
      return guardsChanges({ triggers: ['t'], top }, 'ask');
    };
    expect(after('subflow')).toBe(true);
    expect(after('action', { effect: 'write' })).toBe(true);
    expect(after('action', { effect: 'read' })).toBe(false);
    expect(after('shape')).toBe(false);
  });

  test('within a body is looked for in that body', () => {
    const body = level(
      [step('ask', 'approval'), step('revoke', 'action', { effect: 'destructive' })],
      [wire('each_grant', 'ask', 'each'), wire('ask', 'revoke', 'approved')],
    );
    const top = level([step('each_grant', 'loop', { body })], [wire('alert', 'each_grant')]);
    expect(writesCoveredBy({ triggers: ['alert'], top }, 'ask')).toEqual(['revoke']);
    expect(writesCoveredBy({ triggers: ['alert'], top }, 'nobody')).toEqual([]);
  });

  test('leaves out what another port leads to as well', () => {
    const wires = [wire('t', 'ask'), wire('ask', 'act', 'approved'), wire('ask', 'act', 'timeout')];
    expect([...stepsOnlyAfter({ id: 'ask', port: 'approved' }, ['t'], wires)]).toEqual([]);
  });
});
