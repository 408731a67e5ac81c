import { createHmac } from 'node:crypto';
import { callOperation, type InboundRequest, type JsonObject, type JsonValue } from '@castellan/sdk';
import { type Simulation, simulate, testConnector, testExtract } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import description from './fixtures/github.openapi.json' with { type: 'json' };
import { github } from './github.connector.js';
import { githubSimulator } from './github.simulator.js';

testConnector(github, githubSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testExtract(description, 'github/github.trim.json');

describe('GitHub', () => {
  let atGithub: Simulation;
  beforeAll(async () => {
    atGithub = await simulate(github, githubSimulator);
  });
  beforeEach(() => atGithub.reset());
  afterAll(() => atGithub.close());

  const call = (operation: string, input: JsonValue, connectionId?: string) =>
    callOperation(github, operation, input, atGithub.host({ connectionId })) as Promise<JsonObject>;

  it('is asked less often where it says so by 403, and until when', async () => {
    const until = Math.floor(Date.now() / 1000) + 300;
    const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(until) };
    await atGithub.faults([{ status: 403, headers: spent, body: { message: 'API rate limit exceeded' } }]);
    const limited = (await call('listTeams', {}, 'primary').catch((error: unknown) => error)) as { retryAfter: number };
    expect(limited).toMatchObject({ name: 'RetryableError', code: 'E_RATE', status: 403 });
    expect(limited.retryAfter).toBeGreaterThan(250);
    const secondary = 'You have exceeded a secondary rate limit.';
    await atGithub.faults([{ status: 403, headers: { 'retry-after': '60' }, body: { message: secondary } }]);
    await expect(call('listTeams', {}, 'secondary')).rejects.toMatchObject({ code: 'E_RATE', retryAfter: 60 });
  });

  it('takes a membership that is gone as removed, and a team that is not there not', async () => {
    expect(await call('removeTeamMember', { team: 'data', username: 'jdoe' })).toMatchObject({ alreadyGone: true });
    const nowhere = call('removeTeamMember', { team: 'nothing', username: 'jdoe' });
    await expect(nowhere).rejects.toMatchObject({ name: 'FatalError', status: 404 });
    expect(await call('removeMembership', { username: 'rmenon' })).toMatchObject({ alreadyGone: true });
  });

  it('invites a person once, and a team’s member into the organisation', async () => {
    expect(await call('setMembership', { username: 'rmenon' })).toMatchObject({ state: 'pending' });
    expect(await call('setMembership', { username: 'rmenon' })).toMatchObject({ state: 'pending' });
    expect(await call('addTeamMember', { team: 'data', username: 'rmenon' })).toMatchObject({ state: 'pending' });
    const { items } = (await call('listMembers', {})) as { items: { login: string }[] };
    expect(items.some(({ login }) => login === 'rmenon')).toBe(false);
  });

  it('leaves protected people to be told by their e-mail address', () => {
    const input = { username: 'jdoe', userEmail: 'jane.doe@example.com' };
    expect(github.operations.removeMembership!.changes!(input as never)).toMatchObject([
      { action: 'revoke', subject: { id: 'jdoe', email: 'jane.doe@example.com' } },
    ]);
  });
});

describe('A delivery of GitHub', () => {
  const webhookSecret = 'the-webhook-secret';
  const address = github.address!;
  const delivery = (
    body: JsonValue,
    headers: Record<string, string> = {},
    signedWith = webhookSecret,
  ): InboundRequest => {
    const rawBody = Buffer.from(JSON.stringify(body));
    const signature = `sha256=${createHmac('sha256', signedWith).update(rawBody).digest('hex')}`;
    const own = { 'x-hub-signature-256': signature, 'x-github-delivery': 'guid-1', 'x-github-event': 'organization' };
    return { method: 'POST', headers: { ...own, ...headers }, query: {}, rawBody, body };
  };
  const verify = (request: InboundRequest, fields: JsonObject = { webhookSecret }) =>
    address.signature.verify({ ...request, fields, now: new Date() });

  for (const [id, { sample }] of Object.entries(github.triggers)) {
    it(`that is signed is taken as ${id}, and one that is forged or changed is not`, () => {
      const genuine = delivery(sample);
      expect(verify(genuine)).toMatchObject({ ok: true });
      expect(address.events(genuine)).toEqual([{ trigger: id, payload: sample, key: '' }]);
      expect(verify(delivery(sample, {}, 'another-secret')).ok).toBe(false);
      expect(
        verify({ ...genuine, rawBody: Buffer.from(JSON.stringify({ ...(sample as JsonObject), more: 1 })) }).ok,
      ).toBe(false);
      expect(verify({ ...genuine, headers: {} }).ok).toBe(false);
    });
  }

  it('is told from another by GitHub’s own id, which is the same when it delivers again', () => {
    const { sample } = github.triggers.memberAdded!;
    expect(address.deliveryId(delivery(sample))).toBe('guid-1');
    expect(address.deliveryId(delivery(sample, { 'x-github-delivery': 'guid-2' }))).toBe('guid-2');
  });

  it('is refused where the connection has no secret, even signed with none', () => {
    const { sample } = github.triggers.memberAdded!;
    expect(verify(delivery(sample, {}, 'undefined'), {})).toMatchObject({ ok: false });
  });

  it('of another kind, or that is not what its kind says, starts nothing', () => {
    const { sample } = github.triggers.memberAdded!;
    const { membership: _, ...malformed } = sample as JsonObject;
    for (const body of [
      { zen: 'Keep it logically awesome.' },
      malformed,
      { ...malformed, action: 'toString' },
      'text',
      null,
      [],
    ]) {
      expect(address.events(delivery(body as JsonValue))).toEqual([]);
    }
  });
});
