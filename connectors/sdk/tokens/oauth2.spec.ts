import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Auth } from '../auth.js';
import { defineConnector } from '../define.js';
import { createHttpCore, type HttpCore } from '../http/core.js';
import { path } from '../path.js';
import { type Answer, json, startVendor, type VendorServer } from '../testing/vendor-server.js';
import type { HttpRequest } from '../types.js';
import { MemoryTokenKeeper } from './memory-keeper.js';
import { type OAuth2Options, oauth2AuthorizationCode, oauth2ClientCredentials, oauth2RefreshToken } from './oauth2.js';
import type { Token } from './token.js';

let api: VendorServer;
let signIn: VendorServer;
let core: HttpCore;
let answers: Answer[];

beforeAll(async () => {
  [api, signIn] = await Promise.all([startVendor(), startVendor()]);
  core = createHttpCore({ allow: [api.place, signIn.place] });
});
beforeEach(() => {
  api.seen.length = 0;
  signIn.seen.length = 0;
  api.answer = json('{}');
  answers = [];
  signIn.answer = (...exchange) => (answers.shift() ?? given(`access-${signIn.seen.length}`))(...exchange);
});
afterAll(async () => {
  await core.close();
  api.close();
  signIn.close();
});

const given = (access_token: string, more: object = {}): Answer =>
  json(JSON.stringify({ access_token, token_type: 'Bearer', expires_in: 3600, ...more }));

const places = { api: z.string(), tokens: z.string() };
const options: OAuth2Options<typeof places> = {
  fields: places,
  tokenUrl: ({ tokens }) => `${tokens}/token`,
  scopes: ['users.read', 'groups.read'],
};

const client = { clientId: 'the client', clientSecret: 'a:secret%' };
const fieldsOf = (more: object = {}) => ({ api: api.origin, tokens: signIn.origin, ...client, ...more });

function vendor(auth: Auth) {
  return defineConnector({
    ...{
      id: 'vendor',
      title: 'Vendor',
      docs: 'https://vendor.example/docs',
      auth: [auth],
      operations: {},
      judgedBy: 'docs',
    },
    sampleConnection: { kind: auth.kind, fields: {} },
    baseUrl: (fields) => String(fields.api),
  });
}

let connections = 0;
function connect(auth: Auth, more: object = {}, tokens?: MemoryTokenKeeper) {
  connections += 1;
  const connection = { id: String(connections), kind: auth.kind, fields: fieldsOf(more) };
  const http = core.connect(vendor(auth), connection, tokens ? { tokens } : {});
  return (request: Partial<HttpRequest> = {}) =>
    http.send({ method: 'GET', path: path`/users`, ...request }).catch((error: unknown) => error);
}

const carried = () => api.seen.map(({ headers }) => headers.authorization);
const asked = () => signIn.seen.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));

