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
    const { boxes, width, height } = arrange(flow, right);
    const [alert, find, tell] = boxes;
    expect(alert!.x).toBeLessThan(find!.x);
    expect(find!.x).toBeLessThan(tell!.x);
    for (const { x, y } of boxes) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + 40).toBeLessThan(width);
      expect(y + 40).toBeLessThan(height);
    }
    const down = arrange(flow, { ...right, direction: 'down' }).boxes;
    expect(down[0]!.y).toBeLessThan(down[1]!.y);
  });

  it('leaves out wires that lead nowhere', () => {
    expect(arrange(flow, right).wires).toHaveLength(2);
  });

  it('of an empty draft is empty', () => {
    expect(arrange({}, right)).toMatchObject({ boxes: [], wires: [] });
  });
});
