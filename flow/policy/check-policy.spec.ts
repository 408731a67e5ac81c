import { describe, expect, test } from 'vitest';
import { type Catalog, type Draft, type PolicyContext, type PublishPolicy, publishPolicySchema } from '../schema.js';
import { catalog as base } from '../testing/lockdown.js';
import { validate } from '../validate.js';
import { catalogFor, checkPolicy } from './check-policy.js';
import { policyFactsOf } from './facts.js';

const text = { type: 'string' };
const operation = (id: string, more: object) => ({
  ...{ id, title: id, docs: '', effect: 'read' as const, idempotency: 'natural' as const },
  ...{ input: {}, output: {}, options: {}, text: {}, sample: {} },
  ...more,
});
const catalog: Catalog = {
  ...base,
  connectors: [
    ...base.connectors.filter(({ id }) => id !== 'slack'),
    {
      ...base.connectors.find(({ id }) => id === 'slack')!,
      operations: [
        operation('postMessage', { effect: 'write', input: { properties: { channel: text, text } } }),
        operation('updateMessage', { effect: 'write', input: { properties: { channel: text, ts: text, text } } }),
        operation('inviteToChannel', { effect: 'write', input: { properties: { channel: text, email: text } } }),
        operation('sendDirectMessage', { effect: 'write', input: { properties: { email: text, text } } }),
      ],
    },
    {
      ...{ id: 'workday', title: 'Workday', docs: '', auth: [{ kind: 'token', fields: {} }] },
      operations: [operation('getWorker', {})],
      triggers: [{ id: 'hired', title: 'Hired', payload: {}, sample: {} }],
    },
    {
      ...{ id: 'table', title: 'Table', docs: '', auth: [], triggers: [] },
      operations: [operation('delete', { effect: 'destructive' })],
    },
  ],
};

const under = (rules: { guarded?: object; hrData?: object }, more: Partial<PolicyContext> = {}): Catalog => ({
  ...catalog,
  policy: {
    rules: publishPolicySchema.parse(rules) as PublishPolicy,
    ...{ budgeted: false, exceptions: [], called: {} },
    ...more,
  },
});

const wires = (...lines: string[]) =>
  lines.map((line) => {
    const [from = '', to = ''] = line.split(' -> ');
    const [id = '', port = 'out'] = from.split(':');
    return { from: id, port, to };
  });
const slots = Object.fromEntries(
  ['opal', 'slack', 'workday', 'table'].map((id) => [id, { connector: id, title: id, id: null }]),
);
const aFlow = (steps: object, lines: string[], more: object = {}): Draft =>
  ({
    schema: 1,
    name: 'F',
    connections: slots,
    triggers: { hook: { kind: 'webhook' } },
    steps,
    wires: wires(...lines),
    ...more,
  }) as Draft;

const revoke = { kind: 'action', title: 'Revoke it', connection: 'opal', operation: 'revoke', input: { user: 'u' } };
const approval = { kind: 'approval', title: 'Ask', approvers: ['role:admin'] };
const find = { kind: 'action', title: 'Find', connection: 'opal', operation: 'findUser' };

