import { policyContextSchema } from '@castellan/flow';
import { z } from 'zod';
import { Id, Instant, Page } from './page.js';
import { route } from './route.js';

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
        formerly: z.array(z.string()).optional(),
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
        /** It is delivered, and the system is asked so often for what no delivery told within the grace period. */
        sweep: z
          .object({ everySeconds: z.number(), graceSeconds: z.number(), caution: z.string().optional() })
          .optional(),
        setup: z.string().optional(),
      }),
    ),
    /** Approvals may be asked for there; names the operation that lists its channels. */
    approvals: z.object({ channels: z.string().optional() }).optional(),
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
    /** The rules that flows are published under; left out where all are off. */
    policy: policyContextSchema.optional(),
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
