import type { Draft } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { nextPort } from './add-item.js';
import {
  add,
  changeValue,
  copyText,
  cutOut,
  duplicate,
  healAndRemove,
  moveBoxes,
  paste,
  remove,
  signBy,
} from './editing.js';
import { createEditorStore, select, undo } from './editor-store.js';
import { arrange } from './layout.js';
import { boxWidth } from './measures.js';
import { outlineOf, wireId } from './outline.js';

const draft: Draft = {
  connections: { opal: { connector: 'opal', title: 'Opal', id: 'c1' } },
  triggers: { start: { kind: 'webhook' } },
  steps: {
    a: { kind: 'action', connection: 'opal', operation: 'findUser', input: {} },
    decide: { kind: 'branch', cases: [{ name: 'yes' }] },
    each: {
      kind: 'loop',
      steps: { inner: { kind: 'action', connection: 'opal', operation: 'revoke', input: {} } },
      wires: [{ from: 'each', port: 'each', to: 'inner' }],
    },
    end: { kind: 'stop', outcome: 'succeed' },
  },
  wires: [
    { from: 'start', port: 'out', to: 'a' },
    { from: 'a', port: 'out', to: 'decide' },
    { from: 'decide', port: 'yes', to: 'each' },
  ],
};
const open = (flow = draft) => createEditorStore({ flowId: 'f', flow, revision: 1 });
const wiresOf = (flow: Draft) => outlineOf(flow).levels.flatMap((level) => level.wires.map(wireId));
const centre = { x: 0, y: 0 };
const shape = { title: 'Shape data', make: { step: { kind: 'shape', output: {} } } };
const adding = { item: shape, centre, connections: [] };

describe('adding a step', () => {
  it('ties it to the port that it was asked for at, and chooses it', () => {
    const store = open();
    add(store, { ...adding, wish: { after: { from: 'decide', port: 'else' } } });
    const { flow, selection } = store.getState();
    expect(wiresOf(flow)).toContain('decide.else>shape_data');
    expect(selection.ids).toEqual(['shape_data']);
  });

  it('parts a wire and makes room on it', () => {
    const store = open();
    add(store, { ...adding, wish: { wire: 'start.out>a' } });
    const { flow } = store.getState();
    expect(wiresOf(flow)).toEqual(expect.arrayContaining(['start.out>shape_data', 'shape_data.out>a']));
    expect(wiresOf(flow)).not.toContain('start.out>a');
    const { positions } = arrange(flow);
    expect(positions.shape_data!.x).toBeGreaterThanOrEqual(positions.start!.x + boxWidth);
    expect(positions.a!.x).toBeGreaterThanOrEqual(positions.shape_data!.x + boxWidth);
  });

  it('goes into a loop by its inner port, or by its place', () => {
    const store = open();
    add(store, { ...adding, wish: { after: { from: 'each', port: 'each' } } });
    expect(outlineOf(store.getState().flow).places.get('shape_data')?.loops).toEqual(['each']);
    const { positions } = arrange(store.getState().flow);
    const inside = { x: positions.each!.x + 60, y: positions.each!.y + 100 };
    add(store, { ...adding, wish: { canvas: inside } });
    expect(outlineOf(store.getState().flow).places.get('shape_data_2')?.loops).toEqual(['each']);
  });

  it('takes the slot of its system, or makes one, filled where there is one account', () => {
    const slack = {
      title: 'Post',
      system: { id: 'slack', title: 'Slack' },
      make: { step: { kind: 'action', operation: 'post', input: {} } },
    };
    const store = open();
    add(store, { item: slack, wish: {}, centre, connections: [{ id: 's1', connector: 'slack' }] });
    expect(store.getState().flow.connections?.slack).toEqual({ connector: 'slack', title: 'Slack', id: 's1' });
    const opal = { ...slack, title: 'Find', system: { id: 'opal', title: 'Opal' } };
    add(store, { item: opal, wish: {}, centre, connections: [] });
    expect(store.getState().flow.steps?.find).toMatchObject({ connection: 'opal' });
    expect(Object.keys(store.getState().flow.connections ?? {})).toEqual(['opal', 'slack']);
  });

  it('covers no other box and moves none', () => {
    const store = open();
    const before = arrange(draft).positions;
    add(store, { ...adding, wish: {}, centre: before.a! });
    const { positions } = arrange(store.getState().flow);
    expect(positions).toMatchObject(before);
    expect(positions.shape_data).not.toEqual(before.a);
  });

  it('knows the port that comes next', () => {
    expect(nextPort(draft, 'start')).toBe('out');
    expect(nextPort(draft, 'decide')).toBe('else');
    expect(nextPort(draft, 'end')).toBeUndefined();
  });
});

