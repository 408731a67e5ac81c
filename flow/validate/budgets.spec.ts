import { expect, test } from 'vitest';
import { validate } from '../validate.js';

const catalog = { connectors: [], connections: [], flows: [], tables: [] };

test('budgets and what an approval covers are published', () => {
  const flow = {
    schema: 1,
    name: 'Each night',
    triggers: { night: { kind: 'schedule', every: 3600 } },
    steps: { only: { kind: 'approval', approvers: ['role:admin'], covers: [] } },
    wires: [{ from: 'night', port: 'out', to: 'only' }],
    settings: { budgets: { perRun: 5 } },
  };
  expect(validate(flow, catalog)).toEqual([]);
});
