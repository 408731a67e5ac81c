import { describe, expect, test } from 'vitest';
import type { Draft } from '../../schema.js';
import { aFlow, approval, catalog, checkPolicy, find, revoke, under, wires } from '../../testing/policy.js';
import { policyFactsOf } from '../facts.js';

describe('what takes something away', () => {
  const refuse = under({ guarded: { mode: 'refuse' } });
  const messages = (flow: Draft, on = refuse) => checkPolicy(flow, on).map(({ message }) => message);
  const way = (words: string) =>
    `This takes something away on a way without an approval, and no budget limits it: ${words}.`;

  test('is named with the way to it, its place and the remedy', () => {
    expect(checkPolicy(aFlow({ find, revoke }, ['hook -> find', 'find -> revoke']), refuse)).toEqual([
      {
        ...{ severity: 'error', code: 'policy_unguarded', pointer: '/steps/revoke', stepId: 'revoke' },
        message: way('hook → Find → Revoke it'),
        fix: expect.stringContaining('Put an approval on this way, or give the flow a budget'),
        way: [
          { id: 'hook', title: 'hook' },
          { id: 'find', title: 'Find' },
          { id: 'revoke', title: 'Revoke it' },
        ],
      },
    ]);
  });

  test.each<[string, object, string[], string[]]>([
    ['after its approval', { approval, revoke }, ['hook -> approval', 'approval:approved -> revoke'], []],
    [
      'after a rejection, which is no approval',
      { approval, revoke },
      ['hook -> approval', 'approval:rejected -> revoke'],
      [way('hook → Ask → Revoke it')],
    ],
    [
      'when nobody has decided in time',
      { approval, revoke },
      ['hook -> approval', 'approval:approved -> revoke', 'approval:timeout -> revoke'],
      [way('hook → Ask → Revoke it')],
    ],
    [
      'after a branch of which one side goes past the approval',
      {
        which: { kind: 'branch', title: 'Which', cases: [{ name: 'urgent', when: { jsonata: 'true' } }] },
        ...{ approval, revoke },
      },
      ['hook -> which', 'which:urgent -> revoke', 'which:else -> approval', 'approval:approved -> revoke'],
      [way('hook → Which → Revoke it')],
    ],
    [
      'after two branches with an approval each',
      { one: approval, two: approval, revoke: { ...revoke, join: 'any' } },
      ['hook -> one', 'hook -> two', 'one:approved -> revoke', 'two:approved -> revoke'],
      [],
    ],
    [
      'after parallel steps of which one is not approved',
      { approval, find, revoke },
      ['hook -> approval', 'hook -> find', 'approval:approved -> revoke', 'find -> revoke'],
      [way('hook → Find → Revoke it')],
    ],
    [
      'after the error of a step that was approved',
      { approval, find, revoke },
      ['hook -> approval', 'approval:approved -> find', 'find:error -> revoke'],
      [],
    ],
    ['where no wire comes to it, so that it never runs', { revoke }, [], []],
  ])('%s', (_, steps, lines, expected) => {
    expect(messages(aFlow(steps, lines))).toEqual(expected);
  });

  const aLoop = (steps: object, lines: string[]) => ({
    kind: 'loop',
    title: 'Each',
    items: { jsonata: '[1]' },
    steps,
    wires: wires(...lines),
  });

  test('in a loop within a loop is found with the way through both', () => {
    const inner = aLoop({ revoke }, ['inner:each -> revoke']);
    const flow = aFlow({ outer: aLoop({ inner }, ['outer:each -> inner']) }, ['hook -> outer']);
    expect(messages(flow)).toEqual([way('hook → Each → Each → Revoke it')]);
    expect(checkPolicy(flow, refuse)[0]?.pointer).toBe('/steps/outer/steps/inner/steps/revoke');
  });

  test.each<[string, object, string[]]>([
    [
      'before the loop',
      { approval, each: aLoop({ revoke }, ['each:each -> revoke']) },
      ['hook -> approval', 'approval:approved -> each'],
    ],
    [
      'in the loop, for each item',
      { each: aLoop({ approval, revoke }, ['each:each -> approval', 'approval:approved -> revoke']) },
      ['hook -> each'],
    ],
  ])('in a loop is guarded by an approval %s', (_, steps, lines) => {
    expect(messages(aFlow(steps, lines))).toEqual([]);
  });

  test('by a second trigger goes past the approval of the first', () => {
    const triggers = { hook: { kind: 'webhook' }, clock: { kind: 'schedule', title: 'At night' } };
    const flow = aFlow({ approval, revoke }, ['hook -> approval', 'approval:approved -> revoke', 'clock -> revoke'], {
      triggers,
    });
    expect(messages(flow)).toEqual([way('At night → Revoke it')]);
  });

  test('is limited by a budget of the flow, or of the workspace, unless only approvals count', () => {
    const plain = aFlow({ revoke }, ['hook -> revoke']);
    const budgeted = { ...plain, settings: { budgets: { perRun: 5 } } } as Draft;
    expect(messages(budgeted)).toEqual([]);
    expect(messages(plain, under({ guarded: { mode: 'refuse' } }, { budgeted: true }))).toEqual([]);
    const only = under({ guarded: { mode: 'refuse', by: 'approval' } }, { budgeted: true });
    expect(messages(budgeted, only)).toEqual([
      'This takes something away on a way without an approval: hook → Revoke it.',
    ]);
  });

  test('of a connector that is left out is let through', () => {
    const drop = { kind: 'action', connection: 'table', operation: 'delete' };
    const flow = aFlow({ drop }, ['hook -> drop']);
    expect(messages(flow)).toEqual([]);
    expect(messages(flow, under({ guarded: { mode: 'refuse', exceptConnectors: [] } }))).toHaveLength(1);
  });

  test('by flows that are called, at any depth, is named with the way through them; calls in a circle end', () => {
    const leaf = aFlow({ revoke }, ['called -> revoke'], { triggers: { called: { kind: 'call' } } });
    const call = (flow: string) => ({ kind: 'subflow', title: `Call ${flow}`, flow });
    const middle = aFlow({ leaf: call('leaf'), again: call('middle') }, ['called -> leaf', 'called -> again'], {
      triggers: { called: { kind: 'call' } },
    });
    const called = {
      leaf: policyFactsOf(leaf, catalog.connectors),
      middle: policyFactsOf(middle, catalog.connectors),
    };
    const on = under({ guarded: { mode: 'warn' } }, { called });
    expect(checkPolicy(aFlow({ call: call('middle') }, ['hook -> call']), on)).toMatchObject([
      {
        ...{ severity: 'warning', stepId: 'call' },
        message: way('hook → Call middle → called → Call leaf → called → Revoke it'),
      },
    ]);
    const guarded = aFlow({ approval, call: call('middle') }, ['hook -> approval', 'approval:approved -> call']);
    expect(messages(guarded, on)).toEqual([]);
  });
});