describe('removing', () => {
  it('takes the wires of a box along', () => {
    const store = open();
    select(store, ['a']);
    remove(store);
    expect(wiresOf(store.getState().flow)).toEqual(['decide.yes>each', 'each.each>inner']);
  });

  it('joins what stood around a box, where asked', () => {
    const store = open();
    select(store, ['a']);
    healAndRemove(store);
    expect(wiresOf(store.getState().flow)).toContain('start.out>decide');
    undo(store);
    expect(store.getState().flow).toBe(draft);
  });

  it('takes a wire alone', () => {
    const store = open();
    select(store, [], 'a.out>decide');
    remove(store);
    expect(wiresOf(store.getState().flow)).not.toContain('a.out>decide');
    expect(Object.keys(store.getState().flow.steps ?? {})).toHaveLength(4);
  });
});

describe('copying', () => {
  it('leaves accounts out of the text', () => {
    const store = open();
    select(store, ['a']);
    const text = copyText(store);
    expect(JSON.parse(text).connections).toEqual({ opal: { connector: 'opal', title: 'Opal' } });
    expect(text).not.toContain('c1');
  });

  it('pastes a loop with its body under ids of its own', () => {
    const store = open();
    select(store, ['each']);
    const text = copyText(store);
    select(store, []);
    expect(paste(store, text, centre)).toBeUndefined();
    const { flow, selection } = store.getState();
    expect(selection.ids).toEqual(['each_2']);
    expect(wiresOf(flow)).toContain('each_2.each>inner_2');
    // The body is measured from its loop, so it stands where it stood.
    expect(arrange(flow).positions.inner_2).toEqual(arrange(flow).positions.inner);
  });

  it('finds a slot of the same system in another flow, or makes an empty one', () => {
    const from = open();
    select(from, ['a']);
    const text = copyText(from);
    const other = open({ connections: { own: { connector: 'opal', id: 'c9' } }, triggers: {}, steps: {}, wires: [] });
    paste(other, text, centre);
    expect(other.getState().flow.steps?.a).toMatchObject({ connection: 'own' });
    const empty = open({ triggers: {}, steps: {}, wires: [] });
    paste(empty, text, centre);
    expect(empty.getState().flow.connections).toEqual({ opal: { connector: 'opal', title: 'Opal' } });
  });

  it('takes a whole flow from a chat, without its triggers', () => {
    const store = open({ triggers: {}, steps: {}, wires: [] });
    paste(store, JSON.stringify(draft), centre);
    expect(Object.keys(store.getState().flow.steps ?? {})).toEqual(['a', 'decide', 'each', 'end']);
    expect(wiresOf(store.getState().flow)).not.toContain('start.out>a');
  });

  it.each(['', 'hello', '[]', '{"steps":{}}', '{"steps":5,"wires":[]}'])(
    'says so when there is nothing in %j',
    (text) => {
      const store = open();
      expect(paste(store, text, centre)).toBe('The clipboard holds no steps.');
      expect(store.getState().flow).toBe(draft);
    },
  );

  it('cuts out in one entry', () => {
    const store = open();
    select(store, ['end']);
    cutOut(store);
    expect(store.getState().flow.steps).not.toHaveProperty('end');
    undo(store);
    expect(store.getState().flow).toBe(draft);
  });

  it('duplicates inside the same loop, where nothing is covered', () => {
    const store = open();
    select(store, ['inner']);
    duplicate(store);
    const { flow } = store.getState();
    expect(outlineOf(flow).places.get('inner_2')?.loops).toEqual(['each']);
    expect(arrange(flow).positions.inner_2!.y).toBeGreaterThan(arrange(flow).positions.inner!.y);
  });
});

describe('moving and changing', () => {
  it('keeps what stands in a loop under its header', () => {
    const store = open();
    moveBoxes(store, { inner: { x: -200, y: -200 } });
    const { positions } = arrange(store.getState().flow);
    expect(positions.inner!.x).toBeGreaterThan(0);
    expect(positions.inner!.y).toBeGreaterThan(0);
  });

  it('gives the secret of a signature a slot in the same entry, or takes the one that is there', () => {
    const store = open();
    const signing = { pointer: '/triggers/start/signature', scheme: 'github', connections: [] };
    signBy(store, { ...signing, system: { id: 'webhook', title: 'Incoming webhook' } });
    const { triggers, connections } = store.getState().flow;
    expect(triggers?.start?.signature).toEqual({ scheme: 'github', connection: 'webhook' });
    expect(connections?.webhook).toEqual({ connector: 'webhook', title: 'Incoming webhook' });
    undo(store);
    expect(store.getState().flow).toEqual(draft);
    signBy(store, { ...signing, system: { id: 'opal', title: 'Opal' } });
    expect(store.getState().flow.triggers?.start?.signature).toMatchObject({ connection: 'opal' });
    expect(Object.keys(store.getState().flow.connections ?? {})).toEqual(['opal']);
  });

  it('makes one entry of a field', () => {
    const store = open();
    changeValue(store, '/steps/a/input/email', 'j');
    changeValue(store, '/steps/a/input/email', 'ja');
    changeValue(store, '/steps/a/input/name', 'J');
    expect(store.getState().history.past).toHaveLength(2);
    changeValue(store, '/steps/a/input/email', undefined);
    expect(store.getState().flow.steps?.a?.input).toEqual({ name: 'J' });
  });
});
