import type { Effect, Flow, Program } from '@castellan/flow';
import { expect, test } from 'vitest';
import { effectOf } from './tool-effect.js';

const effects: Record<string, Effect> = { look: 'read', tell: 'write', take: 'destructive', far: 'destructive' };

/** `look` after `ask`; a loop that takes after `remove`; `tell` after both; `far` after nothing that is asked for. */
const flow = {
  triggers: { ask: {}, remove: {}, other: {}, hand: {} },
  steps: {
    ...{ look: { kind: 'action' }, tell: { kind: 'action' }, far: { kind: 'action' }, call: { kind: 'subflow' } },
    each: { kind: 'loop', steps: { take: { kind: 'action' } }, wires: [{ from: 'each', port: 'each', to: 'take' }] },
  },
  wires: [
    { from: 'ask', port: 'out', to: 'look' },
    { from: 'remove', port: 'out', to: 'each' },
    { from: 'each', port: 'out', to: 'tell' },
    { from: 'other', port: 'out', to: 'tell' },
    { from: 'hand', port: 'out', to: 'call' },
  ],
} as unknown as Flow;
const program = {
  steps: {
    ...Object.fromEntries(Object.entries(effects).map(([id, effect]) => [id, { kind: 'action', effect }])),
    call: { kind: 'subflow' },
    each: { kind: 'loop' },
  },
} as unknown as Program;

test('what a tool may do is the most that its own steps may do, those in loops included', () => {
  expect(effectOf('ask', flow, program)).toBe('read');
  expect(effectOf('other', flow, program)).toBe('write');
  expect(effectOf('remove', flow, program)).toBe('destructive');
});

test('a tool that calls another flow may do anything', () => {
  expect(effectOf('hand', flow, program)).toBe('destructive');
});
