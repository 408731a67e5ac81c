import { z } from 'zod';
import { Empty, Id, Instant, Page, PageQuery } from './page.js';
import { route } from './route.js';

/** Told, and no more than a 2xx is waited for. */
const kind = z.literal('FIRE_AND_FORGET');

/** What Castellan tells other systems of, with what it says and what it wants to hear. */
export const EmittedEventType = z
  .object({
    /** Such as `run.failed`. */
    type: z.string(),
    title: z.string(),
    description: z.string(),
    kind,
    /** JSON Schema of the whole body that is sent. */
    schema: z.record(z.string(), z.unknown()),
    /** A body as it is sent. */
    sample: z.record(z.string(), z.unknown()),
    /** What the receiver answers: a status and nothing else. */
    output: z.object({
      schema: z.record(z.string(), z.unknown()),
      sample: z.record(z.string(), z.unknown()),
    }),
  })
  .meta({ id: 'EmittedEventType' });
export type EmittedEventType = z.infer<typeof EmittedEventType>;

export const EmittedEventSubscription = z
  .object({
    id: Id,
    name: z.string(),
    /** Of which event: one of `event-types`. */
    event: z.string(),
    kind,
    url: z.string(),
    /** CEL over `event`; null: all of them. */
    filter: z.string().nullable(),
    /** off: by a person; nothing is kept for it. stopped: it failed for long; what it misses is kept. */
    state: z.enum(['on', 'off', 'stopped']),
    /** Why it was stopped. */
    reason: z.string().nullable(),
    stoppedAt: Instant.nullable(),
    /** Since when no attempt has succeeded; null while they do. */
    failingSince: Instant.nullable(),
    lastSentAt: Instant.nullable(),
    /** Until then the secret before signs as well; null where it does not. */
    previousSecretUntil: Instant.nullable(),
    /** Events that are still to be sent. */
    waiting: z.number().int(),
    /** Events that were given up, since the log goes back. */
    failed: z.number().int(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'EmittedEventSubscription' });
export type EmittedEventSubscription = z.infer<typeof EmittedEventSubscription>;

/** One attempt at an address. */
export const EventAttempt = z.object({
  at: Instant,
  milliseconds: z.number().int(),
  /** Null where no answer came. */
  status: z.number().int().nullable(),
  /** The beginning of what the receiver answered. */
  said: z.string().nullable(),
  /** Why it does not count as received. */
  problem: z.string().nullable(),
});
export type EventAttempt = z.infer<typeof EventAttempt>;

export const eventSendingStates = ['waiting', 'sent', 'failed', 'filtered', 'skipped'] as const;

/** An event for a subscription, and what became of it. */
export const EventSending = z
  .object({
    id: Id,
    /** The event's own id: the same in every attempt and for every subscription. */
    eventId: Id,
    state: z.enum(eventSendingStates),
    /** Sent by hand as a trial: nothing had happened. */
    test: z.boolean(),
    at: Instant,
    /** When it is tried next, while it waits. */
    dueAt: Instant.nullable(),
    attempts: z.array(EventAttempt),
    /** The body as it is sent. */
    body: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'EventSending' });
export type EventSending = z.infer<typeof EventSending>;

export const EventSendingQuery = PageQuery.extend({
  state: z.enum(eventSendingStates).optional(),
  /** Text in the event, its id, or what the receiver said. */
  q: z.string().max(200).optional(),
});

const name = z.string().trim().min(1).max(120);
const url = z.url({ protocol: /^https?$/, error: 'Give an address that begins with https:// or http://.' }).max(2_000);
const filter = z.string().trim().min(1).max(8_192).nullable();

const Secret = z.object({
  /** Begins with whsec_. It is shown this once. */
  secret: z.string(),
  subscription: EmittedEventSubscription,
});

const all = '/workspaces/:ws/event-subscriptions';
const one = `${all}/:id` as const;

export const eventSubscriptionRoutes = {
  types: route({
    method: 'GET',
    path: '/workspaces/:ws/event-types',
    access: 'connection:read',
    summary: 'Events that can be subscribed to, with the schema and a sample of what is sent and of what is answered',
    answer: Page(EmittedEventType),
  }),
  list: route({
    method: 'GET',
    path: all,
    access: 'connection:read',
    summary: 'Subscriptions to events',
    query: PageQuery,
    answer: Page(EmittedEventSubscription),
  }),
  create: route({
    method: 'POST',
    path: all,
    access: 'connection:write',
    summary: 'Subscribe an address to an event; answers the secret that signs what is sent',
    status: 201,
    body: z.object({ name, event: z.string().max(100), url, filter: filter.default(null) }),
    answer: Secret,
  }),
  get: route({
    method: 'GET',
    path: one,
    access: 'connection:read',
    summary: 'One subscription',
    answer: EmittedEventSubscription,
  }),
  save: route({
    method: 'PUT',
    path: one,
    access: 'connection:write',
    summary: 'Change the name, address or filter of a subscription',
    body: z.object({ name: name.optional(), url: url.optional(), filter: filter.optional() }),
    answer: EmittedEventSubscription,
  }),
  remove: route({
    method: 'DELETE',
    path: one,
    access: 'connection:write',
    summary: 'Remove a subscription; what waits is not sent',
    status: 204,
    answer: Empty,
  }),
  switchOff: route({
    method: 'POST',
    path: `${one}/disable`,
    access: 'connection:write',
    summary: 'Send nothing and keep nothing for it, until it is switched on',
    answer: EmittedEventSubscription,
  }),
  switchOn: route({
    method: 'POST',
    path: `${one}/enable`,
    access: 'connection:write',
    summary: 'Send again; what it missed while it was stopped is sent or skipped',
    body: z.object({ missed: z.enum(['send', 'skip']).default('send') }),
    answer: EmittedEventSubscription,
  }),
  rotate: route({
    method: 'POST',
    path: `${one}/rotate-secret`,
    access: 'connection:write',
    summary: 'Make a new secret; for 24 hours the one before signs as well',
    answer: Secret,
  }),
  test: route({
    method: 'POST',
    path: `${one}/test`,
    access: 'connection:use',
    summary: 'Send the sample, or the given data, to the address now',
    body: z.object({ data: z.record(z.string(), z.unknown()).optional() }),
    answer: EventSending,
  }),
  tryFilter: route({
    method: 'POST',
    path: '/workspaces/:ws/event-filter-trials',
    access: 'connection:use',
    summary: 'Whether a filter would let the sample through, and which of the last events',
    body: z.object({ event: z.string().max(100), filter: z.string().max(8_192) }),
    answer: z.object({
      items: z.array(
        z.object({
          /** Null for the sample. */
          eventId: Id.nullable(),
          at: Instant.nullable(),
          /** Null where it cannot be evaluated; `error` says why. */
          passes: z.boolean().nullable(),
          error: z.string().nullable(),
        }),
      ),
    }),
  }),
  sendings: route({
    method: 'GET',
    path: `${one}/deliveries`,
    access: 'run:read',
    summary: 'What was sent, newest first, with every attempt',
    query: EventSendingQuery,
    answer: Page(EventSending),
  }),
  resend: route({
    method: 'POST',
    path: '/workspaces/:ws/event-deliveries/:id/redeliver',
    access: 'run:operate',
    summary: 'Send an event again, under the same id',
    answer: EventSending,
  }),
  resendFailed: route({
    method: 'POST',
    path: `${one}/redeliver-failed`,
    access: 'run:operate',
    summary: 'Send again whatever was given up',
    answer: z.object({ count: z.number().int() }),
  }),
};
