import { z } from 'zod';
import { pollSeconds } from '../limits.js';
import {
  celSchema,
  jsonataSchema,
  jsonSchemaSchema,
  labelSchema,
  valueSchema,
  variableReferenceSchema,
} from './values.js';

/** Whether a delivery makes a run; it sees `trigger` and `vars`. */
export const intakeFilterSchema = z.union([jsonataSchema, celSchema, variableReferenceSchema]);
/** A key read from a delivery: a JSON pointer into `trigger` (such as `/body/id`), or an expression. */
export const intakeKeySchema = z.union([z.string(), jsonataSchema, celSchema, variableReferenceSchema]);
/** Deliveries with one key within the window are one run. */
export const dedupeSchema = z.strictObject({ key: intakeKeySchema, windowSeconds: z.number().positive() });

export type IntakeKey = z.infer<typeof intakeKeySchema>;

const onEveryKind = {
  title: labelSchema.optional(),
  /** An example of `trigger` for previews, tests and "Send sample"; a run never reads it. */
  sample: valueSchema.optional(),
};

export const webhookMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** A network address, or a range of them. */
const sourceSchema = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'This is no network address. Write 203.0.113.7, or a range such as 203.0.113.0/24.',
});

/** Where a browser's page comes from, or `*` for any. */
const originSchema = z
  .string()
  .regex(/^(\*|https?:\/\/[^/\s?#]+)$/, 'This is no origin. Write https://app.example.com, or * for all.');

/** How many verified deliveries are taken in some seconds; the others wait their turn, or are answered 429. */
export const deliveryLimitSchema = z.strictObject({
  deliveries: z.number().int().min(1).max(1_000_000),
  seconds: z.number().int().min(1).max(86_400),
  /** Default queue. */
  over: z.enum(['queue', 'refuse']).optional(),
});
export type DeliveryLimit = z.infer<typeof deliveryLimitSchema>;

/** How long a caller may be kept waiting for an answer, in seconds. */
export const answerSeconds = { least: 1, most: 120, usual: 30 };

/** An address of its own. */
export const webhookTriggerSchema = z.strictObject({
  kind: z.literal('webhook'),
  ...onEveryKind,
  /** Default: POST. */
  methods: z.array(z.enum(webhookMethods)).min(1).optional(),
  /** When the caller is answered: at once (default), by a respond step, or at the run's end. */
  respond: z.enum(['now', 'step', 'end']).optional(),
  /** How long the caller waits for it; then it is told the run's id and how the run stands. Default 30. */
  answerSeconds: z.number().int().min(answerSeconds.least).max(answerSeconds.most).optional(),
  signature: z.strictObject({ scheme: z.string(), connection: z.string() }).optional(),
  /** From where deliveries may come, beside being signed; left out: from anywhere. */
  allowFrom: z.array(sourceSchema).min(1).optional(),
  /** Pages of which origins may call it from a browser; left out: none. */
  cors: z.array(originSchema).min(1).optional(),
  limit: deliveryLimitSchema.optional(),
  filter: intakeFilterSchema.optional(),
  dedupe: dedupeSchema.optional(),
});

/** An event of a connection, which listens at one address for all flows, or which is read from the system. */
export const connectorTriggerSchema = z.strictObject({
  kind: z.literal('connector'),
  ...onEveryKind,
  connection: z.string(),
  event: z.string(),
  /** How often an event that is read is asked for. Default: as the connector says. */
  everySeconds: z.number().int().min(pollSeconds.least).max(pollSeconds.most).optional(),
  filter: intakeFilterSchema.optional(),
  dedupe: dedupeSchema.optional(),
  /** Whether this flow gives the answer that the vendor waits for; others listen. */
  answers: z.boolean().optional(),
  /** What the vendor is answered when this flow gives no valid answer in time. Default: as the connector says. */
  fallback: z.json().optional(),
});

const among = (least: number, most: number) => z.array(z.number().int().min(least).max(most)).min(1);

/** Fires at each combination of the lists; a list left out is every value, but minutes are 0. */
export const calendarSchema = z.strictObject({
  months: among(1, 12).optional(),
  daysOfMonth: among(1, 31).optional(),
  /** 0 is Sunday. */
  daysOfWeek: among(0, 6).optional(),
  hours: among(0, 23).optional(),
  minutes: among(0, 59).optional(),
});

/** A clock: one of `cron`, `every` (seconds) and `calendar`. */
export const scheduleTriggerSchema = z.strictObject({
  kind: z.literal('schedule'),
  ...onEveryKind,
  cron: z.string().optional(),
  every: z.number().int().min(1).optional(),
  calendar: calendarSchema.optional(),
  /** An IANA zone such as Europe/Berlin. Default UTC. */
  zone: z.string().optional(),
  jitterSeconds: z.number().min(0).optional(),
  /** What happens to a fire while a run of this trigger is unfinished. Default skip. */
  overlap: z.enum(['skip', 'one', 'all']).optional(),
  /** How old a missed fire may be to be made good. */
  catchupSeconds: z.number().min(0).optional(),
});

/** The name that an agent calls a tool by; unique among the flows of a workspace that are switched on. */
export const toolNamePattern = /^[a-z][a-z0-9_]{0,63}$/;
/** Tools that the server itself offers to agents. */
export const ownTools = ['read_run'] as const;

/** How a flow is offered to agents: as a tool of the MCP server, whose arguments are the trigger's form. */
export const agentToolSchema = z.strictObject({
  tool: z.string().regex(toolNamePattern, 'A name has small letters, digits and _, and begins with a letter.'),
  /** When an agent should call it, and what comes of it: all that the agent knows of the flow. */
  description: z.string().trim().min(1, 'Say when an agent should call it.').max(2_000),
});
export type AgentTool = z.infer<typeof agentToolSchema>;

/** A person starts it by a form that is drawn from `input`. */
export const manualTriggerSchema = z.strictObject({
  kind: z.literal('manual'),
  ...onEveryKind,
  input: jsonSchemaSchema.optional(),
  /** Left out: agents cannot start it. */
  agents: agentToolSchema.optional(),
});

/** A subflow step of another flow starts it. */
export const callTriggerSchema = z.strictObject({
  kind: z.literal('call'),
  ...onEveryKind,
  input: jsonSchemaSchema.optional(),
  output: jsonSchemaSchema.optional(),
});

export type WebhookTrigger = z.infer<typeof webhookTriggerSchema>;
export type ConnectorTrigger = z.infer<typeof connectorTriggerSchema>;
export type ScheduleTrigger = z.infer<typeof scheduleTriggerSchema>;
export type ManualTrigger = z.infer<typeof manualTriggerSchema>;
export type CallTrigger = z.infer<typeof callTriggerSchema>;

/** The schema of each kind of trigger. */
export const triggerSchemas = {
  webhook: webhookTriggerSchema,
  connector: connectorTriggerSchema,
  schedule: scheduleTriggerSchema,
  manual: manualTriggerSchema,
  call: callTriggerSchema,
};

/** What starts a run. */
export const triggerSchema = z.discriminatedUnion('kind', [
  webhookTriggerSchema,
  connectorTriggerSchema,
  scheduleTriggerSchema,
  manualTriggerSchema,
  callTriggerSchema,
]);
export type Trigger = z.infer<typeof triggerSchema>;
export type TriggerKind = Trigger['kind'];
export const triggerKinds = Object.keys(triggerSchemas) as TriggerKind[];
