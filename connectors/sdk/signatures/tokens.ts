import { z } from 'zod';
import { secret } from '../fields.js';
import { matchesToken } from './compare.js';
import type { SignatureScheme, Verification } from './scheme.js';

/** The token of an Authorization header of one scheme. */
function authorized(headers: Record<string, string>, scheme: string): string | undefined {
  const [, given, token] = /^(\S+) +(\S+)$/.exec(headers.authorization ?? '') ?? [];
  return given?.toLowerCase() === scheme ? token : undefined;
}

export function verifyBearer(headers: Record<string, string>, token: unknown): Verification {
  return matchesToken(authorized(headers, 'bearer'), token, 'The bearer token');
}

export function verifyBasic(headers: Record<string, string>, username: unknown, password: unknown): Verification {
  const given = authorized(headers, 'basic');
  const pair = given && Buffer.from(given, 'base64').toString('utf8');
  return matchesToken(pair, `${String(username)}:${String(password)}`, 'The basic authorization');
}

export const bearer: SignatureScheme = {
  id: 'bearer',
  title: 'Bearer token',
  help: 'The sender sends the header Authorization: Bearer <token>.',
  fields: z.object({ webhookToken: secret('Token') }),
  carries: { headers: ['authorization'] },
  verify: ({ headers, fields }) => verifyBearer(headers, fields.webhookToken),
};

export const basic: SignatureScheme = {
  id: 'basic',
  title: 'User name and password',
  help: 'The sender signs in with HTTP basic authentication.',
  fields: z.object({
    webhookUsername: z.string().min(1).meta({ title: 'User name' }),
    webhookPassword: secret('Password'),
  }),
  carries: { headers: ['authorization'] },
  verify: ({ headers, fields }) => verifyBasic(headers, fields.webhookUsername, fields.webhookPassword),
};

/** Headers in which senders put a plain secret. A fixed list, so that none of them is ever shown or handed to a flow. */
const tokenHeaders = ['x-webhook-token', 'x-webhook-secret', 'x-auth-token', 'x-api-key', 'x-gitlab-token'] as const;

export const header: SignatureScheme = {
  id: 'header',
  title: 'Secret in a header',
  help: 'The sender sends the secret in a header that the connection names.',
  fields: z.object({
    webhookToken: secret('Secret'),
    webhookHeader: z.enum(tokenHeaders).default('x-webhook-token').meta({ title: 'Header' }),
  }),
  carries: { headers: [...tokenHeaders] },
  verify({ headers, fields }) {
    const name = String(fields.webhookHeader ?? 'x-webhook-token');
    return matchesToken(headers[name], fields.webhookToken, `The header ${name}`);
  },
};
