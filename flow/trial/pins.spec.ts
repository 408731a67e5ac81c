import { describe, expect, test } from 'vitest';
import { compileFlow } from '../compile.js';
import { catalog, lockdown } from '../testing/lockdown.js';
import { actOf, pinPorts, withPins } from './pins.js';

const whole = compileFlow(lockdown(), catalog);

describe('a compiled flow with pins', () => {
  const pinned = withPins(whole, { ask: { output: { by: 'me' }, port: 'rejected' }, gone: { output: 1, port: 'out' } });

  test('has a stand-in for the pinned step, which keeps its wires, and is otherwise the same', () => {
    expect(pinned.program.steps.ask).toEqual({
      ...{ kind: 'pinned', output: { by: 'me' }, port: 'rejected' },
      ...{ id: 'ask', title: whole.program.steps.ask?.title, level: [], reads: [] },
    });
    expect(pinned.control.top.steps.ask?.kind).toBe('pinned');
    expect(pinned.control.top.wires).toEqual(whole.control.top.wires);
    expect(pinned.program.steps.tell).toEqual(whole.program.steps.tell);
    expect(whole.control.top.steps.ask?.kind).toBe('approval');
  });

  test('does not go through the items of a pinned loop, and has pins inside of one that is not', () => {
    const ofLoop = withPins(whole, { each_grant: { output: { items: [] }, port: 'out' } });
    expect(ofLoop.control.top.steps.each_grant).not.toHaveProperty('body');
    const inside = withPins(whole, { revoke: { output: {}, port: 'out' } });
    expect(inside.control.top.steps.each_grant?.body?.steps.revoke?.kind).toBe('pinned');
    expect(inside.program.steps.revoke?.level).toEqual(['each_grant']);
  });
});

test('a pin leaves by any port but the one of failures', () => {
  expect(pinPorts({ kind: 'action' })).toEqual(['out']);
  expect(pinPorts({ kind: 'branch', cases: [{ name: 'big' }] })).toEqual(['big', 'else']);
  expect(pinPorts({ kind: 'approval' })).toEqual(['approved', 'rejected', 'timeout']);
  expect(pinPorts({ kind: 'stop' })).toEqual([]);
});

test('what a step does changes with its operation and system, not with its input or title', () => {
  const flow = lockdown();
  const act = (step: object) => actOf(flow, { ...flow.steps.find_user, ...step });
  expect(act({ title: 'Other', input: {} })).toBe(act({}));
  expect(act({ operation: 'revoke' })).not.toBe(act({}));
  expect(act({ connection: 'slack' })).not.toBe(act({}));
  expect(actOf(flow, {})).toBe('');
});
