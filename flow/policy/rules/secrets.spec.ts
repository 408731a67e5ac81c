import { describe, expect, test } from 'vitest';
import type { Draft } from '../../schema.js';
import { aFlow, approval, checkPolicy, find, under, wires } from '../../testing/policy.js';
import { isSecretName } from '../secret-names.js';

const rule = under({ secrets: { mode: 'refuse' } });
const reset = { kind: 'action', title: 'Reset', connection: 'okta', operation: 'resetPassword' };
const post = (text: unknown) => ({
  ...{ kind: 'action', title: 'Post', connection: 'slack', operation: 'sendDirectMessage' },
  input: { email: 'a@b.c', text },
});
const lines = ['hook -> reset', 'reset -> post'];

describe('a secret', () => {
  test('that comes to a message is named with the steps that handed it on', () => {
    const shape = {
      kind: 'shape',
      title: 'Words',
      output: { text: { jsonata: '"It is " & steps.reset.output.tempPassword' } },
    };
    const flow = aFlow({ reset, shape, post: post({ jsonata: 'steps.shape.output.text' }) }, [
      ...['hook -> reset', 'reset -> shape', 'shape -> post'],
    ]);
    expect(checkPolicy(flow, rule)).toMatchObject([
      {
        ...{ code: 'policy_secret', stepId: 'post' },
        message: 'A secret, by the name of its field, is written where others read it: Reset → Words → Post.',
      },
    ]);
  });

  test.each<[string, unknown, number]>([
    ['by the path to it', { jsonata: 'trigger.body.client_secret' }, 1],
    ['in an answer that is told as a whole', { jsonata: '$string(steps.reset.output)' }, 1],
    ['beside what is told of an answer', { jsonata: 'steps.reset.output.user' }, 0],
    ['in what a template says', { handlebars: 'Use {{trigger.body.api_key}}' }, 1],
    ['that no field is called', { jsonata: 'trigger.body.token_expires' }, 0],
  ])('%s', (_, text, count) => {
    expect(checkPolicy(aFlow({ reset, post: post(text) }, lines), rule)).toHaveLength(count);
  });

  test('of an item, of a field that a shape makes, and in what approvers are shown', () => {
    const loop = {
      ...{ kind: 'loop', title: 'Each', items: { jsonata: 'trigger.body.people' } },
      ...{ steps: { post: post({ jsonata: 'item.password' }) }, wires: wires('loop:each -> post') },
    };
    expect(checkPolicy(aFlow({ loop }, ['hook -> loop']), rule)).toHaveLength(1);
    const made = { kind: 'shape', title: 'Made', output: { password: { jsonata: '$string($random())' } } };
    const ask = { ...approval, show: { jsonata: 'steps.made.output' } };
    expect(checkPolicy(aFlow({ made, ask }, ['hook -> made', 'made -> ask']), rule)).toHaveLength(1);
  });

  test('may go to a system that is not among those that people read', () => {
    const give = {
      kind: 'action',
      connection: 'okta',
      operation: 'updateUser',
      input: { jsonata: 'trigger.body.password' },
    };
    expect(checkPolicy(aFlow({ give }, ['hook -> give']), rule)).toEqual([]);
    const tells = under({ secrets: { mode: 'refuse', systems: ['okta'] } });
    expect(checkPolicy(aFlow({ give }, ['hook -> give']), tells)).toHaveLength(1);
  });
});

describe('a credential that stands in the flow', () => {
  const github = `ghp_${'a'.repeat(36)}`;
  test.each<[string, Draft, string]>([
    [
      'in the input of a step',
      aFlow({ step: { ...find, input: { headers: { authorization: `Bearer ${'a'.repeat(20)}` } } } }, ['hook -> step']),
      '/steps/step/input/headers/authorization',
    ],
    [
      'within an expression',
      aFlow({ step: { ...find, input: { jsonata: `"${github}"` } } }, ['hook -> step']),
      '/steps/step/input/jsonata',
    ],
    [
      'in a variable',
      aFlow({ find }, ['hook -> find'], { variables: { key: { type: 'text', default: github } } }),
      '/variables/key/default',
    ],
    [
      'in an address',
      aFlow({ step: { ...find, input: { url: 'https://u:secret99@x.example' } } }, ['hook -> step']),
      '/steps/step/input/url',
    ],
  ])('%s is named by its place, and not repeated', (_, flow, pointer) => {
    const [problem, ...others] = checkPolicy(flow, rule);
    expect([problem, others]).toMatchObject([{ code: 'policy_secret', pointer }, []]);
    expect(JSON.stringify(problem)).not.toContain(github);
  });

  test('is told once, in a loop as well; what only mentions one is let through', () => {
    const loop = {
      ...{ kind: 'loop', title: 'Each', items: { jsonata: '[1]' } },
      ...{ steps: { find: { ...find, input: { key: github } } }, wires: wires('loop:each -> find') },
    };
    expect(checkPolicy(aFlow({ loop }, ['hook -> loop']), rule)).toHaveLength(1);
    const mention = {
      ...find,
      input: { text: 'Send it as Bearer token', header: { handlebars: 'Bearer {{vars.x}}' } },
    };
    expect(checkPolicy(aFlow({ mention }, ['hook -> mention']), rule)).toEqual([]);
  });
});

test.each(['password', 'temp_password', 'clientSecret', 'x-api-key', 'token', 'refresh_token', 'authorization'])(
  '%s is called a secret',
  (name) => {
    expect(isSecretName(name)).toBe(true);
  },
);
test.each(['nextPageToken', 'passwordChangedAt', 'tokenLabel', 'secretary', 'key', 'pinned'])('%s is not', (name) => {
  expect(isSecretName(name)).toBe(false);
});
