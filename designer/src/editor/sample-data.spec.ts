import type { Catalog, Draft } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { outlineOf } from './outline.js';
import { type RecordedRun, sampleAt, stepsBefore } from './sample-data.js';

const draft: Draft = {
  name: 'Leaver',
  connections: { opal: { connector: 'opal' } },
  variables: { channel: { type: 'text', title: 'Channel', default: '#it' }, who: { type: 'expression', default: 'x' } },
  triggers: {
    alert: { kind: 'webhook', sample: { body: { email: 'jane@example.com' } } },
    other: { kind: 'manual' },
    seen: { kind: 'connector', connection: 'opal', event: 'changed' },
  },
  steps: {
    find: { kind: 'action', connection: 'opal', operation: 'findUser' },
    names: { kind: 'shape', output: { jsonata: 'the list' } },
    each: {
      kind: 'loop',
      items: { jsonata: 'the list' },
      steps: {
        revoke: { kind: 'action', connection: 'opal', operation: 'findUser' },
        after: { kind: 'shape', output: 1 },
      },
      wires: [
        { from: 'each', port: 'each', to: 'revoke' },
        { from: 'revoke', port: 'out', to: 'after' },
      ],
    },
    beside: { kind: 'shape', output: 2 },
    arrived: { kind: 'wait', event: { connection: 'opal', event: 'changed', key: '/body/user', equals: 'x' } },
    told: { kind: 'wait', event: { event: 'alert', key: '/body/email', equals: 'x' } },
    heard: { kind: 'shape', output: 2 },
  },
  wires: [
    { from: 'alert', port: 'out', to: 'find' },
    { from: 'find', port: 'out', to: 'names' },
    { from: 'names', port: 'out', to: 'each' },
    { from: 'seen', port: 'out', to: 'arrived' },
    { from: 'arrived', port: 'out', to: 'told' },
    { from: 'told', port: 'out', to: 'heard' },
  ],
};
const catalog = {
  connectors: [
    {
      id: 'opal',
      title: 'Opal',
      docs: '',
      auth: [],
      triggers: [{ id: 'changed', title: 'Changed', sample: { user: 'jane@example.com' } }],
      operations: [{ id: 'findUser', output: { type: 'object' }, sample: { input: {}, output: { id: 'u1' } } }],
    },
  ],
  flows: [],
} as unknown as Catalog;

const evaluate = async (value: unknown) => (value === 2 || value === 1 ? value : ['first', 'second']);
const at = (id: string, recorded: RecordedRun | null = null) =>
  sampleAt(outlineOf(draft).places.get(id)!, { draft, catalog, recorded, evaluate });

describe('the data that expressions are tried on', () => {
  it('has what a connector tells as the body of its delivery, at its trigger and behind a step that waits for it', async () => {
    expect(await at('seen')).toMatchObject({ trigger: { id: 'seen', body: { user: 'jane@example.com' } } });
    expect(await at('heard')).toMatchObject({
      trigger: { id: 'seen', body: { user: 'jane@example.com' } },
      steps: {
        arrived: { output: { method: 'POST', body: { user: 'jane@example.com' } } },
        told: { output: { body: { email: 'jane@example.com' } } },
      },
    });
  });

  it('holds the steps from which a step is reached, and no others', async () => {
    expect(stepsBefore(draft, outlineOf(draft).places.get('after')!).map(({ id }) => id)).toEqual([
      'find',
      'names',
      'revoke',
    ]);
    expect(Object.keys((await at('each')).steps as object)).toEqual(['find', 'names', 'revoke', 'after']);
    expect((await at('beside')).steps).toEqual({});
  });

  it('takes outputs of calls from the examples of the catalogue and computes what only computes', async () => {
    const { steps, trigger, vars } = await at('each');
    expect(steps).toMatchObject({ find: { output: { id: 'u1' } }, names: { output: ['first', 'second'] } });
    expect(trigger).toMatchObject({ id: 'alert', kind: 'webhook', body: { email: 'jane@example.com' } });
    expect(vars).toEqual({ channel: '#it' });
  });

  it('stands on the first item inside a loop', async () => {
    expect(await at('revoke')).toMatchObject({ item: 'first', index: 0, loops: { each: { item: 'first' } } });
  });

  it('prefers what a past run left', async () => {
    const recorded = { trigger: { body: { email: 'other@example.com' } }, outputs: { find: { id: 'u2' } } };
    const { steps, trigger } = await at('names', recorded);
    expect(steps).toEqual({ find: { output: { id: 'u2' }, error: null } });
    expect(trigger).toEqual(recorded.trigger);
  });
});