describe('client credentials', () => {
  it('get one token for many calls, and call with it', async () => {
    const send = connect(oauth2ClientCredentials(options));
    await Promise.all([send(), send(), send()]);
    await send();
    expect(asked()).toEqual([{ grant_type: 'client_credentials', scope: 'users.read groups.read' }]);
    expect(carried()).toEqual(Array(4).fill('Bearer access-1'));
  });

  it('show who they are in the header, encoded, or in the body', async () => {
    await connect(oauth2ClientCredentials({ ...options, tokenParams: { audience: 'api', resource: '' } }))();
    await connect(oauth2ClientCredentials({ ...options, clientAuth: 'body' }))();
    const basic = Buffer.from('the+client:a%3Asecret%25').toString('base64');
    expect(signIn.seen[0]?.headers.authorization).toBe(`Basic ${basic}`);
    expect(asked()[0]).toMatchObject({ audience: 'api' });
    expect(asked()[0]).not.toHaveProperty('resource');
    expect(signIn.seen[1]?.headers.authorization).toBeUndefined();
    expect(asked()[1]).toMatchObject({ client_id: 'the client', client_secret: 'a:secret%' });
  });

  it('send the secret to the token endpoint and the token to the API, and neither elsewhere', async () => {
    const send = connect(oauth2ClientCredentials(options));
    expect(await send({ url: `${signIn.origin}/users`, path: undefined })).toMatchObject({ code: 'E_EGRESS' });
    expect(signIn.seen).toEqual([]);
    await send();
    expect(JSON.stringify(api.seen)).not.toContain('secret');
    expect(JSON.stringify(signIn.seen)).not.toContain('access-');
  });

  it('renew a token before it ends', async () => {
    let now = Date.now();
    const keeper = new MemoryTokenKeeper(() => now);
    const send = connect(oauth2ClientCredentials(options), {}, keeper);
    await send();
    now += 3_400_000;
    await send();
    expect(signIn.seen).toHaveLength(1);
    now += 100_000;
    await send();
    expect(carried().at(-1)).toBe('Bearer access-2');
  });

  it('go on with a token that is still good while the endpoint is down', async () => {
    let now = Date.now();
    const keeper = new MemoryTokenKeeper(() => now);
    const send = connect(oauth2ClientCredentials(options), {}, keeper);
    await send();
    now += 3_500_000;
    answers = [json('{}', 503), json('{}', 503)];
    expect(await send()).toMatchObject({ status: 200 });
    now += 200_000;
    expect(await send({ method: 'POST', body: {} })).toMatchObject({
      name: 'RetryableError',
      mayHaveHappened: false,
      message: expect.stringContaining('The token endpoint of Vendor failed (503)'),
    });
    expect(carried()).toEqual(['Bearer access-1', 'Bearer access-1']);
  });

  it('that are refused say why, in the vendor’s words without the secret, and what to do', async () => {
    const body = { error: 'invalid_client', error_description: 'Client a:secret% is disabled.' };
    answers = [json(JSON.stringify(body), 401)];
    const refusal = (await connect(oauth2ClientCredentials(options))()) as Error;
    expect(refusal).toMatchObject({ name: 'FatalError', code: 'E_AUTH', details: { error: 'invalid_client' } });
    expect(refusal.message).toBe(
      `${signIn.place} gives no access token (401, invalid_client): Client ••• is disabled. Check the client’s id and secret on the Connections page.`,
    );
    expect(api.seen).toEqual([]);
  });

  it('take an answer without a token for a refusal', async () => {
    answers = [json('{"ok":false,"error":"invalid_auth"}')];
    expect(await connect(oauth2ClientCredentials(options))()).toMatchObject({ code: 'E_AUTH' });
  });

  it('wait as long as a busy endpoint asks', async () => {
    answers = [json('{}', 429, { 'Retry-After': '7' })];
    const send = connect(oauth2ClientCredentials(options));
    expect(await send()).toMatchObject({ name: 'RetryableError', code: 'E_RATE', retryAfter: 7 });
    expect(await send()).toMatchObject({ code: 'E_RATE' });
    expect(signIn.seen).toHaveLength(1);
  });
});

