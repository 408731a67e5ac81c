import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFlow } from './compile.js';
import { exportFlow } from './export.js';
import type { Flow } from './schema.js';
import { catalog, lockdown } from './testing/lockdown.js';

describe('an exported flow', () => {
  const text = exportFlow(lockdown());

  test('holds no connection, and all the rest', () => {
    expect(text).not.toContain('c-opal');
    const read = JSON.parse(text) as Flow;
    expect(read.connections).toEqual({
      opal: { connector: 'opal', title: 'Opal' },
      slack: { connector: 'slack' },
      datadog: { connector: 'datadog' },
    });
    expect({ ...read, connections: null, wires: null }).toEqual({ ...lockdown(), connections: null, wires: null });
    expect(read.wires).toEqual(expect.arrayContaining(lockdown().wires));
  });

  test('begins with what a person reads first and ends its last line', () => {
    expect(text.split('\n').slice(0, 3)).toEqual(['{', '  "schema": 1,', '  "name": "Emergency suspension",']);
    expect(text.endsWith('}\n')).toBe(true);
    expect(text).toContain('"kind": "action",\n      "title": "Find the user",');
  });

  test('is the same text whatever order keys and wires have', () => {
    const shuffle = (value: unknown, turn: number): unknown => {
      if (Array.isArray(value)) return value.map((item) => shuffle(item, turn));
      if (typeof value !== 'object' || value === null) return value;
      const entries = Object.entries(value);
      const turned = [
        ...entries.slice(turn % (entries.length || 1)),
        ...entries.slice(0, turn % (entries.length || 1)),
      ];
      return Object.fromEntries(turned.map(([key, inner]) => [key, shuffle(inner, turn)]));
    };
    fc.assert(
      fc.property(fc.nat(9), fc.shuffledSubarray(lockdown().wires, { minLength: 7 }), (turn, wires) => {
        expect(exportFlow(shuffle({ ...lockdown(), wires }, turn) as Flow)).toBe(text);
      }),
    );
  });

  test('keeps the order of lists that have one', () => {
    const flow = lockdown();
    flow.steps.more = { kind: 'shape', output: { wires: ['b', 'a'], cases: ['b', 'a'] } };
    expect(JSON.parse(exportFlow(flow))).toMatchObject({
      steps: { more: { output: { wires: ['b', 'a'], cases: ['b', 'a'] } } },
    });
  });

  test('compiles to the same control graph once it is imported', () => {
    const graph = (flow: Flow) => compileFlow(flow, catalog).control;
    const { steps } = graph(JSON.parse(text) as Flow).top;
    expect(steps).toEqual(graph(lockdown()).top.steps);
  });
});
