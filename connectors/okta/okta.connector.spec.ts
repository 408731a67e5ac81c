import { callOperation, type JsonObject, type JsonValue, listPages } from '@castellan/sdk';
import { type Simulation, simulate, testConnector, testExtract } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import description from './fixtures/okta.openapi.json' with { type: 'json' };
import { okta } from './okta.connector.js';
import { oktaSimulator } from './okta.simulator.js';

testConnector(okta, oktaSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testExtract(description, 'okta/okta.trim.json');

const jane = 'jane.doe@example.com';
const engineering = '00gengineering0000d7';
const everyone = '00geveryone0000000d7';
const berlin = '00gberlin000000000d7';

describe('Okta', () => {
  let atOkta: Simulation;
  beforeAll(async () => {
    atOkta = await simulate(okta, oktaSimulator);
  });
  beforeEach(() => atOkta.reset());
  afterAll(() => atOkta.close());

  const call = (operation: string, input: JsonValue, connectionId?: string) =>
    callOperation(okta, operation, input, atOkta.host({ connectionId })) as Promise<JsonObject>;
  const asked = async (method: string) => (await atOkta.requests()).filter((request) => request.method === method);
  const statusOf = async (user: string) => (await call('getUser', { user })).status;

  it('is asked again when its limit is reset, which it says in a header of its own', async () => {
    const until = Math.floor(Date.now() / 1000) + 300;
    const body = { errorCode: 'E0000047', errorSummary: 'API call exceeded rate limit due to too many requests.' };
    await atOkta.faults([{ status: 429, headers: { 'x-rate-limit-reset': String(until) }, body }]);
    const limited = (await call('getUser', { user: jane }, 'limited').catch((error: unknown) => error)) as {
      retryAfter: number;
    };
    expect(limited).toMatchObject({ name: 'RetryableError', code: 'E_RATE', vendorMessage: body.errorSummary });
    expect(limited.retryAfter).toBeGreaterThan(250);
  });

  it('says what is wrong in its own words, with the causes', async () => {
    const body = {
      ...{ errorCode: 'E0000001', errorSummary: 'Api validation failed: login' },
      errorCauses: [{ errorSummary: 'login: The field cannot be left blank' }],
    };
    await atOkta.faults([{ status: 400, body }]);
    await expect(call('getUser', { user: jane })).rejects.toMatchObject({
      vendorMessage: 'Api validation failed: login — login: The field cannot be left blank',
    });
  });

  it('makes a group once, takes one of the same name and description, and refuses another of the name', async () => {
    const input = { name: 'Launch crew', description: 'On call' };
    const made = await call('createGroup', input);
    expect(made).toMatchObject({ type: 'OKTA_GROUP', ...input });
    expect((await call('createGroup', input)).id).toBe(made.id);
    await expect(call('createGroup', { ...input, description: 'Others' })).rejects.toMatchObject({
      vendorMessage: expect.stringContaining('already exists'),
    });
    expect(await call('deleteGroup', { group: made.id! })).toEqual({ deleted: true, alreadyGone: false });
    expect(await call('deleteGroup', { group: made.id! })).toEqual({ deleted: true, alreadyGone: true });
    await expect(call('deleteGroup', { group: everyone })).rejects.toMatchObject({ status: 403 });
  });

  it('lists those whom it deactivated only where they are asked for', async () => {
    const logins = async (input: JsonValue) =>
      ((await call('listUsers', input)).items as { profile: { login: string } }[]).map(({ profile }) => profile.login);
    expect(await logins({})).not.toContain('oscar.lind@example.com');
    expect(await logins({ includeDeactivated: true })).toContain('oscar.lind@example.com');
    expect(await logins({ search: 'status eq "DEPROVISIONED"' })).toEqual(['oscar.lind@example.com']);
  });

  it('is read page by page, each by the address that the page before names', async () => {
    const small = okta.operations.listUsers!;
    const inPages = {
      ...okta,
      operations: {
        listUsers: {
          ...small,
          request: () => ({ ...small.request!({} as never, {} as never), query: { limit: 4 } }),
        },
      },
    };
    const sizes: number[] = [];
    for await (const page of listPages(inPages, 'listUsers', {}, atOkta.host())) sizes.push(page.length);
    expect(sizes).toEqual([4, 4, 3]);
  });

  describe('a user', () => {
    it('that is suspended already is not suspended again, and one that cannot be is refused in Okta’s words', async () => {
      expect(await call('suspendUser', { user: jane })).toMatchObject({ previousStatus: 'ACTIVE', changed: true });
      expect(await call('suspendUser', { user: jane })).toMatchObject({ previousStatus: 'SUSPENDED', changed: false });
      expect(await asked('POST')).toHaveLength(1);
      const staged = call('suspendUser', { user: 'mia.keller@example.com' });
      await expect(staged).rejects.toMatchObject({
        name: 'FatalError',
        status: 400,
        vendorMessage: expect.stringMatching(/validation failed/),
      });
    });

    it('is deactivated once, and activated with one e-mail', async () => {
      expect(await call('deactivateUser', { user: jane })).toMatchObject({ changed: true });
      expect(await call('deactivateUser', { user: jane })).toMatchObject({ changed: false });
      expect(await statusOf(jane)).toBe('DEPROVISIONED');
      await call('activateUser', { user: jane });
      expect(await call('activateUser', { user: jane })).toMatchObject({ changed: false });
      expect(await statusOf(jane)).toBe('PROVISIONED');
      const suspended = call('activateUser', { user: 'noah.silva@example.com' });
      await expect(suspended).rejects.toMatchObject({ name: 'FatalError', status: 400 });
      expect((await atOkta.state()).mails).toEqual([{ to: jane, about: 'activation' }]);
    });

    it('whom Okta is still deactivating is taken as deactivated', async () => {
      const { users } = (await atOkta.state()) as { users: JsonObject[] };
      const inBetween = users.map((user) =>
        (user.profile as JsonObject).login === jane ? { ...user, transitioningToStatus: 'DEPROVISIONED' } : user,
      );
      await atOkta.seed({ users: inBetween });
      expect(await call('deactivateUser', { user: jane })).toMatchObject({ changed: false });
    });

    it('gets the activation again by each call, whose token is in no output', async () => {
      const mia = { user: 'mia.keller@example.com' };
      const outputs = [await call('reactivateUser', mia), await call('reactivateUser', mia)];
      expect((await atOkta.state()).mails).toHaveLength(2);
      expect(outputs.map((output) => Object.keys(output))).toEqual([
        ['userId', 'sent'],
        ['userId', 'sent'],
      ]);
      expect(okta.operations.reactivateUser!.idempotency).toBe('none');
      await expect(call('reactivateUser', { user: jane })).rejects.toMatchObject({ name: 'FatalError', status: 403 });
    });

    it('loses sessions and tokens under the id, however the user was given', async () => {
      await call('revokeSessions', { user: jane });
      const [ended] = await asked('DELETE');
      expect(ended).toMatchObject({
        path: '/api/v1/users/00ujane00000000000d7/sessions',
        query: { oauthTokens: 'true', forgetDevices: 'true' },
      });
    });

    it('that is not there is not taken as done', async () => {
      for (const operation of ['suspendUser', 'deactivateUser', 'revokeSessions']) {
        await expect(call(operation, { user: 'nobody@example.com' })).rejects.toMatchObject({ status: 404 });
      }
    });
  });

  describe('a membership', () => {
    it('that is there stays, and one that is gone stays gone', async () => {
      await call('addMember', { group: engineering, user: jane });
      const members = async () => ((await call('listMembers', { group: engineering })).items as JsonObject[]).length;
      expect(await members()).toBe(3);
      await call('removeMember', { group: engineering, user: jane });
      await call('removeMember', { group: engineering, user: jane });
      expect(await members()).toBe(2);
    });

    it('of a group that is not there is refused', async () => {
      const nowhere = { group: '00gnothing', user: jane };
      await expect(call('addMember', nowhere)).rejects.toMatchObject({ name: 'FatalError', status: 404 });
      await expect(call('removeMember', nowhere)).rejects.toMatchObject({ name: 'FatalError', status: 404 });
    });

    it.each([
      ['Okta', everyone, 403],
      ['an app, although Okta says so by 501,', berlin, 501],
    ])('of a group that belongs to %s is refused for good', async (_, group, status) => {
      for (const operation of ['addMember', 'removeMember']) {
        await expect(call(operation, { group, user: jane })).rejects.toMatchObject({ name: 'FatalError', status });
      }
    });
  });

  it('is signed in to by an app that signs, and asked for no more than the connection may do', async () => {
    const app = {
      domain: 'example.okta.com',
      clientId: '0oasample',
      keyId: 'key-1',
      privateKey: 'sample',
      access: 'read',
    };
    const byKey = { ...okta, sampleConnection: { kind: 'serviceApp', fields: app } };
    const simulation = await simulate(byKey, oktaSimulator);
    expect(await okta.test!(simulation.host(), simulation.fields)).toEqual({
      account: 'app 0oasample in example.okta.com',
    });
    const form = (await simulation.requests()).find(({ operation }) => operation === 'requestToken')!.body as {
      scope: string;
      client_assertion: string;
    };
    expect(form.scope).toBe('okta.users.read okta.groups.read');
    const [header, claims] = form.client_assertion
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as JsonObject);
    expect(header).toMatchObject({ alg: 'RS256', kid: 'key-1' });
    expect(claims).toMatchObject({
      ...{ iss: '0oasample', sub: '0oasample', aud: 'https://example.okta.com/oauth2/v1/token' },
    });
    await simulation.close();
  });

  it.each(['https://example.okta.com', 'example-admin.okta.com', 'example', 'example.okta.com/path', 'a.com@b.com'])(
    'is not to be found at “%s”',
    (domain) => {
      const { fields } = okta.auth[0]!;
      expect(fields.safeParse({ domain, token: 'token' }).success).toBe(false);
      expect(fields.safeParse({ domain: 'id.example.co.uk', token: 'token' }).success).toBe(true);
    },
  );
});