describe('what takes something away', () => {
  const refuse = under({ guarded: { mode: 'refuse' } });
  const messages = (flow: Draft, on = refuse) => checkPolicy(flow, on).map(({ message }) => message);
  const way = (words: string) =>
    `This takes something away on a way without an approval, and no budget limits it: ${words}.`;

  test('is named with the way to it, its place and the remedy', () => {
    expect(checkPolicy(aFlow({ find, revoke }, ['hook -> find', 'find -> revoke']), refuse)).toEqual([
      {
        ...{ severity: 'error', code: 'policy_unguarded', pointer: '/steps/revoke', stepId: 'revoke' },
        message: way('hook → Find → Revoke it'),
        fix: expect.stringContaining('Put an approval on this way, or give the flow a budget'),
      },
    ]);
  });

  test.each<[string, object, string[], string[]]>([
    ['after its approval', { approval, revoke }, ['hook -> approval', 'approval:approved -> revoke'], []],
    [
      'after a rejection, which is no approval',
      { approval, revoke },
      ['hook -> approval', 'approval:rejected -> revoke'],
      [way('hook → Ask → Revoke it')],
    ],
    [
      'when nobody has decided in time',
      { approval, revoke },
      ['hook -> approval', 'approval:approved -> revoke', 'approval:timeout -> revoke'],
      [way('hook → Ask → Revoke it')],
    ],
    [
      'after a branch of which one side goes past the approval',
      {
        which: { kind: 'branch', title: 'Which', cases: [{ name: 'urgent', when: { jsonata: 'true' } }] },
        ...{ approval, revoke },
      },
      ['hook -> which', 'which:urgent -> revoke', 'which:else -> approval', 'approval:approved -> revoke'],
      [way('hook → Which → Revoke it')],
    ],
    [
      'after two branches with an approval each',
      { one: approval, two: approval, revoke: { ...revoke, join: 'any' } },
      ['hook -> one', 'hook -> two', 'one:approved -> revoke', 'two:approved -> revoke'],
      [],
    ],
    [
      'after parallel steps of which one is not approved',
      { approval, find, revoke },
      ['hook -> approval', 'hook -> find', 'approval:approved -> revoke', 'find -> revoke'],
      [way('hook → Find → Revoke it')],
    ],
    [
      'after the error of a step that was approved',
      { approval, find, revoke },
      ['hook -> approval', 'approval:approved -> find', 'find:error -> revoke'],
      [],
    ],
    ['where no wire comes to it, so that it never runs', { revoke }, [], []],
  ])('%s', (_, steps, lines, expected) => {
    expect(messages(aFlow(steps, lines))).toEqual(expected);
  });

  const aLoop = (steps: object, lines: string[]) => ({
    kind: 'loop',
    title: 'Each',
    items: { jsonata: '[1]' },
    steps,
    wires: wires(...lines),
  });

  test('in a loop within a loop is found with the way through both', () => {
    const inner = aLoop({ revoke }, ['inner:each -> revoke']);
    const flow = aFlow({ outer: aLoop({ inner }, ['outer:each -> inner']) }, ['hook -> outer']);
    expect(messages(flow)).toEqual([way('hook → Each → Each → Revoke it')]);
    expect(checkPolicy(flow, refuse)[0]?.pointer).toBe('/steps/outer/steps/inner/steps/revoke');
  });

  test.each<[string, object, string[]]>([
    [
      'before the loop',
      { approval, each: aLoop({ revoke }, ['each:each -> revoke']) },
      ['hook -> approval', 'approval:approved -> each'],
    ],
    [
      'in the loop, for each item',
      { each: aLoop({ approval, revoke }, ['each:each -> approval', 'approval:approved -> revoke']) },
      ['hook -> each'],
    ],
  ])('in a loop is guarded by an approval %s', (_, steps, lines) => {
    expect(messages(aFlow(steps, lines))).toEqual([]);
  });

  test('by a second trigger goes past the approval of the first', () => {
    const triggers = { hook: { kind: 'webhook' }, clock: { kind: 'schedule', title: 'At night' } };
    const flow = aFlow({ approval, revoke }, ['hook -> approval', 'approval:approved -> revoke', 'clock -> revoke'], {
      triggers,
    });
    expect(messages(flow)).toEqual([way('At night → Revoke it')]);
  });

  test('is limited by a budget of the flow, or of the workspace, unless only approvals count', () => {
    const plain = aFlow({ revoke }, ['hook -> revoke']);
    const budgeted = { ...plain, settings: { budgets: { perRun: 5 } } } as Draft;
    expect(messages(budgeted)).toEqual([]);
    expect(messages(plain, under({ guarded: { mode: 'refuse' } }, { budgeted: true }))).toEqual([]);
    const only = under({ guarded: { mode: 'refuse', by: 'approval' } }, { budgeted: true });
    expect(messages(budgeted, only)).toEqual([
      'This takes something away on a way without an approval: hook → Revoke it.',
    ]);
  });

  test('of a connector that is left out is let through', () => {
    const drop = { kind: 'action', connection: 'table', operation: 'delete' };
    const flow = aFlow({ drop }, ['hook -> drop']);
    expect(messages(flow)).toEqual([]);
    expect(messages(flow, under({ guarded: { mode: 'refuse', exceptConnectors: [] } }))).toHaveLength(1);
  });

  test('by flows that are called, at any depth, is named with the way through them; calls in a circle end', () => {
    const leaf = aFlow({ revoke }, ['called -> revoke'], { triggers: { called: { kind: 'call' } } });
    const call = (flow: string) => ({ kind: 'subflow', title: `Call ${flow}`, flow });
    const middle = aFlow({ leaf: call('leaf'), again: call('middle') }, ['called -> leaf', 'called -> again'], {
      triggers: { called: { kind: 'call' } },
    });
    const called = {
      leaf: policyFactsOf(leaf, catalog.connectors),
      middle: policyFactsOf(middle, catalog.connectors),
    };
    const on = under({ guarded: { mode: 'warn' } }, { called });
    expect(checkPolicy(aFlow({ call: call('middle') }, ['hook -> call']), on)).toMatchObject([
      {
        ...{ severity: 'warning', stepId: 'call' },
        message: way('hook → Call middle → called → Call leaf → called → Revoke it'),
      },
    ]);
    const guarded = aFlow({ approval, call: call('middle') }, ['hook -> approval', 'approval:approved -> call']);
    expect(messages(guarded, on)).toEqual([]);
  });
});

