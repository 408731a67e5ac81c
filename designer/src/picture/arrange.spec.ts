import type { Draft } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { arrange, type Style } from './arrange.js';

const right: Style = { direction: 'right', box: { width: 40, height: 40 }, gap: { along: 20, across: 10 } };
const flow: Draft = {
  connections: { opal: { connector: 'opal' }, monitor: { connector: 'datadog' } },
  triggers: { alert: { kind: 'webhook', title: 'Alert', signature: { scheme: 'datadog', connection: 'monitor' } } },
  steps: { find: { kind: 'action', connection: 'opal' }, tell: { kind: 'action', title: 'Tell' } },
  wires: [{ from: 'alert', port: 'out', to: 'find' }, { from: 'find', port: 'out', to: 'tell' }, { from: 'find' }],
};

describe('the picture of a flow', () => {
  it('has a box for each trigger and step, with the system behind its slot', () => {
    const { boxes } = arrange(flow, right);
    expect(boxes.map(({ id, title, trigger, system }) => ({ id, title, trigger, system }))).toEqual([
      { id: 'alert', title: 'Alert', trigger: true, system: 'datadog' },
      { id: 'find', title: 'find', trigger: false, system: 'opal' },
      { id: 'tell', title: 'Tell', trigger: false, system: undefined },
    ]);
  });

  it('reads in its direction, inside its frame', () => {
    const { boxes, frame } = arrange(flow, right);
    const [alert, find, tell] = boxes;
    expect(alert!.x).toBeLessThan(find!.x);
    expect(find!.x).toBeLessThan(tell!.x);
    for (const { x, y } of boxes) {
      expect(x).toBeGreaterThan(frame.x);
      expect(y).toBeGreaterThan(frame.y);
      expect(x + 40).toBeLessThan(frame.x + frame.width);
      expect(y + 40).toBeLessThan(frame.y + frame.height);
    }
    const down = arrange(flow, { ...right, direction: 'down' }).boxes;
    expect(down[0]!.y).toBeLessThan(down[1]!.y);
  });

  it('has room for a wire that swings out beside the boxes', () => {
    const skips = Array.from({ length: 8 }, (_, index) => ({ from: `s${index}`, port: 'out', to: `s${index + 1}` }));
    const long: Draft = {
      steps: Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`s${index}`, { kind: 'shape' }])),
      wires: [...skips, { from: 's0', port: 'out', to: 's8' }, { from: 's1', port: 'out', to: 's8' }],
    };
    const { wires, frame } = arrange(long, { ...right, gap: { along: 4, across: 4 } });
    for (const { x, y } of wires.flatMap(({ points }) => points)) {
      expect(x).toBeGreaterThanOrEqual(frame.x);
      expect(y).toBeGreaterThanOrEqual(frame.y);
      expect(y).toBeLessThanOrEqual(frame.y + frame.height);
    }
  });

  it('leaves out wires for errors, but for a step that only they reach', () => {
    const risky: Draft = {
      ...flow,
      steps: { ...flow.steps, mend: { kind: 'shape' } },
      wires: [
        ...(flow.wires ?? []),
        { from: 'find', port: 'error', to: 'mend' },
        { from: 'alert', port: 'error', to: 'tell' },
      ],
    };
    expect(arrange(risky, right).wires.map(({ key }) => key)).toEqual(['alert find', 'find tell', 'find mend']);
  });

  it('leaves out wires that lead nowhere', () => {
    expect(arrange(flow, right).wires).toHaveLength(2);
  });

  it('of an empty draft is empty', () => {
    expect(arrange({}, right)).toMatchObject({ boxes: [], wires: [] });
  });
});
