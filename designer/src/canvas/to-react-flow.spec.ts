import type { StepState } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import type { RunOverlay } from './run-overlay.js';
import { type CanvasInput, createPictures } from './to-react-flow.js';

const draft: Draft = {
  connections: { opal: { connector: 'opal' } },
  triggers: { start: { kind: 'webhook' } },
  steps: {
    find: { kind: 'action', title: 'Find', connection: 'opal', operation: 'findUser' },
    decide: { kind: 'branch', cases: [{ name: 'yes' }] },
    each: {
      kind: 'loop',
      steps: { inner: { kind: 'shape' } },
      wires: [{ from: 'each', port: 'each', to: 'inner' }],
    },
  },
  wires: [
    { from: 'start', port: 'out', to: 'find' },
    { from: 'find', port: 'out', to: 'decide' },
    { from: 'decide', port: 'yes', to: 'each' },
    { from: 'decide', port: 'else', to: 'nowhere' },
  ],
};
const input: CanvasInput = {
  draft,
  catalog: {
    connectors: [
      {
        id: 'opal',
        title: 'Opal',
        operations: [{ id: 'findUser', title: 'Find a user', effect: 'destructive' }],
        triggers: [],
      },
    ],
    connections: [],
    flows: [],
  },
  problems: [],
  selected: new Set(),
  selectedWire: null,
  overlay: null,
  readOnly: false,
};
const state = (status: StepState['status'], more: Partial<StepState> = {}): StepState => ({
  stepId: '',
  iteration: '',
  kind: 'shape',
  status,
  startedAt: null,
  endedAt: null,
  nextAttemptAt: null,
  waitsFor: null,
  attempts: 1,
  count: null,
  childRunId: null,
  port: null,
  error: null,
  keptFrom: null,
  seq: 1,
  ...more,
});
const node = (picture: ReturnType<ReturnType<typeof createPictures>>, id: string) =>
  picture.nodes.find((each) => each.id === id)!;
const taken = (picture: ReturnType<ReturnType<typeof createPictures>>) =>
  Object.fromEntries(picture.edges.map((edge) => [edge.id, edge.data?.taken]));

describe('the picture of a flow', () => {
  it('names system, operation and effect on the box', () => {
    expect(node(createPictures()(input), 'find').data).toMatchObject({
      title: 'Find',
      subtitle: 'Opal · find a user',
      effect: 'destructive',
      label: 'Find, Opal · find a user, destructive',
    });
  });

  it('puts the body of a loop inside it, and the loop before its body', () => {
    const { nodes } = createPictures()(input);
    const ids = nodes.map(({ id }) => id);
    expect(node({ nodes, edges: [] }, 'inner').parentId).toBe('each');
    expect(ids.indexOf('each')).toBeLessThan(ids.indexOf('inner'));
  });

  it('leaves out wires that lead nowhere', () => {
    expect(createPictures()(input).edges.map(({ id }) => id)).toEqual([
      'start.out>find',
      'find.out>decide',
      'decide.yes>each',
      'each.each>inner',
    ]);
  });

  it('keeps a port for every way out', () => {
    expect(node(createPictures()(input), 'decide').data.ports.map(({ id }) => id)).toEqual(['yes', 'else']);
    expect(node(createPictures()(input), 'start').data.ports.map(({ id }) => id)).toEqual(['out']);
  });

  it('draws again only the box that changed', () => {
    const draw = createPictures();
    const before = draw(input);
    const steps = { ...draft.steps, find: { ...draft.steps!.find, title: 'Find her' } };
    const after = draw({ ...input, draft: { ...draft, steps } });
    const same = after.nodes.filter((each, index) => each === before.nodes[index]).map(({ id }) => id);
    expect(same).toEqual(['start', 'decide', 'each', 'inner']);
    expect(node(after, 'find').data.title).toBe('Find her');
  });

  it('draws again only what is chosen or let go', () => {
    const draw = createPictures();
    const before = draw(input);
    const after = draw({ ...input, selected: new Set(['find']) });
    expect(after.nodes.filter((each, index) => each !== before.nodes[index]).map(({ id }) => id)).toEqual(['find']);
  });

  it('marks a box with the worst of its problems', () => {
    const problem = { code: 'x', message: 'x', pointer: '/steps/find/input', stepId: 'find' };
    const picture = createPictures()({
      ...input,
      problems: [
        { ...problem, severity: 'error' },
        { ...problem, severity: 'warning' },
        { ...problem, stepId: undefined, pointer: '/triggers/start', severity: 'warning' },
      ],
    });
    expect(node(picture, 'find').data.problem).toBe('error');
    expect(node(picture, 'start').data.problem).toBe('warning');
    expect(node(picture, 'decide').data.problem).toBeNull();
  });
});

describe('the picture of a run', () => {
  const overlay: RunOverlay = {
    iterations: new Map(),
    triggerId: 'start',
    states: new Map([
      ['find', state('succeeded', { port: 'out' })],
      ['decide', state('succeeded', { port: 'else' })],
      ['each', state('skipped')],
    ]),
  };

  it('shows which wires were taken', () => {
    expect(taken(createPictures()({ ...input, overlay }))).toEqual({
      'start.out>find': true,
      'find.out>decide': true,
      'decide.yes>each': false,
      'each.each>inner': false,
    });
  });

  it('leaves open what is not decided yet', () => {
    const running = { ...overlay, states: new Map([['find', state('running')]]) };
    expect(taken(createPictures()({ ...input, overlay: running }))['find.out>decide']).toBeNull();
  });

  it('names the items on the wire out of a loop', () => {
    const states = new Map([
      ['each', state('succeeded', { startedAt: '2026-01-01T00:00:00Z', port: 'out', count: 12 })],
    ]);
    const picture = createPictures()({ ...input, overlay: { ...overlay, states } });
    expect(picture.edges.find(({ id }) => id === 'each.each>inner')?.data).toMatchObject({ taken: true, count: 12 });
  });

  it('leads a wire around the boxes that stand between its ends', () => {
    const wires = [
      { from: 'start', port: 'out', to: 'a' },
      { from: 'a', port: 'out', to: 'b' },
      { from: 'a', port: 'error', to: 'c' },
      { from: 'b', port: 'out', to: 'c' },
    ];
    const positions = { start: { x: 0, y: 0 }, a: { x: 320, y: 0 }, b: { x: 640, y: 0 }, c: { x: 960, y: 0 } };
    const steps = { a: { kind: 'action' }, b: { kind: 'action' }, c: { kind: 'shape' } };
    const row: Draft = { triggers: { start: { kind: 'webhook' } }, steps, wires, layout: { positions } };
    const { edges } = createPictures()({ ...input, draft: row });
    expect(edges.filter(({ data }) => data?.detour).map(({ id }) => id)).toEqual(['a.error>c']);
  });
});
