import { describe, expect, test } from 'vitest';
import type { Catalog, Draft } from '../../schema.js';
import { aFlow, approval, catalog, checkPolicy, find, under, wires } from '../../testing/policy.js';
import { policyFactsOf } from '../facts.js';

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
        way: ['worker', 'shape', 'post'].map((id) => expect.objectContaining({ id })),
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

  const rule = (more: object) => under({ hrData: { mode: 'refuse', ...more } });
  const aStep = (connection: string, operation: string, input: object) => ({
    ...{ kind: 'action', title: 'Tell', connection, operation, input },
  });

  test('in a channel of Microsoft Teams, which is known by its connection', () => {
    const flow = aFlow(
      { worker, tell: aStep('teams', 'postMessage', { text: salary }) },
      ['hook -> worker', 'worker -> tell'],
      {
        connections: { workday: { connector: 'workday' }, teams: { connector: 'teams', id: 't1' } },
      },
    );
    const named = (name: string, on: Catalog) => ({
      ...on,
      connections: [{ id: 't1', name, connector: 'teams', simulator: false, status: 'working' }],
    });
    const open = rule({ privateChannels: ['HR *'] });
    expect(messages(flow, named('Everyone', open))).toEqual([
      'Data of an HR system comes to the public channel Everyone: Worker → Tell.',
    ]);
    expect(messages(flow, named('HR Berlin', open))).toEqual([]);
    expect(messages(flow, open)).toHaveLength(1);
  });

  test.each<[string, object, number]>([
    ['to an address of the company', { to: 'Ann <ann@example.com>', text: salary }, 0],
    ['to an address elsewhere', { to: ['ann@example.com', 'ann@gmail.com'], text: salary }, 1],
    ['to an address elsewhere that is a variable', { to: { var: 'people' }, text: salary }, 1],
    ['with a copy elsewhere', { to: 'ann@example.com', bcc: 'x@press.org', text: salary }, 1],
    ['to the address that the HR system gives', { to: { jsonata: 'steps.worker.output.manager' }, text: salary }, 0],
    ['to that address by way of a shape', { to: { jsonata: 'steps.shape.output.to' }, text: salary }, 0],
    ['to whom a webhook names', { to: { jsonata: 'trigger.body.mail' }, text: salary }, 1],
    ['that is not in the mail', { to: 'x@press.org', text: 'Hello' }, 0],
  ])('by mail %s', (_, input, count) => {
    const shape = { kind: 'shape', title: 'Words', output: { to: { jsonata: 'steps.worker.output.manager' } } };
    const flow = aFlow(
      { worker, shape, tell: aStep('smtp', 'sendMail', input) },
      ['hook -> worker', 'worker -> shape', 'shape -> tell'],
      {
        variables: { people: { type: 'list', title: 'P', default: ['x@press.org'] } },
      },
    );
    expect(messages(flow, rule({ ownDomains: ['example.com'] }))).toHaveLength(count);
    expect(messages(flow, rule({}))).toEqual([]);
  });

  test('in a system that everybody reads, or in a part of it', () => {
    const issue = (project: unknown) => aStep('jira', 'createIssue', { project, summary: salary });
    const flow = (step: object) => aFlow({ worker, tell: step }, ['hook -> worker', 'worker -> tell']);
    const help = rule({ publicSystems: ['jira/HELP'] });
    expect(messages(flow(issue('HELP')), help)).toEqual([
      'Data of an HR system comes to jira (HELP), which everybody reads: Worker → Tell.',
    ]);
    expect(messages(flow(issue('HR')), help)).toEqual([]);
    expect(messages(flow(issue({ jsonata: 'trigger.body.project' })), help)).toHaveLength(1);
    expect(messages(flow(aStep('jira', 'addComment', { issueKey: 'HELP-12', text: salary })), help)).toHaveLength(1);
    expect(messages(flow(issue('HR')), rule({ publicSystems: ['jira'] }))).toHaveLength(1);
    expect(messages(flow(issue('HELP')), rule({}))).toEqual([]);
  });

  test('that stands in another field of a shape than the one that is told', () => {
    const shape = { kind: 'shape', title: 'Words', output: { pay: salary, id: { jsonata: 'trigger.body.id' } } };
    const flow = (field: string) =>
      aFlow({ worker, shape, post: post('general', { jsonata: `steps.shape.output${field}` }) }, [
        ...['hook -> worker', 'worker -> shape', 'shape -> post'],
      ]);
    expect(messages(flow('.id'))).toEqual([]);
    expect(messages(flow('.pay'))).toHaveLength(1);
    expect(messages(flow(''))).toHaveLength(1);
  });
});
