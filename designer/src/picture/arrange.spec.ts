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

  it('in brief leaves out what shapes data and ends, and wires that are short cuts', () => {
    const long: Draft = {
      triggers: { alert: { kind: 'webhook' } },
      steps: {
        read: { kind: 'shape' },
        known: { kind: 'branch' },
        find: { kind: 'action' },
        report: { kind: 'shape' },
        tell: { kind: 'action' },
        end: { kind: 'stop' },
      },
      wires: [
        { from: 'alert', port: 'out', to: 'read' },
        { from: 'read', port: 'out', to: 'known' },
        { from: 'known', port: 'yes', to: 'find' },
        { from: 'known', port: 'else', to: 'report' },
        { from: 'find', port: 'out', to: 'report' },
        { from: 'report', port: 'out', to: 'tell' },
        { from: 'tell', port: 'out', to: 'end' },
      ],
    };
    const { boxes, wires } = arrange(long, { ...right, brief: true });
    expect(boxes.map(({ id }) => id)).toEqual(['alert', 'known', 'find', 'tell']);
    expect(wires.map(({ key }) => key).sort()).toEqual(['alert known', 'find tell', 'known find']);
  });

  it('is cut into bands where it would be a long line in its room', () => {
    const ids = Array.from({ length: 20 }, (_, index) => `s${index}`);
    const line: Draft = {
      steps: Object.fromEntries(ids.map((id) => [id, { kind: 'action' }])),
      wires: ids.slice(1).map((to, index) => ({ from: ids[index]!, port: 'out', to })),
    };
    const room = { width: 300, height: 120 };
    const { boxes, wires, frame } = arrange(line, { ...right, room });
    expect(new Set(boxes.map(({ y }) => y)).size).toBeGreaterThan(1);
    expect(wires).toHaveLength(19);
    expect(frame.width).toBeLessThan(arrange(line, right).frame.width / 2);
  });

  it('leaves out wires that lead nowhere', () => {
    expect(arrange(flow, right).wires).toHaveLength(2);
  });

  it('of an empty draft is empty', () => {
    expect(arrange({}, right)).toMatchObject({ boxes: [], wires: [] });
  });
});
