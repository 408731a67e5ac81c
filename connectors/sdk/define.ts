import type { z } from 'zod';
import type { Answering, AnswerRules, EventSubscriptions, MalformedReason } from './answering.js';
import type { ApprovalChat } from './approvals.js';
import type { Auth, ConnectionFields } from './auth.js';
import type { DirectorySource } from './directory.js';
import type { Paging } from './paging.js';
import type { Poll } from './poll.js';
import type { SignatureScheme } from './signatures/index.js';
import type { Sweep } from './sweep.js';
import type {
  Challenge,
  Change,
  Effect,
  Host,
  HttpRequest,
  HttpResponse,
  Idempotency,
  InboundRequest,
  InputProblem,
  JsonPointer,
  JsonValue,
  Judge,
  RequestContext,
} from './types.js';

/** How to take back what an operation did. */
export interface Undo {
  operation: string;
  input: JsonValue;
}

/** How a call is repeated: the first pause, multiplied by `factor` each time, up to `maxSeconds`. */
export interface RetryPolicy {
  /** All together, at most 100. */
  attempts: number;
  firstSeconds: number;
  factor: number;
  maxSeconds: number;
}

/** Which fields of a listed item are the value and the label of a choice. */
export interface ChoiceFields {
  value: string;
  label: string;
}

interface OperationBase<I, O> {
  title: string;
  /** The vendor's page on this call. */
  docs: string;
  /** One sentence for the catalogue. */
  summary: string;
  /** Fields whose choices another read operation lists, by pointer. Fields of the same name are handed on to it. */
  options?: Record<JsonPointer, string>;
  /** On a list operation (output `{ items }`): what a field that offers its items shows and stores. */
  choice?: ChoiceFields;
  /** Rules across fields, which a JSON Schema cannot say. */
  check?(input: I): InputProblem[];
  /** A true example: shown in the form, put in place of a write in plan mode, held against the schemas by the contract suite. `before` goes with `undo`. */
  sample: { input: JsonValue; output: JsonValue; before?: JsonValue };
  /** The call as data. */
  request?(input: I, context: RequestContext): HttpRequest;
  /** Who judges this request. Default: the connector's `judgedBy`. */
  judgedBy?: Judge;
  /** From the vendor's answer to the output. Default: the body. */
  response?(response: HttpResponse, input: I): unknown;
  /** Reads all pages of `request` into the output `{ items }`; stops early at the input's `limit` if it has one. */
  paginate?: Paging;
  /** From a listed item to an item of the output. Default: as it is. */
  each?(item: JsonValue): unknown;
  /** The way out for what one request cannot do. */
  run?(input: I, host: Host): Promise<O>;
  /** How it is repeated unless a step says otherwise: for what looks until something has come about. */
  retry?: RetryPolicy;
  /** Of a read with `retry`: what it looks for is brought about by no flow, so that a plan looks as well, once. */
  awaitsOthers?: true;
  /** Ids that it had in earlier releases: flows that name it by one of them go on. */
  formerly?: string[];
}

interface ReadPart {
  effect: 'read';
}

interface WritePart<I, O> {
  effect: 'write' | 'destructive';
  idempotency: Idempotency;
  /** Pure: what this call would change. */
  changes(input: I): Change[];
  /** The state before, by reading: for the plan, the evidence and undo. What takes something away has one, or `withoutBefore`. */
  before?(input: I, host: Host): Promise<JsonValue>;
  /** Fields of the state before that change by the passing of time alone: no change of the state. */
  passing?: readonly string[];
  /** Why the state before cannot be read. */
  withoutBefore?: string;
  /** With idempotency `lookup`: the output if an earlier attempt of this effect (same key) happened, else null. */
  lookup?(input: I, host: Host): Promise<O | null>;
  /** The call that takes this one back, or null where nothing was changed. */
  undo?(input: I, output: O, before: JsonValue): Undo | null;
}

/** What a connector's author writes. */
export type OperationDefinition<I extends z.ZodObject, O extends z.ZodType> = {
  input: I;
  output: O;
} & OperationBase<z.output<I>, z.output<O>> &
  (ReadPart | WritePart<z.output<I>, z.output<O>>);

