import { expect, test } from 'vitest';
import { compareWithSeed } from './simulator-view.js';
import type { SimulatorState } from './simulators.client.js';

function holding(rows: Record<string, unknown>[]): SimulatorState {
  const columns = [
    { key: 'user', title: 'User' },
    { key: 'access', title: 'Access' },
  ];
  return { connector: 'opal', title: 'Opal', requests: 0, tables: [{ title: 'Grants', columns, rows }] };
}

test('the view of a simulator tells new and altered rows, and those that are gone', () => {
  const seed = holding([
    { user: 'ann', access: 'read' },
    { user: 'bob', access: 'read' },
    { user: 'cid', access: 'read' },
  ]);
  const now = holding([
    { user: 'ann', access: 'read' },
    { user: 'bob', access: 'write' },
    { user: 'dee', access: 'read' },
  ]);
  expect(compareWithSeed(now, seed)).toEqual({
    tables: [
      {
        title: 'Grants',
        columns: ['User', 'Access'],
        rows: [
          ['ann', 'read'],
          ['bob', 'write'],
          ['dee', 'read'],
        ],
        added: [2],
        changed: [1],
        removed: [['cid', 'read']],
      },
    ],
    channels: [],
  });
});
