import { z } from 'zod';
import type { AnswerRules } from './answering.js';
import type { ApprovalChat } from './approvals.js';
import type { Connector, Operation, RetryPolicy, Trigger } from './define.js';
import { secretNames } from './fields.js';
import { type Freshness, signatureSchemes } from './signatures/index.js';
import type { Sweep } from './sweep.js';
import type { Change, Effect, Idempotency, JsonObject, JsonValue, Judge, TextTarget } from './types.js';

export type JsonSchema = JsonObject;

export interface OperationEntry {
  id: string;
  title: string;
  docs: string;
  summary: string;
  effect: Effect;
  idempotency: Idempotency;
  /** Who judges its request. */
  judgedBy: Judge;
  input: JsonSchema;
  output: JsonSchema;
  /** Pointer of a field → the operation that lists its choices. */
  options: Record<string, string>;
  /** Pointer of a text field (`*` for list items) → where its text ends up. Fields not named are plain. */
  text: Record<string, TextTarget>;
  /** What its sample would change; nothing for a read. */
  changes: Change[];
  /** The state before is read, for plan, evidence and undo. */
  readsBefore: boolean;
  /** Why it is not, where something is taken away. */
  withoutBefore?: string;
  /** The operation that takes it back. */
  undo?: string;
  /** How it is repeated unless a step says otherwise. Without it the server's usual policy. */
  retry?: RetryPolicy;
  /** Ids that it had in earlier releases. */
  formerly?: string[];
  sample: { input: JsonValue; output: JsonValue };
}

export interface TriggerEntry {
  id: string;
  title: string;
  docs: string;
  summary: string;
  payload: JsonSchema;
  sample: JsonValue;
  /** What the vendor itself calls the event. */
  vendorId?: string;
  /** The vendor waits for an answer of this shape. */
  answers?: JsonSchema;
  answerSample?: JsonValue;
  /** What is answered when no flow gives a valid answer in time, and what that comes to. */
  fallback?: { answer: JsonValue; means: string };
  /** It is subscribed to by the vendor's API. */
  subscribable?: true;
  /** It is read from the system, so often unless a flow says otherwise. */
  poll?: { everySeconds: number; delivered?: true };
  /** It is delivered, and the system is asked so often for what no delivery told within the grace period. */
  sweep?: { everySeconds: number; graceSeconds: number; caution?: string };
  /** Where the vendor wants the connection's address entered. Markdown. */
  setup?: string;
}

export interface AuthEntry {
  kind: string;
  title: string;
  /** JSON Schema; a secret property says `secret: true`. */
  fields: JsonSchema;
  /** The names of the secret fields. */
  secrets: string[];
  /** A person has to agree at the vendor's page before it works. */
  consent?: boolean;
}

/** A connector in the catalogue. */
export interface ConnectorEntry {
  id: string;
  title: string;
  docs: string;
  auth: AuthEntry[];
  operations: OperationEntry[];
  triggers: TriggerEntry[];
  /** Approvals may be asked for there; names the operation that lists its channels, where it has some. */
  approvals?: { channels?: string };
  /** Ways in which this vendor signs plain webhooks, for a webhook trigger's `signature.scheme`. */
  schemes: {
    id: string;
    title: string;
    setup: string;
    /** Where a caller gives the secret itself; of schemes that sign, nowhere. */
    secretIn: { headers: string[]; query: string[] };
    freshness: Freshness;
  }[];
}