/** What the server meets: the same with its types erased. Inputs are those that `input` has parsed. */
export interface Operation extends OperationBase<never, unknown> {
  input: z.ZodObject;
  output: z.ZodType;
  effect: Effect;
  /** Reads are natural. */
  idempotency: Idempotency;
  changes?(input: never): Change[];
  before?(input: never, host: Host): Promise<JsonValue>;
  passing?: readonly string[];
  withoutBefore?: string;
  lookup?(input: never, host: Host): Promise<unknown>;
  undo?(input: never, output: never, before: JsonValue): Undo | null;
}

/** Declares an operation: one schema types the code, draws the form, checks the value and makes the docs page. */
export function operation<I extends z.ZodObject, O extends z.ZodType>(
  definition: OperationDefinition<I, O>,
): Operation {
  return { idempotency: 'natural', ...definition } as unknown as Operation;
}

/** One kind of event that a flow can start on. Its key in `triggers` is what a flow's trigger names as `event`. */
export interface Trigger {
  title: string;
  docs: string;
  summary: string;
  payload: z.ZodType;
  sample: JsonValue;
  /** What the vendor itself calls the event, where its API asks for that. */
  vendorId?: string;
  /** The vendor waits for an answer of this shape. */
  answers?: z.ZodType;
  /** What is answered when no flow does, and how an answer is proved; goes with `answers`. */
  answerRules?: AnswerRules;
  /** A true example of the answer; goes with `answers`. */
  answerSample?: JsonValue;
  /** The vendor does not deliver this event: it is read from it every so often. */
  poll?: Poll;
  /** The vendor delivers this event, and its list shows what was lost on the way. Not beside `poll`. */
  sweep?: Sweep;
}

export function trigger(definition: Trigger): Trigger {
  return definition;
}

/** One event out of a delivery. */
export interface DeliveredEvent {
  /** Key in the connector's `triggers`. */
  trigger: string;
  payload: JsonValue;
  /** Tells the events of one delivery apart; the same when the vendor delivers again. */
  key: string;
  /** Names the event for good, in every delivery, and alike where it is also read. Default: the delivery’s id and the key. */
  id?: string;
}

/** The one address at which all triggers of a connection listen. Everything here is pure. */
export interface ConnectionAddress {
  docs: string;
  /** Where the vendor wants the address and the secret entered. Markdown. */
  setup: string;
  signature: SignatureScheme;
  /** The vendor's own id of the delivery, or one made from what identifies it; null if nothing does. */
  deliveryId(delivery: InboundRequest): string | null;
  events(delivery: InboundRequest): DeliveredEvent[];
  malformed?: MalformedReason;
  /** The body as it may be stored and shown to flows: without what only its answer needs. Default: as it came. */
  kept?(delivery: InboundRequest): JsonValue;
  /** The vendor waits for answers to some of its events. */
  answering?: Answering;
  /** A question that is part of the set-up or of signing in, with its answer; null for a delivery. It has been verified. */
  challenge?(delivery: InboundRequest, known: { fields: ConnectionFields; now: Date }): Challenge | null;
  /** The text that the vendor must hear of a delivery that was taken, where our usual answer would be read as something else. */
  acknowledgement?(delivery: InboundRequest): string | null;
}

/** A mail server, and how it is spoken to. */
export interface MailServer {
  host: string;
  port: number;
  /** tls: from the first byte · starttls: the server must offer it · none: only where the network is trusted. */
  security: 'tls' | 'starttls' | 'none';
  login?: { user: string; password: string };
  /** The address from which e-mail comes unless it says another. */
  sender: string;
}

/** A Postgres database, and how it is spoken to. */
export interface DatabaseServer {
  host: string;
  port: number;
  database: string;
  /** verify: TLS with a certificate that is checked · none: only where the network is trusted. */
  security: 'verify' | 'none';
  login: { user: string; password: string };
}

/**
 * What the test of a connection learnt: whose its credentials are, or else what in a sentence; or why nothing can be
 * called that would prove them, and what does, in sentences.
 */
export type ConnectionProof = { account: string } | { said: string } | { untested: string };

/** Of a connection that calls nothing. */
export const receivesOnly: ConnectionProof = {
  untested: 'It only receives, so there is nothing to call. The page Arrivals shows whether deliveries are let in.',
};

