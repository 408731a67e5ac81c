import { expect, test } from 'vitest';
import { catalog, lockdown } from '../testing/lockdown.js';
import { writesOf } from './writes.js';

const ids = (options?: Parameters<typeof writesOf>[2]) =>
  writesOf(lockdown(), catalog, options).map(({ stepId }) => stepId);

test('the writes of a flow are named with their operation and connection, those inside loops too', () => {
  expect(ids()).toEqual(['tell', 'revoke']);
  expect(writesOf(lockdown(), catalog)).toMatchObject([
    { stepId: 'tell', title: 'Tell security', operation: 'postMessage', effect: 'write', connection: 'Slack' },
    { stepId: 'revoke', title: 'revoke', operation: 'revoke', effect: 'destructive', connection: 'Opal' },
  ]);
});

test('a write on a simulator is told apart', () => {
  const writes = writesOf(lockdown(), catalog);
  expect(writes.filter(({ simulated }) => simulated).map(({ stepId }) => stepId)).toEqual(['revoke']);
});

test('what is pinned does nothing, nor does what stands inside a pinned loop', () => {
  expect(ids({ pinned: new Set(['tell']) })).toEqual(['revoke']);
  expect(ids({ pinned: new Set(['each_grant']) })).toEqual(['tell']);
});

test('a step alone does only its own, a loop alone what stands inside it', () => {
  expect(ids({ only: 'find_user' })).toEqual([]);
  expect(ids({ only: 'each_grant' })).toEqual(['revoke']);
});

test('a flow that is started is named, since its writes are its own', () => {
  const flow = { ...lockdown(), steps: { more: { kind: 'subflow', flow: 'f-1' } } };
  const known = { ...catalog, flows: [{ id: 'f-1', name: 'Offboard' }] };
  expect(writesOf(flow, known)).toEqual([
    { stepId: 'more', title: 'more', operation: 'Offboard', effect: 'subflow', connection: null, simulated: false },
  ]);
});