describe('data of an HR system', () => {
  const refuse = under({ hrData: { mode: 'refuse', publicChannels: ['#general', 'announce-*'] } });
  const messages = (flow: Draft, on = refuse) => checkPolicy(flow, on).map(({ message }) => message);
  const worker = { kind: 'action', title: 'Worker', connection: 'workday', operation: 'getWorker' };
  const post = (channel: unknown, said: unknown, more: object = {}) => ({
    ...{ kind: 'action', title: 'Post', connection: 'slack', operation: 'postMessage' },
    input: { channel, text: said },
    ...more,
  });
  const salary = { jsonata: 'steps.worker.output.salary' };

  test('in a post to a public channel is named with the steps that handed it on', () => {
    const shape = {
      kind: 'shape',
      title: 'Words',
      output: { text: { handlebars: 'Paid {{steps.worker.output.salary}}' } },
    };
    const flow = aFlow({ worker, shape, post: post('general', { jsonata: 'steps.shape.output.text' }) }, [
      ...['hook -> worker', 'worker -> shape', 'shape -> post'],
    ]);
    expect(checkPolicy(flow, refuse)).toEqual([
      {
        ...{ severity: 'error', code: 'policy_hr_data', pointer: '/steps/post', stepId: 'post' },
        message: 'Data of an HR system comes to the public channel general: Worker → Words → Post.',
        fix: expect.stringContaining('Leave that data out'),
      },
    ]);
  });

  test.each<[string, object, number]>([
    ['to a private channel', post('hr-team', salary), 0],
    ['to a channel that a pattern names', post('#announce-all', salary), 1],
    ['to a channel that is known only when the flow runs', post({ jsonata: 'trigger.body.channel' }, salary), 1],
    ['to a public channel that is a variable', post({ jsonata: 'vars.open' }, salary), 1],
    ['to a private channel that is a variable', post({ var: 'closed' }, salary), 0],
    ['that is not in the post', post('general', { jsonata: 'trigger.body.words' }), 0],
    ['by a path that is computed', post('general', { jsonata: '$lookup(steps, "worker").output.salary' }), 1],
    ['to one person', { ...post('', ''), operation: 'sendDirectMessage', input: { email: 'a@b.c', text: salary } }, 0],
    [
      'that only invites somebody',
      { ...post('', ''), operation: 'inviteToChannel', input: { channel: 'general', email: salary } },
      0,
    ],
    ['by an expression that is a variable', post('general', { var: 'words' }), 1],
  ])('%s', (_, step, count) => {
    const variables = {
      words: { type: 'expression', title: 'W', default: 'steps.worker.output.name' },
      ...{
        open: { type: 'text', title: 'O', default: '#general' },
        closed: { type: 'text', title: 'C', default: 'hr' },
      },
    };
    expect(messages(aFlow({ worker, post: step }, ['hook -> worker', 'worker -> post'], { variables }))).toHaveLength(
      count,
    );
  });

  test('that started the run, by an event of the HR system', () => {
    const triggers = { hired: { kind: 'connector', title: 'Hired', connection: 'workday', event: 'hired' } };
    const flow = aFlow({ post: post('general', { handlebars: 'Welcome {{trigger.body.name}}' }) }, ['hired -> post'], {
      triggers,
    });
    expect(messages(flow)).toEqual(['Data of an HR system comes to the public channel general: Hired → Post.']);
  });

  test('that a loop goes over, and what it collects', () => {
    const each = {
      ...{ kind: 'loop', title: 'Each', items: { jsonata: 'steps.worker.output.reports' } },
      ...{
        steps: { post: post('general', { jsonata: 'item.name' }) },
        wires: wires('each:each -> post'),
        collect: { jsonata: 'item' },
      },
    };
    const after = post('general', { jsonata: 'steps.each.output.items' }, { title: 'After' });
    const flow = aFlow({ worker, each, after }, ['hook -> worker', 'worker -> each', 'each -> after']);
    expect(messages(flow)).toEqual([
      'Data of an HR system comes to the public channel general: Worker → Each → After.',
      'Data of an HR system comes to the public channel general: Worker → Each → Post.',
    ]);
  });

  test('in the place of a message that went to a private channel, or to a public one', () => {
    const change = {
      ...{ kind: 'action', title: 'Change', connection: 'slack', operation: 'updateMessage' },
      input: { channel: { jsonata: 'steps.first.output.channel' }, ts: '1', text: salary },
    };
    const flow = (channel: string) =>
      aFlow({ worker, first: post(channel, 'Hello'), change }, [
        'hook -> worker',
        'worker -> first',
        'first -> change',
      ]);
    expect(messages(flow('hr-team'))).toEqual([]);
    expect(messages(flow('general'))).toEqual([
      'Data of an HR system comes to the public channel general: Worker → Change.',
    ]);
  });

  test('that approvers are asked with, in a public channel', () => {
    const ask = { ...approval, show: salary, ask: { connection: 'slack', channel: 'general' } };
    expect(messages(aFlow({ worker, ask }, ['hook -> worker', 'worker -> ask']))).toHaveLength(1);
  });

  test('that another system was asked with does not make its answer data of the HR system', () => {
    const found = { ...find, input: { email: { jsonata: 'steps.worker.output.email' } } };
    const flow = aFlow({ worker, found, post: post('general', { jsonata: 'steps.found.output.id' }) }, [
      ...['hook -> worker', 'worker -> found', 'found -> post'],
    ]);
    expect(messages(flow)).toEqual([]);
  });

  test('through flows that are called: what they post of their input, and what they answer', () => {
    const triggers = { called: { kind: 'call', title: 'Called' } };
    const teller = aFlow({ post: post('general', { jsonata: 'trigger.input.words' }) }, ['called -> post'], {
      triggers,
    });
    const echo = aFlow({ answer: { kind: 'respond', body: { jsonata: 'trigger.input' } } }, ['called -> answer'], {
      triggers,
    });
    const reader = aFlow(
      { worker, answer: { kind: 'respond', body: salary } },
      ['called -> worker', 'worker -> answer'],
      { triggers },
    );
    const called = Object.fromEntries(
      Object.entries({ teller, echo, reader }).map(([id, flow]) => [id, policyFactsOf(flow, catalog.connectors)]),
    );
    const on = under({ hrData: { mode: 'refuse' } }, { called });
    const call = (flow: string, input: object = {}) => ({ kind: 'subflow', title: `Call ${flow}`, flow, input });
    expect(
      messages(aFlow({ worker, tell: call('teller', { words: salary }) }, ['hook -> worker', 'worker -> tell']), on),
    ).toEqual(['Data of an HR system comes to the public channel general: Worker → Call teller → Called → Post.']);
    expect(messages(aFlow({ tell: call('teller', { words: 'Hello' }) }, ['hook -> tell']), on)).toEqual([]);
    const said = (id: string) => post('general', { jsonata: `steps.${id}.output` });
    expect(
      messages(
        aFlow({ worker, echo: call('echo', { s: salary }), post: said('echo') }, [
          'hook -> worker',
          'worker -> echo',
          'echo -> post',
        ]),
        on,
      ),
    ).toHaveLength(1);
    expect(
      messages(aFlow({ read: call('reader'), post: said('read') }, ['hook -> read', 'read -> post']), on),
    ).toHaveLength(1);
  });
});

