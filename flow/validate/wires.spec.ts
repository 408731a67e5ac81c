import { describe, expect, test } from 'vitest';
import { addAfter, fullProblemsAfter, problemsAfter } from '../testing/problems.js';

const wire = (from: string, to: string, port = 'out') => ({ from, port, to });

describe('wires', () => {
  test('lead from a step that exists, by a port that it has', () => {
    expect(problemsAfter((flow) => flow.wires.push(wire('nobody', 'tell')))).toEqual([
      'wire_from_nowhere /wires/7/from',
    ]);
    expect(problemsAfter((flow) => flow.wires.push(wire('decide', 'tell')))).toEqual(['port_unknown /wires/7/port']);
    expect(problemsAfter((flow) => flow.wires.push(wire('alert', 'tell', 'error')))).toEqual([
      'port_unknown /wires/7/port',
    ]);
    expect(problemsAfter((flow) => flow.wires.push(wire('each_grant', 'tell', 'each')))).toEqual([
      'port_unknown /wires/7/port',
    ]);
  });

  test('say which ports there are', () => {
    const [problem] = fullProblemsAfter((flow) => flow.wires.push(wire('decide', 'tell')));
    expect(problem).toMatchObject({
      stepId: 'decide',
      message: '"decide" has no port "out".',
      fix: 'Use the port "found" or "else".',
    });
  });

  test('lead to a step that exists, and never to a trigger', () => {
    expect(problemsAfter((flow) => flow.wires.push(wire('ask', 'nobody', 'timeout')))).toEqual([
      'wire_to_nowhere /wires/7/to',
    ]);
    expect(problemsAfter((flow) => flow.wires.push(wire('ask', 'alert', 'timeout')))).toEqual([
      'wire_to_trigger /wires/7/to',
    ]);
  });

  test('stay on one side of a loop', () => {
    expect(problemsAfter((flow) => flow.wires.push(wire('ask', 'revoke', 'timeout')))).toEqual([
      'wire_across_levels /wires/7/to',
    ]);
    expect(
      problemsAfter((_, steps) => {
        steps.each_grant!.wires = [wire('each_grant', 'revoke', 'each'), wire('find_user', 'revoke')];
      }),
    ).toEqual(['wire_across_levels /steps/each_grant/wires/1/from']);
  });

  test('have both ends', () => {
    expect(problemsAfter((flow) => flow.wires.push({ from: 'ask' } as never))).toEqual(['wire_incomplete /wires/7']);
  });

  test('are not there twice', () => {
    expect(problemsAfter((flow) => flow.wires.push(wire('ask', 'tell', 'rejected')))).toEqual(['wire_twice /wires/7']);
  });

  test('make no cycle, whose path is named', () => {
    const problems = fullProblemsAfter((flow) => flow.wires.push(wire('each_grant', 'decide')));
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'cycle',
        message: expect.stringMatching(
          /"decide" → "ask" → "each_grant" → "decide"|"ask" → "each_grant" → "decide" → "ask"/,
        ),
      }),
    ]);
  });
});

describe('a step', () => {
  test('that no wire leads to is a problem, not a start', () => {
    const [problem, ...others] = fullProblemsAfter((flow) => {
      flow.steps.alone = { kind: 'shape', output: 1 };
    });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'step_without_wire',
      pointer: '/steps/alone',
      stepId: 'alone',
      severity: 'error',
    });
  });

  test('that no way leads to from a trigger is told as well', () => {
    const problems = problemsAfter((flow) => {
      flow.steps.alone = { kind: 'shape', output: 1 };
      flow.steps.after = { kind: 'shape', output: 1 };
      flow.wires.push(wire('alone', 'after'));
    });
    expect(problems).toEqual(['step_without_wire /steps/alone', 'unreachable /steps/after']);
  });

  test('of a body hangs on the port each', () => {
    const problems = problemsAfter((_, steps) => {
      steps.each_grant!.wires = [];
    });
    expect(problems).toEqual(['step_without_wire /steps/each_grant/steps/revoke']);
  });

  test('does not wait for more wires than lead to it', () => {
    const joinOf = (n: number) =>
      problemsAfter((_, steps) => {
        steps.tell!.join = { n };
      });
    expect(joinOf(3)).toEqual([]);
    expect(joinOf(4)).toEqual(['join_out_of_range /steps/tell/join/n']);
    expect(joinOf(0)).toEqual(['field_wrong /steps/tell/join/n']);
  });
});

test('a trigger that starts nothing is a warning', () => {
  const [problem] = fullProblemsAfter((flow) => {
    flow.triggers.by_hand = { kind: 'manual' };
  });
  expect(problem).toMatchObject({ code: 'trigger_without_wire', pointer: '/triggers/by_hand', severity: 'warning' });
});

test('a webhook that only wakes runs which wait for it is none', () => {
  const problems = fullProblemsAfter((flow) => {
    flow.triggers.told = { kind: 'webhook' };
    addAfter(flow, 'find_user', 'closed', { kind: 'wait', event: { event: 'told', key: '/body/id', equals: 'x' } });
  });
  expect(problems).toEqual([]);
});