export interface ConnectorDefinition {
  id: string;
  title: string;
  docs: string;
  /** Who judges the requests of its operations, unless an operation says otherwise. */
  judgedBy: Judge;
  /** The ways to sign in; none: it calls nobody and takes no connection. */
  auth: Auth[];
  /** A connection that fits and holds no real secret: for the contract suite, and for connections of kind simulator. Goes with `auth`. */
  sampleConnection?: { kind: string; fields: ConnectionFields };
  /** Where `path` requests go. Without it every request names a `url`. */
  baseUrl?: string | ((fields: ConnectionFields) => string);
  /** Other places, by the name that a request gives as `base`, for vendors whose APIs are made of the connection’s fields. */
  bases?: Record<string, (fields: ConnectionFields) => string>;
  /** Where e-mail goes, for connectors that speak SMTP. */
  mailServer?(fields: ConnectionFields): MailServer;
  /** Where statements go, for connectors that speak SQL. */
  databaseServer?(fields: ConnectionFields): DatabaseServer;
  /** Hosts, as `host` or `host:port`, that credentials may be sent to. Default: the host of `baseUrl`. */
  hosts?(fields: ConnectionFields): string[];
  /** Headers of every call, such as an Accept with a version. */
  headers?: Record<string, string>;
  /** Calls a second that the vendor allows one connection. */
  perSecond?: number;
  /** Calls of which the vendor allows fewer, beside `perSecond`: `/^PUT \/v1\/users/` over method and path. */
  slower?: { perSecond: number; calls: RegExp }[];
  /**
   * A cheap read that proves the credentials; rejects with the vendor's words. Where nothing can be called it says why,
   * and a connection without it is told as not tested, too.
   */
  test?(host: Host, fields: ConnectionFields): Promise<ConnectionProof>;
  /**
   * The usual status for an answer outside 2xx, where the vendor says something else by the one that it sends: 429 for
   * a 403 that asks for fewer calls, 503 for a 412 that asks to come again.
   */
  meaning?(response: HttpResponse): number;
  /** The vendor's own words and code out of an error's body. Default: the usual places. */
  errorMessage?(response: HttpResponse): string | undefined;
  operations: Record<string, Operation>;
  triggers?: Record<string, Trigger>;
  address?: ConnectionAddress;
  /** Its events are subscribed to by its API; they arrive at `address`. */
  subscriptions?: EventSubscriptions;
  /** Approvals may be asked for here; answers, where there are some, arrive at `address`. */
  approvals?: ApprovalChat;
  /** Its accounts and groups can be synced. */
  directory?: DirectorySource;
  /** Ids of `signatureSchemes` with which this vendor signs plain webhooks; their fields are the connection's. */
  schemes?: string[];
}

export interface Connector extends ConnectorDefinition {
  /** Where there is no auth, one that fits nothing. */
  sampleConnection: { kind: string; fields: ConnectionFields };
  triggers: Record<string, Trigger>;
  schemes: string[];
}

/** Declares a connector. Its operations' keys are their ids; `options` must name operations of the same connector. */
export function defineConnector(definition: ConnectorDefinition): Connector {
  const names = new Set(Object.keys(definition.operations));
  for (const [id, { formerly = [] }] of Object.entries(definition.operations)) {
    for (const name of formerly) {
      if (names.has(name)) throw new Error(`${definition.id}.${id}: “${name}” is or was the id of another operation.`);
      names.add(name);
    }
  }
  for (const [id, { options }] of Object.entries(definition.operations)) {
    for (const [pointer, source] of Object.entries(options ?? {})) {
      if (!definition.operations[source]?.choice) {
        throw new Error(
          `${definition.id}.${id}: options of ${pointer} name “${source}”, which is no operation with a choice.`,
        );
      }
    }
  }
  const { sampleConnection, triggers = {}, schemes = [] } = definition;
  if (definition.auth.length > 0 !== (sampleConnection !== undefined)) {
    throw new Error(`${definition.id}: a sample connection goes with the ways to sign in.`);
  }
  return { ...definition, sampleConnection: sampleConnection ?? { kind: 'none', fields: {} }, triggers, schemes };
}