describe('a token that the API refuses', () => {
  const refusing = (...tokens: string[]): Answer => {
    const refused = tokens.map((token) => `Bearer ${token}`);
    return (request, response) =>
      (refused.includes(String(request.headers.authorization)) ? json('{}', 401) : json('{}'))(request, response);
  };

  it('is renewed once for all who carry it, and their calls are made again', async () => {
    const send = connect(oauth2ClientCredentials(options));
    await send();
    api.answer = refusing('access-1');
    const calls = await Promise.all(Array.from({ length: 20 }, () => send({ method: 'POST', body: {} })));
    expect(calls.map((answer) => (answer as { status: number }).status)).toEqual(Array(20).fill(200));
    expect(signIn.seen).toHaveLength(2);
  });

  it('is given up when the next is refused as well', async () => {
    api.answer = refusing('access-1', 'access-2');
    const refusal = await connect(oauth2ClientCredentials(options))();
    expect(refusal).toMatchObject({ name: 'FatalError', code: 'E_AUTH', status: 401 });
    expect(carried()).toEqual(['Bearer access-1', 'Bearer access-2']);
  });

  it('is given up when what was sent had been taken at another door', async () => {
    api.answer = (request, response) =>
      (request.method === 'POST' ? json('', 303, { location: '/made' }) : json('{}', 401))(request, response);
    const refusal = await connect(oauth2ClientCredentials(options))({ method: 'POST', body: {} });
    expect(refusal).toMatchObject({ code: 'E_AUTH' });
    expect(api.seen.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(signIn.seen).toHaveLength(1);
  });

  it('does not show in the vendor’s words', async () => {
    api.answer = json('{"message":"access-1 may not"}', 403);
    expect(await connect(oauth2ClientCredentials(options))()).toMatchObject({ vendorMessage: '••• may not' });
  });
});

describe('a refresh token', () => {
  it('that a person pasted gets tokens, and its successors after it', async () => {
    const keeper = new MemoryTokenKeeper();
    const send = connect(oauth2RefreshToken(options), { refreshToken: 'pasted' }, keeper);
    answers = [given('first', { expires_in: 0, refresh_token: 'next' }), given('second', { expires_in: 0 })];
    await send();
    await send();
    await send();
    expect(asked().map(({ refresh_token }) => refresh_token)).toEqual(['pasted', 'next', 'next']);
  });
});

describe('consent', () => {
  const auth = oauth2AuthorizationCode({
    ...options,
    authorizeUrl: 'https://vendor.example/authorize?tenant=acme',
    authorizeParams: { access_type: 'offline' },
    clientSecret: 'optional',
  });
  const redeemed = { code: 'the-code', redirectUri: 'https://castellan.example/cb', verifier: 'the-verifier' };
  const connection = (more: object = {}) => ({ id: 'consent', kind: auth.kind, fields: fieldsOf(more) });

  it('is asked for with a state, a challenge and the scopes', () => {
    const ask = { redirectUri: redeemed.redirectUri, state: 'the-state', challenge: 'the-challenge' };
    const address = new URL(auth.token!.consent!.address(fieldsOf(), ask));
    expect(address.origin).toBe('https://vendor.example');
    expect(Object.fromEntries(address.searchParams)).toEqual({
      ...{ tenant: 'acme', access_type: 'offline', response_type: 'code', client_id: 'the client' },
      ...{ redirect_uri: redeemed.redirectUri, scope: 'users.read groups.read', state: 'the-state' },
      ...{ code_challenge: 'the-challenge', code_challenge_method: 'S256' },
    });
  });

  it('is redeemed with the verifier', async () => {
    answers = [given('first', { refresh_token: 'next', refresh_token_expires_in: '86400' })];
    const before = Date.now();
    const token = await core.redeem(vendor(auth), connection(), redeemed);
    expect(token).toMatchObject({ accessToken: 'first', refreshToken: 'next' });
    expect(token.refreshExpiresAt! - before).toBeGreaterThanOrEqual(86_400_000);
    expect(asked()).toEqual([
      {
        ...{ grant_type: 'authorization_code', code: 'the-code', code_verifier: 'the-verifier' },
        redirect_uri: redeemed.redirectUri,
      },
    ]);
  });

  it('of a public client is redeemed with the client’s id alone', async () => {
    await core.redeem(vendor(auth), connection({ clientSecret: undefined }), redeemed);
    expect(asked()[0]).toMatchObject({ client_id: 'the client' });
    expect(asked()[0]).not.toHaveProperty('client_secret');
  });

  it('that is refused says so without the code', async () => {
    answers = [json('{"error":"invalid_grant","error_description":"the-code is used up"}', 400)];
    const refusal = await core.redeem(vendor(auth), connection(), redeemed).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'E_AUTH', message: expect.stringContaining('••• is used up') });
  });

  it('that nobody gave is told to whoever calls', async () => {
    expect(await connect(auth)()).toMatchObject({ code: 'E_AUTH', message: expect.stringContaining('Connect it') });
    expect(signIn.seen).toEqual([]);
  });

  it('lasts through a rotating refresh token, each used once', async () => {
    const held: Token = { accessToken: 'old', obtainedAt: 0, expiresAt: 1, refreshToken: 'r0' };
    const keeper = new MemoryTokenKeeper();
    await keeper.current(async () => held).catch(() => null);
    answers = [given('a1', { expires_in: 0, refresh_token: 'r1' }), given('a2', { refresh_token: 'r2' })];
    const send = connect(auth, {}, keeper);
    await Promise.all([send(), send()]);
    await Promise.all([send(), send()]);
    expect(asked().map(({ refresh_token }) => refresh_token)).toEqual(['r0', 'r1']);
    expect(carried()).toEqual(['Bearer a1', 'Bearer a1', 'Bearer a2', 'Bearer a2']);
  });
});