test('a rule that is off says nothing, and a flow is excepted from just the rule that is named', () => {
  const flow = aFlow({ revoke }, ['hook -> revoke']);
  expect(checkPolicy(flow, under({}))).toEqual([]);
  expect(checkPolicy(flow, catalog)).toEqual([]);
  const rules = { guarded: { mode: 'refuse' }, hrData: { mode: 'refuse' } };
  const excepted = (rule: 'guarded' | 'hrData') =>
    checkPolicy(flow, catalogFor(under(rules, { exceptions: [{ flowId: 'f1', rule }] }), 'f1'));
  expect(excepted('guarded')).toEqual([]);
  expect(excepted('hrData')).toHaveLength(1);
  expect(
    checkPolicy(flow, catalogFor(under(rules, { exceptions: [{ flowId: 'f1', rule: 'guarded' }] }), 'f2')),
  ).toHaveLength(1);
});

test('the check of a flow tells it among its other problems, and takes a draft that is all wrong', () => {
  const problems = validate(aFlow({ revoke }, ['hook -> revoke']), under({ guarded: { mode: 'warn' } }));
  expect(problems.filter(({ code }) => code === 'policy_unguarded')).toMatchObject([{ severity: 'warning' }]);
  const wrong = aFlow({ a: { kind: 'loop', steps: 3, wires: [{}] }, b: { kind: 'action', input: 5 } }, [
    'hook -> b',
    'b -> hook',
  ]);
  expect(() => validate(wrong, under({ guarded: { mode: 'refuse' }, hrData: { mode: 'refuse' } }))).not.toThrow();
});
