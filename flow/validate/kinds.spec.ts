import { describe, expect, test } from 'vitest';
import { addAfter, fullProblemsAfter, problemsAfter } from '../testing/problems.js';

const revoke = { kind: 'action', connection: 'opal', operation: 'revoke', input: { user: 'u' } };

/** Problems of one more step after `find_user`. */
const adding = (step: Record<string, unknown>) => problemsAfter((flow) => addAfter(flow, 'find_user', 'more', step));

describe('a wait', () => {
  test('waits for exactly one thing', () => {
    expect(adding({ kind: 'wait', seconds: 5 })).toEqual([]);
    expect(adding({ kind: 'wait' })).toEqual(['wait_wrong /steps/more']);
    expect(adding({ kind: 'wait', seconds: 5, until: '2030-01-31T09:00:00Z' })).toEqual(['wait_wrong /steps/more']);
  });

  test('has a time that can be read', () => {
    expect(adding({ kind: 'wait', seconds: -1 })).toEqual(['wait_wrong /steps/more/seconds']);
    expect(adding({ kind: 'wait', seconds: '5 minutes' })).toEqual(['wait_wrong /steps/more/seconds']);
    expect(adding({ kind: 'wait', until: 'tomorrow' })).toEqual(['wait_wrong /steps/more/until']);
    expect(adding({ kind: 'wait', until: { jsonata: 'trigger.body.at' } })).toEqual([]);
  });

  test('for an event names one of the connector and a place in it', () => {
    const event = {
      connection: 'opal',
      event: 'accessChanged',
      key: '/body/id',
      equals: { jsonata: 'trigger.body.id' },
    };
    expect(adding({ kind: 'wait', event })).toEqual([]);
    expect(adding({ kind: 'wait', event: { ...event, event: 'x', key: 'body.id' } })).toEqual([
      'wait_wrong /steps/more/event/key',
      'event_unknown /steps/more/event/event',
    ]);
  });
});

test('a wait for an event that is read from a system has a trigger that reads it', () => {
  const wait = (event: string) => ({
    kind: 'wait',
    event: { connection: 'opal', event, key: '/body/id', equals: { jsonata: 'trigger.body.id' } },
  });
  expect(adding(wait('accessChanged'))).toEqual([]);
  expect(adding(wait('eventLogged'))).toEqual(['event_not_read /steps/more/event/event']);
  const withTrigger = problemsAfter((flow) => {
    addAfter(flow, 'find_user', 'more', wait('eventLogged'));
    Object.assign(flow.triggers, { log: { kind: 'connector', connection: 'opal', event: 'eventLogged' } });
  });
  expect(withTrigger).toEqual([]);
});

test('a wait for an event without a connection names a webhook of the flow', () => {
  const event = { event: 'alert', key: '/body/id', equals: { jsonata: 'trigger.body.id' } };
  expect(adding({ kind: 'wait', event })).toEqual([]);
  expect(adding({ kind: 'wait', event: { ...event, event: 'nowhere' } })).toEqual([
    'event_unknown /steps/more/event/event',
  ]);
});

test('a filter goes through a list', () => {
  const when = { jsonata: 'item > 1' };
  expect(adding({ kind: 'filter', items: [1, 2], when })).toEqual([]);
  expect(adding({ kind: 'filter', items: { literal: [{ jsonata: 'data' }] }, when })).toEqual([]);
  expect(adding({ kind: 'filter', items: { jsonata: 'trigger.body.list' }, when })).toEqual([]);
  expect(adding({ kind: 'filter', items: { a: 1 }, when })).toEqual(['items_wrong /steps/more/items']);
});

describe('a loop', () => {
  test('goes through a list', () => {
    const loop = {
      kind: 'loop',
      steps: { inner: { kind: 'shape', output: 1 } },
      wires: [{ from: 'more', port: 'each', to: 'inner' }],
    };
    expect(adding({ ...loop, items: [1, 2] })).toEqual([]);
    expect(adding({ ...loop, items: 'text' })).toEqual(['items_wrong /steps/more/items']);
    expect(adding({ ...loop, items: [], steps: {}, wires: [] })).toEqual(['loop_empty /steps/more/steps']);
  });

  test('that writes is asked for the key of an item', () => {
    const [problem, ...others] = fullProblemsAfter((_, steps) => {
      delete steps.each_grant!.key;
    });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'loop_key_missing', pointer: '/steps/each_grant/key', severity: 'warning' });
  });

  test('stands at most five deep', () => {
    const nested = (depth: number): Record<string, unknown> => {
      const inner = depth === 0 ? { kind: 'shape', output: 1 } : nested(depth - 1);
      const [id, next] = [`loop${depth}`, depth === 0 ? 'leaf' : `loop${depth - 1}`];
      return { kind: 'loop', items: [], steps: { [next]: inner }, wires: [{ from: id, port: 'each', to: next }] };
    };
    const deep = (depth: number) =>
      problemsAfter((flow) => addAfter(flow, 'find_user', `loop${depth}`, nested(depth))).map(
        (problem) => problem.split(' ')[0],
      );
    expect(deep(4)).toEqual([]);
    expect(deep(5)).toEqual(['nesting_too_deep']);
  });
});

