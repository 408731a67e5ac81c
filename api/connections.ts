import { z } from 'zod';
import { Empty, Id, Instant, Page, PageQuery } from './page.js';
import { route } from './route.js';

/** What runs may call by a connection, in all processes together; null is no limit. */
export const CallLimits = z
  .object({
    atOnce: z.number().int().min(1).max(10_000).nullable().describe('Calls under way at one time'),
    perSecond: z.number().min(0.001).max(10_000).nullable().describe('Calls in a second'),
  })
  .meta({ id: 'CallLimits' });
export type CallLimits = z.infer<typeof CallLimits>;

export const ConnectionRow = z
  .object({
    id: Id,
    name: z.string(),
    connector: z.string(),
    simulator: z.boolean(),
    auth: z.string(),
    /** Settings that are no secrets, such as a domain. */
    settings: z.record(z.string(), z.unknown()),
    limits: CallLimits,
    /** Names of the secrets that are stored; never their values. */
    secrets: z.array(z.string()),
    status: z.enum(['untested', 'working', 'failing']),
    statusMessage: z.string().nullable(),
    testedAt: Instant.nullable(),
    /** Flows whose draft or published version names it; their steps and triggers are told of one connection, not in lists. */
    usedBy: z.array(
      z.object({
        flowId: Id,
        flowName: z.string(),
        steps: z.array(z.object({ id: z.string(), title: z.string() })).optional(),
      }),
    ),
    /** Where its secrets or tokens go with calls, as origins. */
    hosts: z.array(z.string()),
    /** Where its secrets go for a token, as an origin; null where calls carry none. */
    tokenHost: z.string().nullable(),
    /** When a secret that a person entered ends, as far as they know. */
    secretExpiresOn: z.iso.date().nullable(),
    /** The consent of a person at the vendor; null where none is needed. */
    consent: z.object({ given: z.boolean(), by: z.string().nullable() }).nullable(),
    /** The token that calls carry at present; null where there is none. */
    token: z
      .object({
        obtainedAt: Instant,
        expiresAt: Instant.nullable(),
        /** It is followed by another without anybody's doing. */
        renewed: z.boolean(),
        /** Until when; null where nobody says. */
        renewedUntil: Instant.nullable(),
      })
      .nullable(),
    /** Address at which the connection's own triggers listen, for connectors that have some. */
    hookUrl: z.string().nullable(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Connection' });
export type ConnectionRow = z.infer<typeof ConnectionRow>;

const fields = z
  .record(z.string(), z.unknown())
  .describe("The fields of the connector's auth kind; a secret that is left out on change stays as it is");

const secretExpiresOn = z.iso.date().nullable().describe('The day on which a secret ends; null: none is known');

export const connectionRoutes = {
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/connections',
    access: 'connection:read',
    summary: 'Connections',
    query: PageQuery.extend({ connector: z.string().max(60).optional() }),
    answer: Page(ConnectionRow),
  }),
  create: route({
    method: 'POST',
    path: '/workspaces/:ws/connections',
    access: 'connection:write',
    summary: 'Make a connection; it is tested at once',
    status: 201,
    body: z.object({
      name: z.string().trim().min(1).max(120),
      connector: z.string(),
      simulator: z.boolean().default(false),
      auth: z.string().optional(),
      fields: fields.default({}),
      limits: CallLimits.optional(),
      secretExpiresOn: secretExpiresOn.optional(),
    }),
    answer: ConnectionRow,
  }),
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/connections/:id',
    access: 'connection:read',
    summary: 'One connection',
    answer: ConnectionRow,
  }),
  save: route({
    method: 'PUT',
    path: '/workspaces/:ws/connections/:id',
    access: 'connection:write',
    summary: 'Change a connection; it is tested at once',
    body: z.object({
      name: z.string().trim().min(1).max(120).optional(),
      auth: z.string().optional(),
      fields: fields.optional(),
      limits: CallLimits.optional(),
      secretExpiresOn: secretExpiresOn.optional(),
    }),
    answer: ConnectionRow,
  }),
  remove: route({
    method: 'DELETE',
    path: '/workspaces/:ws/connections/:id',
    access: 'connection:write',
    summary: 'Remove a connection that no flow uses',
    status: 204,
    answer: Empty,
  }),
  test: route({
    method: 'POST',
    path: '/workspaces/:ws/connections/:id/test',
    access: 'connection:use',
    summary: 'Test it now',
    answer: ConnectionRow,
  }),
  askConsent: route({
    method: 'POST',
    path: '/workspaces/:ws/connections/:id/consent',
    access: 'connection:write',
    summary: 'Begin to connect at the vendor: the address of the page on which a person agrees',
    answer: z.object({ url: z.string() }),
  }),
  endConsent: route({
    method: 'POST',
    path: '/workspaces/:ws/connections/consent',
    access: 'connection:write',
    summary: 'What the vendor’s page came back with: the connection works from then on, and is tested',
    body: z.object({
      state: z.string().min(1).max(500),
      code: z.string().min(1).max(4_000).optional(),
      error: z.string().max(500).optional(),
      errorDescription: z.string().max(2_000).optional(),
    }),
    answer: ConnectionRow,
  }),
};