/** A connector as data. */
export function describeConnector(connector: Connector): ConnectorEntry {
  return {
    id: connector.id,
    title: connector.title,
    docs: connector.docs,
    auth: connector.auth.map(({ kind, title, fields, token }) => ({
      kind,
      title,
      fields: toSchema(fields, 'input'),
      secrets: secretNames(fields),
      ...(token?.consent ? { consent: true } : {}),
    })),
    operations: Object.entries(connector.operations).map(([id, operation]) =>
      describeOperation(id, operation, connector.judgedBy),
    ),
    triggers: Object.entries(connector.triggers).map(([id, trigger]) => describeTrigger(id, trigger, connector)),
    ...(connector.approvals ? { approvals: channelsOf(connector.approvals) } : {}),
    schemes: connector.schemes.map((id) => {
      const { title, help, carries, freshness = 'none' } = signatureSchemes[id]!;
      const secretIn = { headers: carries.headers ?? [], query: carries.query ?? [] };
      return { id, title, setup: help, secretIn, freshness };
    }),
  };
}

const channelsOf = ({ channels }: ApprovalChat) => (channels === undefined ? {} : { channels });

function describeOperation(id: string, operation: Operation, judge: Judge): OperationEntry {
  const { title, docs, summary, effect, idempotency, judgedBy = judge, sample, before, withoutBefore } = operation;
  const input = toSchema(operation.input, 'input');
  const undo = operation.undo?.(sample.input as never, sample.output as never, sample.before ?? null)?.operation;
  return {
    ...{ id, title, docs, summary, effect, idempotency, judgedBy },
    input,
    output: toSchema(operation.output, 'output'),
    options: { ...operation.options },
    text: textTargets(input),
    changes: operation.changes?.(operation.input.parse(sample.input) as never) ?? [],
    readsBefore: before !== undefined,
    ...(withoutBefore ? { withoutBefore } : {}),
    ...(undo ? { undo } : {}),
    ...(operation.retry ? { retry: operation.retry } : {}),
    ...(operation.formerly ? { formerly: operation.formerly } : {}),
    sample: { input: sample.input, output: sample.output },
  };
}

function describeTrigger(id: string, trigger: Trigger, { address, subscriptions }: Connector): TriggerEntry {
  const { title, docs, summary, sample, poll, sweep, vendorId, answers, answerSample, answerRules } = trigger;
  return {
    ...{ id, title, docs, summary, sample },
    payload: toSchema(trigger.payload, 'output'),
    ...(vendorId ? { vendorId } : {}),
    ...(answers ? { answers: toSchema(answers, 'input') } : {}),
    ...(answerSample === undefined ? {} : { answerSample }),
    ...(answerRules ? { fallback: fallbackOf(answerRules) } : {}),
    ...(subscriptions ? { subscribable: true } : {}),
    ...(poll ? { poll: { everySeconds: poll.everySeconds, ...(poll.delivered ? { delivered: true } : {}) } } : {}),
    ...(sweep ? { sweep: describeSweep(sweep) } : {}),
    ...(address && (!poll || poll.delivered) ? { setup: address.setup } : {}),
  };
}

const describeSweep = ({ everySeconds, graceSeconds, caution }: Sweep): TriggerEntry['sweep'] => ({
  ...{ everySeconds, graceSeconds },
  ...(caution === undefined ? {} : { caution }),
});

const fallbackOf = ({ fallback, fallbackMeans }: AnswerRules) => ({ answer: fallback, means: fallbackMeans });

function toSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, { io, target: 'draft-2020-12' }) as JsonSchema;
}

/** The `text` marks of a schema by the pointer of their field. */
function textTargets(schema: JsonSchema, pointer = ''): Record<string, TextTarget> {
  const own = typeof schema.text === 'string' ? { [pointer]: schema.text as TextTarget } : {};
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const inProperties = properties.map(([name, child]) =>
    textTargets(child, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
  const inItems = isSchema(schema.items) ? textTargets(schema.items, `${pointer}/*`) : {};
  const inValues = isSchema(schema.additionalProperties)
    ? textTargets(schema.additionalProperties, `${pointer}/*`)
    : {};
  const branches = (schema.anyOf ?? schema.oneOf ?? []) as JsonSchema[];
  return Object.assign(
    {},
    own,
    ...inProperties,
    inItems,
    inValues,
    ...branches.map((branch) => textTargets(branch, pointer)),
  );
}

function isSchema(value: JsonValue | undefined): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
