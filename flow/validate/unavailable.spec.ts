import { expect, test } from 'vitest';
import { validate, validateFormat } from '../validate.js';

const catalog = { connectors: [], connections: [], flows: [{ id: 'x', name: 'Another' }], tables: [] };

test('what the engine does not run yet is a problem at its place, though the format has it', () => {
  const flow = {
    schema: 1,
    name: 'Each night',
    triggers: { night: { kind: 'schedule', every: 3600 } },
    steps: { other: { kind: 'subflow', flow: 'x' } },
    wires: [{ from: 'night', port: 'out', to: 'other' }],
  };
  expect(validateFormat(flow, catalog)).toEqual([]);
  expect(validate(flow, catalog)).toMatchObject([
    { severity: 'error', code: 'unavailable', pointer: '/steps/other', stepId: 'other' },
    { severity: 'error', code: 'unavailable', pointer: '/triggers/night' },
  ]);
});