describe('an approval', () => {
  test('asks somebody, and for as many as can agree', () => {
    expect(adding({ kind: 'approval', approvers: ['a', 'b'], needed: 2 })).toEqual([]);
    expect(adding({ kind: 'approval', approvers: ['a', 'b'], needed: 3 })).toEqual(['needed_wrong /steps/more/needed']);
    expect(adding({ kind: 'approval', approvers: { jsonata: 'trigger.body.who' }, needed: 9 })).toEqual([]);
    expect(adding({ kind: 'approval', approvers: [] })).toEqual(['approvers_missing /steps/more/approvers']);
  });

  test('covers steps that exist', () => {
    expect(adding({ kind: 'approval', approvers: ['a'], covers: ['revoke', 'nobody'] })).toEqual([
      'step_unknown /steps/more/covers/1',
    ]);
  });

  test('before steps that take something away says which of them it allows, or that it is bound to none', () => {
    const before = (covers?: string[]) =>
      fullProblemsAfter((flow) => {
        Object.assign(flow.steps, {
          more: { kind: 'approval', approvers: ['a'], ...(covers ? { covers } : {}) },
          each: {
            ...{ kind: 'loop', items: [1], key: { jsonata: 'item' } },
            steps: { take: { ...revoke, title: 'Take it' } },
            wires: [{ from: 'each', port: 'each', to: 'take' }],
          },
          tell: { kind: 'action', connection: 'slack', operation: 'postMessage', input: { channel: 'c', text: 't' } },
        });
        flow.wires.push(
          { from: 'find_user', port: 'out', to: 'more' },
          { from: 'more', port: 'approved', to: 'each' },
          { from: 'each', port: 'out', to: 'tell' },
        );
      });
    expect(before()).toMatchObject([
      { severity: 'warning', code: 'approval_unbound', pointer: '/steps/more/covers', stepId: 'more' },
    ]);
    expect(before()[0]?.message).toContain('"Take it" takes something away');
    expect(before(['take'])).toEqual([]);
    expect(before([])).toEqual([]);
    expect(adding({ kind: 'approval', approvers: ['a'] })).toEqual([]);
  });

  test('is asked where buttons come back from', () => {
    const asked = (connection: string) => adding({ kind: 'approval', approvers: ['a'], ask: { connection } });
    expect(asked('slack')).toEqual([]);
    expect(asked('opal')).toEqual(['ask_wrong /steps/more/ask/connection']);
    expect(asked('nowhere')).toEqual(['slot_unknown /steps/more/ask/connection']);
  });

  test('reminds before its time is over', () => {
    const reminding = (everySeconds: number) =>
      adding({
        ...{ kind: 'approval', approvers: ['a'], timeoutSeconds: 3_600 },
        ask: { connection: 'slack', remind: { everySeconds, times: 2 } },
      });
    expect(reminding(600)).toEqual([]);
    expect(reminding(3_600)).toEqual(['reminder_late /steps/more/ask/remind']);
  });
});

describe('a respond step', () => {
  test('has a caller to answer', () => {
    expect(adding({ kind: 'respond' })).toEqual(['respond_not_awaited /steps/more']);
    expect(
      problemsAfter((flow) => {
        flow.triggers = { alert: { kind: 'manual' } };
        delete flow.connections!.datadog;
        addAfter(flow, 'find_user', 'more', { kind: 'respond', status: 200 });
      }),
    ).toEqual(['respond_outside_webhook /steps/more']);
  });

  test('answers an agent that calls the flow as a tool', () => {
    expect(
      problemsAfter((flow) => {
        flow.triggers = { alert: { kind: 'manual', agents: { tool: 'look_up', description: 'Looks somebody up.' } } };
        delete flow.connections!.datadog;
        addAfter(flow, 'find_user', 'more', { kind: 'respond', status: 200 });
      }),
    ).toEqual([]);
  });

  test('answers with a status that exists', () => {
    expect(
      problemsAfter((flow) => {
        Object.assign(flow.triggers.alert as object, { respond: 'step' });
        addAfter(flow, 'find_user', 'more', { kind: 'respond', status: 99 });
      }),
    ).toEqual(['status_wrong /steps/more/status']);
  });
});

describe('a condition', () => {
  const branching = (when: unknown) =>
    adding({ kind: 'branch', cases: [{ name: 'yes', when }] }).map((one) =>
      one.replace('/steps/more/cases/0/when', ''),
    );

  test('is an expression or groups of comparisons, in groups', () => {
    expect(branching({ jsonata: 'trigger.body.ok' })).toEqual([]);
    expect(
      branching({ all: [{ left: 1, op: 'eq', right: 1 }, { any: [{ left: 1, op: 'exists' }, { jsonata: 'true' }] }] }),
    ).toEqual([]);
    expect(branching(undefined)).toEqual(['condition_wrong ']);
    expect(branching(true)).toEqual(['condition_wrong ']);
    expect(branching({ left: 1, op: 'eq', right: 1 })).toEqual(['condition_wrong ']);
    expect(branching({ all: [] })).toEqual(['condition_wrong ']);
  });

  test('compares what both sides give, or one where the comparison has one', () => {
    expect(branching({ all: [{ left: 1, op: 'gt' }] })).toEqual(['condition_wrong /all/0/right']);
    expect(branching({ all: [{ left: 1, op: 'empty', right: 1 }] })).toEqual(['condition_wrong /all/0/right']);
    expect(branching({ all: [{ op: 'like', right: 1 }] })).toEqual([
      'condition_wrong /all/0/left',
      'condition_wrong /all/0/op',
    ]);
  });

  test('of a branch has a name of its own', () => {
    const when = { jsonata: 'true' };
    expect(
      adding({
        kind: 'branch',
        cases: [
          { name: 'a', when },
          { name: 'a', when },
          { name: 'else', when },
        ],
      }),
    ).toEqual(['case_name_taken /steps/more/cases/1/name', 'case_name_taken /steps/more/cases/2/name']);
  });
});
