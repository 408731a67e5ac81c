import { expect, test } from 'vitest';
import { CallQueue } from './call-queue.js';
import type { CallRequest } from './contract.js';

const call = (runId: string, step = 's'): CallRequest => ({
  ...{ runId, step, epoch: 1, workspaceId: 'w', versionId: 'v', iteration: '', attempt: 1 },
});
const calls = (count: number, step?: string) => Array.from({ length: count }, (_, index) => call(`r${index}`, step));
const sizes = (groups: CallRequest[][]) => groups.map((group) => group.length);

test('a call alone begins at once', () => {
  const queue = new CallQueue();
  queue.add([call('a')]);
  expect(queue.isReady).toBe(true);
  expect(queue.take()).toEqual([[call('a')]]);
  expect(queue.isReady).toBe(false);
});

test('calls of one step go together, of another step apart', () => {
  const queue = new CallQueue();
  queue.add([call('a', 'one'), call('b', 'two'), call('c', 'one')]);
  expect(queue.take()).toEqual([[call('a', 'one'), call('c', 'one')], [call('b', 'two')]]);
});

test('while two groups of a step are beginning, what comes up waits and then goes together', () => {
  const queue = new CallQueue();
  queue.add([call('a')]);
  const [first = []] = queue.take();
  queue.add([call('b')]);
  queue.take();
  queue.add([call('c')]);
  queue.add([call('d'), call('other', 'two')]);
  expect(queue.take()).toEqual([[call('other', 'two')]]);
  queue.begun(first);
  expect(queue.isReady).toBe(true);
  expect(queue.take()).toEqual([[call('c'), call('d')]]);
});

test('a full group waits for nobody', () => {
  const queue = new CallQueue();
  queue.add(calls(1));
  queue.take();
  queue.add(calls(1));
  queue.take();
  queue.add(calls(60));
  expect(sizes(queue.take())).toEqual([25, 25]);
  expect(queue.isReady).toBe(false);
});
