import { z } from 'zod';
import { opalAppReadNames, opalAppWriteNames } from './opal-app-calls.js';
import { Empty, Id, Instant, Page, PageQuery } from './page.js';
import { route } from './route.js';

const byFlow = z.strictObject({ by: z.literal('flow'), flowId: Id });

const byConnection = z.strictObject({
  by: z.literal('connection'),
  connectionId: Id,
  /** An operation that only reads and answers `{ items }`. */
  operation: z.string().min(1),
  /** What it is always called with. */
  input: z.record(z.string(), z.unknown()).default({}),
  /** The input field that takes the id of the resource or group that the list is of. */
  argument: z.string().optional(),
  /** From each field of the answer to its place in an item, such as /email. */
  fields: z.record(
    z.string(),
    z.string().regex(/^(?:\/[^/]+)+$/, 'A place in an item begins with a slash, such as /email.'),
  ),
});

/** Who serves each call of a custom app. A read that nobody serves is answered by an empty list. */
export const OpalAppServes = z
  .object({
    reads: z.partialRecord(z.enum(opalAppReadNames), z.discriminatedUnion('by', [byConnection, byFlow])),
    writes: z.partialRecord(z.enum(opalAppWriteNames), byFlow),
  })
  .meta({ id: 'OpalAppServes' });
export type OpalAppServes = z.infer<typeof OpalAppServes>;

/** Calls of a custom app, by our names. */
export const OpalAppCalls = z.strictObject({
  reads: z.array(z.enum(opalAppReadNames)),
  writes: z.array(z.enum(opalAppWriteNames)),
});
export type OpalAppCalls = z.infer<typeof OpalAppCalls>;

export const OpalApp = z
  .object({
    id: Id,
    name: z.string(),
    /** The identifier that Opal sends with each call. */
    appId: z.string(),
    /** The base URL to be entered in Opal. */
    url: z.string(),
    enabled: z.boolean(),
    /** The signing secret is being replaced: both are accepted. */
    hasNextSecret: z.boolean(),
    serves: OpalAppServes,
    lastCallAt: Instant.nullable(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'OpalApp' });
export type OpalApp = z.infer<typeof OpalApp>;

export const OpalAppCall = z
  .object({
    id: Id,
    at: Instant,
    method: z.string(),
    target: z.string(),
    status: z.number().int(),
    reason: z.string().nullable(),
    runId: Id.nullable(),
    milliseconds: z.number().int(),
  })
  .meta({ id: 'OpalAppCall' });
export type OpalAppCall = z.infer<typeof OpalAppCall>;

/** One step of the sequence in which Opal reads an app. */
export const OpalAppCheck = z.object({
  method: z.string(),
  target: z.string(),
  status: z.number().int(),
  /** Items of the first page; null where the answer is no list. */
  items: z.number().int().nullable(),
  message: z.string().nullable(),
});
export type OpalAppCheck = z.infer<typeof OpalAppCheck>;

const name = z.string().trim().min(1).max(120);
const appId = z.string().trim().min(1).max(200);
const secret = z.string().min(8).max(500);

export const opalAppRoutes = {
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/opal-apps',
    access: 'connection:read',
    summary: 'Custom apps of Opal that are answered for',
    query: PageQuery,
    answer: Page(OpalApp),
  }),
  create: route({
    method: 'POST',
    path: '/workspaces/:ws/opal-apps',
    access: 'connection:write',
    summary: 'Answer for a custom app of Opal',
    status: 201,
    body: z.object({ name, appId, signingSecret: secret, serves: OpalAppServes.default({ reads: {}, writes: {} }) }),
    answer: OpalApp,
  }),
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/opal-apps/:id',
    access: 'connection:read',
    summary: 'One custom app of Opal',
    answer: OpalApp,
  }),
  save: route({
    method: 'PUT',
    path: '/workspaces/:ws/opal-apps/:id',
    access: 'connection:write',
    summary: 'Change a custom app; a secret that is left out stays',
    body: z.object({
      name: name.optional(),
      appId: appId.optional(),
      enabled: z.boolean().optional(),
      signingSecret: secret.optional(),
      nextSecret: secret.nullable().optional(),
      /** The next secret takes the place of the present one, which is refused from now on. */
      onlyNext: z.literal(true).optional(),
      serves: OpalAppServes.optional(),
    }),
    answer: OpalApp,
  }),
  remove: route({
    method: 'DELETE',
    path: '/workspaces/:ws/opal-apps/:id',
    access: 'connection:write',
    summary: 'Answer for a custom app no longer',
    status: 204,
    answer: Empty,
  }),
  calls: route({
    method: 'GET',
    path: '/workspaces/:ws/opal-apps/:id/calls',
    access: 'connection:read',
    summary: 'Its last calls',
    query: PageQuery,
    answer: Page(OpalAppCall),
  }),
  check: route({
    method: 'POST',
    path: '/workspaces/:ws/opal-apps/:id/check',
    access: 'connection:use',
    summary: 'Read it as Opal does; nothing is written',
    answer: z.object({ checks: z.array(OpalAppCheck) }),
  }),
};
