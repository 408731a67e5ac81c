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

const Schema = z.record(z.string(), z.unknown());

export const ConnectorDescription = z
  .object({
    id: z.string(),
    title: z.string(),
    docs: z.string(),
    simulator: z.boolean(),
    /** The very version of one that the workspace imported: what flows are published with. */
    pin: z.string().optional(),
    /** Where it came from, if the workspace imported it. */
    imported: z.object({ version: z.number().int(), source: z.string(), by: z.string(), at: Instant }).optional(),
    auth: z.array(
      z.object({
        kind: z.string(),
        title: z.string(),
        fields: Schema,
        secrets: z.array(z.string()),
        /** A person has to agree at the vendor, who wants this address registered to come back to. */
        consent: z.boolean().optional(),
        redirectUrl: z.string().optional(),
      }),
    ),
    operations: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        summary: z.string(),
        docs: z.string(),
        effect: z.enum(['read', 'write', 'destructive']),
        idempotency: z.enum(['natural', 'key', 'lookup', 'none']),
        /** Who judges its request: the vendor's official SDK, its description, or our reading of its pages. */
        judgedBy: z.enum(['sdk', 'description', 'docs', 'own']),
        input: Schema,
        output: Schema,
        options: z.record(z.string(), z.string()),
        text: z.record(z.string(), z.string()),
        /** What the sample would change. */
        changes: z.array(
          z.object({
            action: z.enum(['grant', 'revoke', 'create', 'update', 'delete', 'notify']),
            subject: z.object({ type: z.string(), id: z.string(), email: z.string().optional() }).optional(),
            object: z.object({ type: z.string(), id: z.string(), title: z.string().optional() }).optional(),
          }),
        ),
        /** The state before is read, for plan, evidence and undo. */
        readsBefore: z.boolean(),
        withoutBefore: z.string().optional(),
        undo: z.string().optional(),
        sample: z.object({ input: z.unknown(), output: z.unknown() }),
      }),
    ),
    triggers: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        summary: z.string(),
        docs: z.string(),
        payload: Schema,
        sample: z.unknown(),
        /** What the vendor itself calls the event. */
        vendorId: z.string().optional(),
        /** The vendor waits for an answer of this shape. */
        answers: Schema.optional(),
        answerSample: z.unknown().optional(),
        poll: z.object({ everySeconds: z.number(), delivered: z.boolean().optional() }).optional(),
        setup: z.string().optional(),
      }),
    ),
    /** Approvals may be asked for there; names the operation that lists its channels. */
    approvals: z.object({ channels: z.string() }).optional(),
    /** Ways in which this vendor signs plain webhooks, for a webhook trigger's `signature.scheme`. */
    schemes: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        setup: z.string(),
        /** Where a caller gives the secret itself; of schemes that sign the body, nowhere. */
        secretIn: z.object({ headers: z.array(z.string()), query: z.array(z.string()) }),
        /** What is told of a repeated delivery: its age and itself, itself, or nothing. */
        freshness: z.enum(['signedTime', 'signedContent', 'none']),
      }),
    ),
  })
  .meta({ id: 'Connector' });
export type ConnectorDescription = z.infer<typeof ConnectorDescription>;

export const Catalog = z
  .object({
    connectors: z.array(ConnectorDescription),
    connections: z.array(
      z.object({ id: Id, name: z.string(), connector: z.string(), simulator: z.boolean(), status: z.string() }),
    ),
    flows: z.array(z.object({ id: Id, name: z.string(), input: Schema, output: Schema, enabled: z.boolean() })),
    /** Tables of the workspace, which are among its connections, too: they fill slots of the connector `table`. */
    tables: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .meta({ id: 'Catalog' });
export type Catalog = z.infer<typeof Catalog>;

export const connectorRoutes = {
  catalog: route({
    method: 'GET',
    path: '/workspaces/:ws/catalog',
    access: 'flow:read',
    summary: 'All that a flow may name: connectors, connections, flows, tables',
    answer: Catalog,
  }),
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/connectors',
    access: 'flow:read',
    summary: 'Connectors',
    answer: Page(ConnectorDescription),
  }),
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/connectors/:id',
    access: 'flow:read',
    summary: 'One connector',
    answer: ConnectorDescription,
  }),
  options: route({
    method: 'POST',
    path: '/workspaces/:ws/connectors/:id/options',
    access: 'connection:use',
    summary: 'Choices for a field, read from the system',
    body: z.object({
      connection: Id,
      operation: z.string(),
      pointer: z.string(),
      input: z.record(z.string(), z.unknown()).default({}),
      search: z.string().max(200).optional(),
    }),
    answer: z.object({ items: z.array(z.object({ value: z.unknown(), label: z.string() })) }),
  }),
};

/** What a simulator holds, drawn generically: tables, and channels with messages. */
export const SimulatorView = z
  .object({
    tables: z.array(
      z.object({
        title: z.string(),
        columns: z.array(z.string()),
        rows: z.array(z.array(z.unknown())),
        /** Indexes of rows that came since the seed, and of those that were altered; and rows that are gone. */
        added: z.array(z.number()).default([]),
        changed: z.array(z.number()).default([]),
        removed: z.array(z.array(z.unknown())).default([]),
      }),
    ),
    channels: z.array(
      z.object({ title: z.string(), messages: z.array(z.object({ at: Instant, from: z.string(), text: z.string() })) }),
    ),
  })
  .meta({ id: 'SimulatorView' });
export type SimulatorView = z.infer<typeof SimulatorView>;

export const SimulatorRow = z
  .object({ id: z.string(), title: z.string(), requests: z.number().int() })
  .meta({ id: 'Simulator' });
export const SimulatorDetail = SimulatorRow.extend({
  view: SimulatorView,
  log: z.array(
    z.object({
      at: Instant,
      method: z.string(),
      path: z.string(),
      status: z.number(),
      key: z.string().nullable(),
      body: z.unknown(),
    }),
  ),
}).meta({ id: 'SimulatorDetail' });

export const simulatorRoutes = {
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/simulators',
    access: 'simulator:read',
    summary: 'Simulators',
    answer: Page(SimulatorRow),
  }),
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/simulators/:id',
    access: 'simulator:read',
    summary: 'What a simulator holds and was asked',
    answer: SimulatorDetail,
  }),
  reset: route({
    method: 'POST',
    path: '/workspaces/:ws/simulators/:id/reset',
    access: 'simulator:reset',
    summary: 'Back to its seed',
    answer: SimulatorDetail,
  }),
};
