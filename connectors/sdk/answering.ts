import type { ConnectionFields } from './auth.js';
import type { InboundRequest, JsonObject, JsonValue } from './types.js';

/** A call of one of the connector's own operations. */
export interface OwnCall {
  operation: string;
  input: JsonObject;
}

/**
 * When a vendor that waits for an answer gets it: with the response to its delivery (sync), later at an address that the
 * delivery names (async), or whichever of both comes first (dynamic).
 */
export type AnswerMode = 'sync' | 'async' | 'dynamic';
export const answerModes = ['sync', 'async', 'dynamic'] as const satisfies AnswerMode[];

/** What a delivery says of the answer that its sender waits for. */
export interface AwaitedAnswer {
  /** The vendor's id of the question. */
  id: string;
  /** Key in the connector's `triggers`. */
  trigger: string;
  mode: AnswerMode;
  /** What brings an answer later; null where none is taken later. */
  later: LaterAnswer | null;
}

/** Where an answer is brought later. `secret` is kept sealed and is never shown. */
export interface LaterAnswer {
  url: string;
  secret: string;
}

/** How a vendor waits for the answers to its events. All of it is pure. */
export interface Answering {
  /** A response has to be there after so many seconds. */
  withinSeconds: number;
  /** A later answer is taken for so many seconds, unless its subscription says otherwise. */
  laterSeconds: number;
  /** What the delivery waits for; null where it only tells. */
  awaited(delivery: InboundRequest): AwaitedAnswer | null;
  /** Brings an answer later. */
  bring(question: { id: string; later: LaterAnswer }, output: JsonValue): OwnCall;
  /** Asks what became of a question whose answer may have arrived already, and reads it. */
  lookup(question: { id: string; trigger: string }): OwnCall;
  wasTaken(question: { id: string }, found: JsonValue): boolean;
}

/** What an answer is when no flow gives a valid one, and how an answer is proved before it is given. */
export interface AnswerRules {
  /** A valid answer that does no harm; a flow may choose another one. */
  fallback: JsonValue;
  /** What the fallback comes to, in a few words. */
  fallbackMeans: string;
  /** Reads whoever the answer names; null where there is nothing to look for. A 404 means that there is nobody. */
  named?(answer: JsonValue): (OwnCall & { who: string }) | null;
}

/** A subscription as the vendor has it. */
export interface EventSubscription {
  id: string;
  name: string;
  /** Key in the connector's `triggers`; null for an event that the connector does not know. */
  trigger: string | null;
  /** Where it delivers to, if that is an address. */
  url: string | null;
  /** Null where nobody waits for an answer. */
  mode: AnswerMode | null;
  credential: DeliveryCredential | null;
  filter: string | null;
  /** How long a later answer is waited for. */
  deadlineSeconds: number | null;
  enabled: boolean;
}

/** By what deliveries of a subscription prove where they come from. */
export type DeliveryCredential = 'bearer' | 'basic';

/** A subscription as a person wants it. */
export interface SubscriptionWish {
  trigger: string;
  name: string;
  url: string;
  mode: AnswerMode | null;
  credential: DeliveryCredential;
  filter: string | null;
  deadlineSeconds: number;
  enabled: boolean;
}

/** What the vendor tells of one delivery. */
export interface EventInvocation {
  id: string;
  /** ISO 8601. */
  startedAt: string;
  completedAt: string | null;
  /** The vendor's own words where it failed. */
  error: string | null;
  output: JsonValue;
}

/** How events are subscribed to by the vendor's API, with operations of the connector. All of it is pure. */
export interface EventSubscriptions {
  /** The vendor's page on this. */
  docs: string;
  /** Of one event that waits for an answer the vendor allows one subscription only. */
  oneAnswer: boolean;
  /** The connection's fields that hold each credential; those that are empty are made up before the first subscription. */
  credentials: Record<DeliveryCredential, { secret: string; username?: string }>;
  list(): OwnCall;
  read(output: JsonValue): EventSubscription[];
  create(wish: SubscriptionWish): OwnCall;
  /** The id of what was made. */
  idOf(output: JsonValue): string;
  update(id: string, wish: SubscriptionWish): OwnCall;
  remove(id: string): OwnCall;
  /** Has the vendor try a filter on a payload. */
  tryFilter(filter: string, payload: JsonValue): OwnCall;
  /** Why the vendor does not take the filter, or that it lets this payload through or not. */
  readTrial(output: JsonValue): { problem: string | null; passes: boolean };
  test(subscription: { id: string; trigger: string }, payload: JsonValue): OwnCall;
  /** The ids of the invocations that a test has started. */
  readTest(output: JsonValue): string[];
  invocations(subscription: { id: string; trigger: string }): OwnCall;
  readInvocations(output: JsonValue): EventInvocation[];
}

/** Refuses what cannot be taken although its sender is known, such as a body that is no event, or an answer's address elsewhere. */
export type MalformedReason = (delivery: InboundRequest, fields: ConnectionFields) => string | null;
