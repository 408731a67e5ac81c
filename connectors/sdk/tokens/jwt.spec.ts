import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { HttpRequest } from '../types.js';
import { fingerprintOf, jwtBearer, keyPairJwt } from './jwt.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));

const tokenUrl = 'https://oauth2.example/token';
const issued = { status: 200, headers: {}, body: { access_token: 'access', expires_in: 3600 } };

/** A host that notes what the token endpoint is asked. */
function host() {
  const asked: HttpRequest[] = [];
  const http = {
    send: async (request: HttpRequest) => {
      asked.push(request);
      return issued;
    },
  };
  return { asked, http, now: () => new Date() };
}

const verify = (jwt: string | undefined, key: KeyObject = publicKey) => jwtVerify(jwt ?? '', key);

describe('an assertion', () => {
  const serviceAccount = jwtBearer({
    fields: { account: z.string(), actsAs: z.string().optional() },
    tokenUrl,
    claims: ({ account, actsAs }) => ({ iss: account, sub: actsAs, scope: 'directory.read' }),
  });

  it('is signed by the connection’s key, for the token endpoint, for an hour', async () => {
    const { asked, ...rest } = host();
    const fields = { account: 'robot@acme.example', actsAs: 'admin@acme.example', privateKey: pem };
    const token = await serviceAccount.token!.obtain(fields, null, rest);
    expect(token).toMatchObject({ accessToken: 'access' });
    const { form } = asked[0]!;
    expect(form?.grant_type).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const { payload, protectedHeader } = await verify(form?.assertion);
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT' });
    expect(payload).toMatchObject({
      ...{ iss: 'robot@acme.example', sub: 'admin@acme.example', scope: 'directory.read', aud: tokenUrl },
    });
    expect(payload.exp! - payload.iat!).toBe(3600);
    expect(payload.jti).toEqual(expect.any(String));
  });

  it('says nothing of what was left empty', async () => {
    const { asked, ...rest } = host();
    await serviceAccount.token!.obtain({ account: 'robot', privateKey: pem }, null, rest);
    expect((await verify(asked[0]?.form?.assertion)).payload).not.toHaveProperty('sub');
  });

  it('stands for a client’s secret where the vendor has it so', async () => {
    const auth = jwtBearer({
      fields: { clientId: z.string(), keyId: z.string() },
      tokenUrl,
      as: 'client',
      scopes: ['okta.users.read'],
      key: (fields) => ({ pem, id: fields.keyId }),
      claims: ({ clientId }) => ({ iss: clientId, sub: clientId }),
    });
    const { asked, ...rest } = host();
    await auth.token!.obtain({ clientId: 'c', keyId: 'k1' }, null, rest);
    const { form } = asked[0]!;
    expect(form).toMatchObject({ grant_type: 'client_credentials', scope: 'okta.users.read' });
    const { protectedHeader, payload } = await verify(form?.client_assertion);
    expect(protectedHeader.kid).toBe('k1');
    expect(payload.exp! - payload.iat!).toBe(300);
  });
});

describe('a key', () => {
  const auth = keyPairJwt({ fields: {}, claims: () => ({ iss: 'me' }) });
  const obtain = (fields: object, given = auth) => given.token!.obtain({ ...fields }, null, host());

  it.each([
    ['PKCS #8', pem],
    ['PKCS #1', String(privateKey.export({ type: 'pkcs1', format: 'pem' }))],
    ['with line ends as JSON writes them', pem.replaceAll('\n', '\\n')],
  ])('is read: %s', async (_, text) => {
    const { accessToken } = await obtain({ privateKey: text });
    await expect(verify(accessToken)).resolves.toBeDefined();
  });

  it('is read with its passphrase', async () => {
    const passphrase = 'correct horse';
    const sealed = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase });
    await expect(obtain({ privateKey: String(sealed), passphrase })).resolves.toBeDefined();
    await expect(obtain({ privateKey: String(sealed) })).rejects.toMatchObject({ code: 'E_AUTH' });
  });

  it('that is none is refused without being shown', async () => {
    const refusal = await obtain({ privateKey: '-----BEGIN hunter2' }).catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: 'E_AUTH', message: expect.stringContaining('PEM') });
    expect(String(refusal)).not.toContain('hunter2');
  });

  it('of another kind than its algorithm is refused', async () => {
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    await expect(obtain({ privateKey: String(curve) })).rejects.toMatchObject({ code: 'E_AUTH' });
    const es256 = keyPairJwt({ fields: {}, algorithm: 'ES256', claims: () => ({}) });
    const { accessToken } = await obtain({ privateKey: String(curve) }, es256);
    await expect(verify(accessToken, createPublicKey(String(curve)))).resolves.toBeDefined();
  });
});

describe('a self-made token', () => {
  const snowflake = keyPairJwt({
    fields: { account: z.string(), user: z.string() },
    claims: ({ account, user }, { fingerprint }) => ({
      iss: `${account}.${user}.${fingerprint}`,
      sub: `${account}.${user}`,
    }),
    headers: (token) => ({ authorization: `Bearer ${token}`, 'x-snowflake-authorization-token-type': 'KEYPAIR_JWT' }),
  });

  it('names the public key by its fingerprint and lives for an hour at most', async () => {
    const fields = { account: 'ACME-PROD', user: 'ROBOT', privateKey: pem };
    const token = await snowflake.token!.obtain(fields, null, host());
    const { payload } = await verify(token.accessToken);
    expect(payload.iss).toBe(`ACME-PROD.ROBOT.${fingerprintOf(createPrivateKey(pem))}`);
    expect(payload.iss).toMatch(/SHA256:[A-Za-z0-9+/]{43}=$/);
    expect(payload.exp! - payload.iat!).toBe(3600);
    expect(token.expiresAt! / 1000 - payload.exp!).toBeLessThanOrEqual(1);
  });

  it('goes along under the vendor’s headers, and nobody is asked for it', () => {
    expect(snowflake.token?.url).toBeUndefined();
    expect(snowflake.credentials({}, 'https://acme.snowflakecomputing.com', 'jwt')).toEqual({
      headers: { authorization: 'Bearer jwt', 'x-snowflake-authorization-token-type': 'KEYPAIR_JWT' },
    });
  });
});
