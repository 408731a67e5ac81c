import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { z } from 'zod';
import type { Auth, AuthOptions, ConnectionFields, FieldsOf } from '../auth.js';
import { FatalError } from '../errors.js';
import { privateKey, secret } from '../fields.js';
import { bearer, fromFields, type OfFields, withoutEmpty } from './of-fields.js';
import { requestToken } from './token-endpoint.js';

/** A private key that signs, as the connection's fields have it. */
export interface SigningKey {
  /** PEM: PKCS #8, encrypted or not, PKCS #1 or SEC 1. */
  pem: string;
  passphrase?: string;
  /** The vendor's id of the public key, for the header `kid`. */
  id?: string;
}

const passphrase = secret('Passphrase').describe('Only where the private key is encrypted.').optional();

interface JwtOptions<F extends z.ZodRawShape> extends AuthOptions<F> {
  /** Default: fields `privateKey` and `passphrase` that the kind asks for itself. */
  key?: (fields: FieldsOf<F>) => SigningKey;
  /** Default: RS256. */
  algorithm?: OfFields<F, string>;
  /** With `key`: the fields of a connection to the simulator, with a key that was made for it. */
  madeUp?: (pem: string) => Record<string, unknown>;
}

/** Clocks differ: what is signed is dated back by so much. */
const backdatedSeconds = 30;

/**
 * An assertion that the connection's private key signs is exchanged for a token: RFC 7523 §2.1 (a service account), or
 * §2.2 with client credentials (`private_key_jwt`). `iat`, `exp` and `jti` are set here; `aud` is the token endpoint
 * unless the claims say otherwise.
 */
export function jwtBearer<F extends z.ZodRawShape>(
  options: JwtOptions<F> & {
    tokenUrl: OfFields<F, string>;
    claims: (fields: FieldsOf<F>) => JWTPayload;
    /** `assertion`: the grant jwt-bearer. `client`: client credentials of a client that signs. Default: assertion. */
    as?: 'assertion' | 'client';
    scopes?: OfFields<F, string[]>;
    tokenParams?: OfFields<F, Record<string, string>>;
    /** Default: an hour, or five minutes for a client. */
    assertionSeconds?: number;
  },
): Auth {
  const { tokenUrl, claims, as = 'assertion', scopes, tokenParams } = options;
  const assertionSeconds = options.assertionSeconds ?? (as === 'assertion' ? 3600 : 300);
  return {
    ...keyAuth(options, 'jwtBearer', 'Private key (JWT bearer)'),
    credentials: bearer(),
    token: {
      url: (fields) => fromFields(tokenUrl, fields),
      async obtain(fields, _, host) {
        const url = fromFields(tokenUrl, fields);
        const own = withoutUndefined(claims(fields as FieldsOf<F>));
        const assertion = await sign(options, fields, { aud: url, ...own }, host.now(), assertionSeconds);
        const scope = fromFields(scopes, fields)?.join(' ') || undefined;
        const grant =
          as === 'assertion'
            ? { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }
            : {
                grant_type: 'client_credentials',
                client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
                client_assertion: assertion,
              };
        return requestToken(host, { url, form: { ...withoutEmpty(fromFields(tokenParams, fields)), ...grant, scope } });
      },
    },
  };
}

/** A token that the connection's private key signs and that goes along itself, as Snowflake has it. Nobody is asked for it. */
export function keyPairJwt<F extends z.ZodRawShape>(
  options: JwtOptions<F> & {
    /** `fingerprint` is that of the public key: `SHA256:` and base64 of its DER form. */
    claims: (fields: FieldsOf<F>, key: { fingerprint: string }) => JWTPayload;
    headers?: (token: string, fields: FieldsOf<F>) => Record<string, string>;
    /** Default and most: an hour. */
    lifeSeconds?: number;
  },
): Auth {
  const lifeSeconds = Math.min(options.lifeSeconds ?? 3600, 3600);
  return {
    ...keyAuth(options, 'keyPairJwt', 'Key pair'),
    credentials: bearer(options.headers),
    token: {
      async obtain(fields, _, { now }) {
        const fingerprint = fingerprintOf(readKey(keyOf(options, fields)));
        const claims = withoutUndefined(options.claims(fields as FieldsOf<F>, { fingerprint }));
        const at = now();
        const accessToken = await sign(options, fields, claims, at, lifeSeconds);
        const end = at.getTime() + (lifeSeconds - backdatedSeconds) * 1000;
        return { accessToken, obtainedAt: at.getTime(), expiresAt: end };
      },
    },
  };
}

/** Snowflake's name for a public key: `SHA256:` and the base64 of the digest of its DER form. */
export function fingerprintOf(key: KeyObject): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return `SHA256:${createHash('sha256').update(der).digest('base64')}`;
}

function keyAuth<F extends z.ZodRawShape>(
  options: JwtOptions<F>,
  kind: string,
  title: string,
): Pick<Auth, 'kind' | 'title' | 'fields' | 'madeUp'> {
  const own = options.key ? {} : { privateKey: privateKey('Private key'), passphrase };
  return {
    kind: options.kind ?? kind,
    title: options.title ?? title,
    fields: z.strictObject({ ...options.fields, ...own }),
    ...(options.madeUp ? { madeUp: options.madeUp } : {}),
  };
}

async function sign<F extends z.ZodRawShape>(
  options: JwtOptions<F>,
  fields: ConnectionFields,
  claims: JWTPayload,
  now: Date,
  lifeSeconds: number,
): Promise<string> {
  const key = keyOf(options, fields);
  const alg = fromFields(options.algorithm, fields) ?? 'RS256';
  const issuedAt = Math.floor(now.getTime() / 1000) - backdatedSeconds;
  return new SignJWT({ ...claims, jti: randomUUID(), iat: issuedAt, exp: issuedAt + lifeSeconds })
    .setProtectedHeader({ alg, typ: 'JWT', ...(key.id ? { kid: key.id } : {}) })
    .sign(readKey(key))
    .catch((error: Error) => {
      throw new FatalError(`The private key cannot sign with ${alg}: ${error.message}`, { code: 'E_AUTH' });
    });
}

function keyOf<F extends z.ZodRawShape>(options: JwtOptions<F>, fields: ConnectionFields): SigningKey {
  if (options.key) return options.key(fields as FieldsOf<F>);
  return { pem: String(fields.privateKey), ...(fields.passphrase ? { passphrase: String(fields.passphrase) } : {}) };
}

function readKey({ pem, passphrase }: SigningKey): KeyObject {
  try {
    // A key that came through a form of one line, or out of JSON, has its line ends written as \n.
    return createPrivateKey({ key: pem.replaceAll('\\n', '\n').trim(), format: 'pem', passphrase });
  } catch {
    throw new FatalError(
      'The private key cannot be read. Paste the whole PEM text, from -----BEGIN to the end of -----END, and its passphrase if it has one.',
      { code: 'E_AUTH' },
    );
  }
}

function withoutUndefined(claims: JWTPayload): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}
