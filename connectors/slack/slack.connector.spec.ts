import { existsSync, readFileSync } from 'node:fs';
import { callOperation, lookupEffect } from '@castellan/sdk';
import { type Simulation, simulate, testConnector } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import description from './fixtures/slack.openapi.json' with { type: 'json' };
import { slack } from './slack.connector.js';
import { slackSimulator } from './slack.simulator.js';

testConnector(slack, slackSimulator, new URL('./fixtures/exchanges.json', import.meta.url));

let slackAtWork: Simulation;
beforeAll(async () => {
  slackAtWork = await simulate(slack, slackSimulator);
});
beforeEach(() => slackAtWork.reset());
afterAll(() => slackAtWork.close());

const call = (operation: string, input: object, host = slackAtWork.host()) =>
  callOperation(slack, operation, input, host);
const refuse = (error: string, more: object = {}, headers?: Record<string, string>) =>
  slackAtWork.faults([{ status: 200, headers, body: { ok: false, error, ...more } }]);
const toSecurity = { channel: 'C0SECURITY', text: 'Contained.' };

describe('Slack’s refusals, which come with HTTP 200', () => {
  it('are the connection’s fault when the token is', async () => {
    for (const error of ['invalid_auth', 'token_revoked', 'account_inactive', 'not_authed']) {
      await refuse(error);
      const failure = { name: 'FatalError', code: 'E_AUTH', vendorMessage: error };
      await expect(call('postMessage', toSecurity)).rejects.toMatchObject(failure);
    }
  });

  it('name the scope that is missing', async () => {
    await refuse('missing_scope', { needed: 'chat:write', provided: 'users:read' });
    await expect(call('postMessage', toSecurity)).rejects.toMatchObject({
      code: 'E_AUTH',
      message: expect.stringContaining('Add the scope chat:write'),
      details: { error: 'missing_scope', needed: 'chat:write', provided: 'users:read' },
    });
  });

  it('wait as long as Slack says when it asks for fewer calls', async () => {
    await refuse('ratelimited', {}, { 'retry-after': '30' });
    const failure = { name: 'RetryableError', code: 'E_RATE', retryAfter: 30 };
    await expect(call('postMessage', toSecurity)).rejects.toMatchObject(failure);
  });

  it('may be tried again when Slack cannot answer, and may have happened when it broke', async () => {
    await refuse('service_unavailable');
    const busy = { name: 'RetryableError', mayHaveHappened: false };
    await expect(call('postMessage', toSecurity)).rejects.toMatchObject(busy);
    await refuse('internal_error');
    const broken = { name: 'RetryableError', mayHaveHappened: true };
    await expect(call('postMessage', toSecurity)).rejects.toMatchObject(broken);
  });

  it('say what to do about the channel', async () => {
    const lost = call('postMessage', { channel: 'C0NOWHERE', text: 'x' });
    await expect(lost).rejects.toMatchObject({
      name: 'FatalError',
      code: 'E_HTTP',
      message: expect.stringContaining('invite the app'),
    });
  });

  it('leave the outcome of a write open when it is not Slack that answered', async () => {
    await slackAtWork.faults([{ status: 200, body: { hello: 'proxy' } }]);
    await expect(call('postMessage', toSecurity)).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    await slackAtWork.faults([{ status: 200, body: { hello: 'proxy' } }]);
    await expect(call('listChannels', {})).rejects.toMatchObject({ code: 'E_RESPONSE' });
  });
});

describe('A message whose answer was lost', () => {
  const key = '7a'.repeat(32);
  const host = () => slackAtWork.host({ idempotencyKey: key });
  const lose = () => slackAtWork.faults([{ path: '/api/chat.postMessage', reset: 'after' }]);

  it('is found again by the key in its metadata', async () => {
    await lose();
    await expect(call('postMessage', toSecurity, host())).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    const found = await lookupEffect(slack, 'postMessage', toSecurity, host());
    expect(found).toMatchObject({ channel: 'C0SECURITY' });
    const { messages } = (await slackAtWork.state()) as { messages: { ts: string; text: string }[] };
    expect(messages.find(({ ts }) => ts === (found as { ts: string }).ts)?.text).toBe('Contained.');
  });

  it('is found where the channel is given by name, below a message, and in a direct message', async () => {
    for (const [operation, input] of [
      ['postMessage', { channel: '#security', text: 'x' }],
      ['postMessage', { ...toSecurity, threadTs: '1503435956.000247' }],
      ['sendDirectMessage', { email: 'jane.doe@example.com', text: 'x' }],
    ] as const) {
      await slackAtWork.reset();
      await lose();
      await expect(call(operation, input, host())).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
      expect(await lookupEffect(slack, operation, input, host())).not.toBeNull();
    }
  });

  it('is found behind 250 later ones', async () => {
    const posted = await call('postMessage', toSecurity, host());
    for (let count = 0; count < 250; count += 1) await call('postMessage', { channel: 'C0SECURITY', text: 'later' });
    expect(await lookupEffect(slack, 'postMessage', toSecurity, host())).toEqual(posted);
  });

  it('is not taken for another one with the same text', async () => {
    await call('postMessage', toSecurity, slackAtWork.host({ idempotencyKey: 'b0'.repeat(32) }));
    expect(await lookupEffect(slack, 'postMessage', toSecurity, host())).toBeNull();
  });
});

describe('Slack’s lists', () => {
  it('are read page by page', async () => {
    const channels = Array.from({ length: 450 }, (_, index) => ({
      id: `C${String(index).padStart(8, '0')}`,
      name: `room-${index}`,
      isPrivate: index % 2 === 1,
      isArchived: false,
      isMember: true,
    }));
    await slackAtWork.seed({ channels });
    expect(await call('listChannels', {})).toHaveProperty('items.length', 225);
    expect(await call('listChannels', { includePrivate: true })).toHaveProperty('items.length', 450);
  });

  it('answer null for an address that no member has', async () => {
    expect(await call('lookupUserByEmail', { email: 'nobody@example.com' })).toEqual({ user: null });
  });
});

/** Slack’s own description ends in 2021. What its pages have said since is named here. */
const sayings2022 = ['metadata', 'include_all_metadata'];
const vendorFile = new URL('../../../shared/specs/slack/slack.trim.json', import.meta.url);

describe.skipIf(!existsSync(vendorFile))('the extract of Slack’s description', () => {
  interface Method {
    parameters: { name: string }[];
  }
  const vendor = (paths: Record<string, Record<string, Method>>, path: string, verb: string) => paths[path]?.[verb];

  it('names no method and no field that Slack does not name', () => {
    const { paths } = JSON.parse(readFileSync(vendorFile, 'utf8')) as { paths: Record<string, Record<string, Method>> };
    for (const [path, verbs] of Object.entries(description.paths)) {
      // The copy of the description is cut and lacks these two; their pages are the source.
      if (path === '/conversations.history' || path === '/conversations.replies') continue;
      for (const [verb, ours] of Object.entries(verbs)) {
        const theirs = vendor(paths, path, verb)?.parameters.map(({ name }) => name) ?? [];
        const query = (ours as { parameters?: { name: string }[] }).parameters?.map(({ name }) => name) ?? [];
        const { requestBody } = ours as { requestBody?: { content: { 'application/json': { schema: object } } } };
        const { properties = {} } = (requestBody?.content['application/json'].schema ?? {}) as { properties?: object };
        const names = [...query, ...Object.keys(properties)].filter((name) => !sayings2022.includes(name));
        expect(theirs, `${verb} ${path}`).toEqual(expect.arrayContaining(names));
      }
    }
  });
});
