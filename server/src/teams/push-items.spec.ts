import type { DirectoryPush } from '@castellan/sdk';
import { expect, test } from 'vitest';
import { readWork } from './push-items.js';

const push: DirectoryPush = {
  settings: {} as DirectoryPush['settings'],
  add: {
    operation: 'add',
    fields: ['g', 'a'],
    input: (g, a) => (a.resource === 'nameless' ? null : { g: g.resource, a: a.resource }),
  },
  remove: { operation: 'remove', fields: ['g', 'a'], input: (g, a) => ({ g: g.resource, a: a.resource }) },
};
const group = { id: 'g1', resource: 'G', payload: {} };
const team = { teamId: 't', name: 'Platform', description: '' };

/** Answers the three queries in their order: resources, lines, accounts. */
function answering(...answers: unknown[][]) {
  const left = [...answers];
  return { query: async () => (left.shift() ?? []) as never[] };
}
const line = (what: string, accountId: string) => ({ resourceId: 'r', what, accountId, email: 'x', displayName: null });
const account = (id: string, resource: string) => ({ id, resource, payload: {} });

test('each member is written once, under a key and a place that the ledger and the steps know', async () => {
  const sql = answering(
    [{ id: 'r', ...team, group }],
    [line('add', 'a1'), line('add', 'a1'), line('add', 'a2'), line('remove', 'a3')],
    [account('a1', 'A1'), account('a2', 'A2'), account('a3', 'A3')],
  );
  const { items, input, problems } = await readWork(sql, { id: 'i', settings: {}, goesOnFrom: null }, push);
  expect(items.map(({ key, action, n }) => [key, action, n])).toEqual([
    ['r a1', 'add', 0],
    ['r a2', 'add', 1],
    ['r a3', 'remove', 0],
  ]);
  expect(input.adds).toEqual([
    { key: 'r a1', input: { g: 'G', a: 'A1' } },
    { key: 'r a2', input: { g: 'G', a: 'A2' } },
  ]);
  expect(problems).toEqual([]);
});

test('whom the connector cannot name, and a group that it cannot make, are problems and hold nothing up', async () => {
  const sql = answering(
    [
      { id: 'new', ...team, group: null },
      { id: 'r', ...team, group },
    ],
    [line('add', 'a1'), line('remove', 'a2')],
    [account('a1', 'nameless'), account('a2', 'A2')],
  );
  const { items, problems } = await readWork(sql, { id: 'i', settings: {}, goesOnFrom: null }, push);
  expect(items.map(({ key }) => key)).toEqual(['r a2']);
  expect(problems.map(({ resourceId }) => resourceId)).toEqual(['new', 'r']);
});
