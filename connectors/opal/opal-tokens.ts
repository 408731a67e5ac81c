import { camelKeys, type Host, type JsonObject, operation, path, readPages } from '@castellan/sdk';
import { z } from 'zod';
import { pageSize, resultPages } from './opal-reads.js';
import { docs, limitField } from './opal-shapes.js';

const token = z.object({
  tokenId: z.string(),
  tokenLabel: z.string(),
  createdAt: z.string(),
  creatorUserId: z.string(),
  userId: z.string().describe('Whom it acts as: a person, or a service user.'),
  accessLevel: z.enum(['READ_ONLY', 'FULL_ACCESS']),
  lastUsedAt: z.string().nullish(),
  expiresAt: z.string().nullish(),
});

const sampleToken = {
  ...{
    tokenId: 'ca57e11a-000d-4000-8000-000000000001',
    tokenLabel: 'Reports of Jane',
    accessLevel: 'READ_ONLY' as const,
  },
  ...{ createdAt: '2026-01-05T09:00:00.000Z', creatorUserId: 'ca57e11a-0001-4000-8000-000000000003' },
  userId: 'ca57e11a-0001-4000-8000-000000000003',
};

/** The token as it is now; null where it is gone. Opal has no call for one alone. */
async function tokenNow({ http }: Host, id: string): Promise<JsonObject | null> {
  const request = { method: 'GET' as const, path: path`/tokens`, query: { token_ids: id, page_size: pageSize } };
  const rows = camelKeys(await readPages(http, request, resultPages)) as JsonObject[];
  return rows.find(({ tokenId }) => tokenId === id) ?? null;
}

/** Tokens for Opal's own API, which outlive the sessions of those who made them. */
export const opalTokens = {
  listTokens: operation({
    title: 'List API tokens',
    docs: `${docs}/tokens/get-tokens`,
    summary: 'Tokens for Opal’s own API, all or those of a person. Only for administrators.',
    input: z.strictObject({
      userId: z.string().min(1).optional().meta({ title: 'Only of the user' }),
      limit: limitField,
    }),
    output: z.object({ items: z.array(token) }),
    options: { '/userId': 'listUsers' },
    choice: { value: 'tokenId', label: 'tokenLabel' },
    effect: 'read',
    request: (input) => ({
      ...{ method: 'GET', path: path`/tokens` },
      query: { user_id: input.userId, page_size: pageSize },
    }),
    paginate: resultPages,
    each: camelKeys,
    sample: { input: { userId: sampleToken.userId }, output: { items: [sampleToken] } },
  }),

  deleteToken: operation({
    title: 'Delete an API token',
    docs: `${docs}/tokens/delete-token`,
    summary: 'Whoever holds the token can no longer use it. There is no way back: a new one has to be made in Opal.',
    input: z.strictObject({
      tokenId: z.string().min(1).meta({ title: 'Token' }),
      userId: z.string().min(1).optional().meta({ title: 'User' }).describe('Whom it acts as. Not sent.'),
      userEmail: z
        .email()
        .optional()
        .meta({ title: 'User’s e-mail' })
        .describe('Names the person in plan and evidence, and is what protected people are held back by. Not sent.'),
    }),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    options: { '/tokenId': 'listTokens', '/userId': 'listUsers' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: ({ tokenId, userId, userEmail }) => [
      {
        action: 'revoke',
        ...(userId || userEmail
          ? { subject: { type: 'user', id: userId ?? userEmail!, ...(userEmail ? { email: userEmail } : {}) } }
          : {}),
        object: { type: 'opal_token', id: tokenId },
      },
    ],
    before: ({ tokenId }, host) => tokenNow(host, tokenId),
    request: ({ tokenId }) => ({ method: 'DELETE', path: path`/tokens/${tokenId}`, accept: [404] }),
    response: ({ status }) => ({ deleted: true, alreadyGone: status === 404 }),
    sample: {
      input: { tokenId: sampleToken.tokenId, userId: sampleToken.userId, userEmail: 'jane.doe@example.com' },
      output: { deleted: true, alreadyGone: false },
      before: sampleToken,
    },
  }),
};
