import { z } from 'zod';
import { Empty, Id, Instant } from './page.js';
import { route } from './route.js';

export const answerModes = ['sync', 'async', 'dynamic'] as const;
export const deliveryCredentials = ['bearer', 'basic'] as const;

/** A subscription to an event, as its system has it. */
export const EventSubscription = z
  .object({
    id: z.string(),
    name: z.string(),
    /** Where it delivers to, if that is an address. */
    url: z.string().nullable(),
    /** Null where nobody waits for an answer. */
    mode: z.enum(answerModes).nullable(),
    credential: z.enum(deliveryCredentials).nullable(),
    filter: z.string().nullable(),
    /** How long an answer that comes later is waited for. */
    deadlineSeconds: z.number().nullable(),
    enabled: z.boolean(),
  })
  .meta({ id: 'EventSubscription' });
export type EventSubscription = z.infer<typeof EventSubscription>;

/** Flows that hear an event. */
const Hearer = z.object({ flowId: Id, flowName: z.string() });

/** Who is told of an event, there and here. */
export const SubscriptionState = z
  .object({
    /** The address of the connection, to which a subscription of ours delivers. */
    address: z.string(),
    /** The system waits for an answer to this event. */
    asks: z.boolean(),
    /** Of an event that waits for an answer the system allows one subscription. */
    onlyOne: z.boolean(),
    /** The one that delivers to this connection; null where there is none. */
    mine: EventSubscription.nullable(),
    /** Those that deliver elsewhere. */
    others: z.array(EventSubscription),
    /** Who subscribed here, and when; null for one that was made in the system itself. */
    made: z.object({ by: z.string(), at: Instant }).nullable(),
    /** The flow that is switched on and answers. */
    answers: Hearer.nullable(),
    /** The flows that are switched on and only listen. */
    listens: z.array(Hearer),
  })
  .meta({ id: 'SubscriptionState' });
export type SubscriptionState = z.infer<typeof SubscriptionState>;

export const SubscriptionWish = z
  .object({
    name: z.string().trim().min(1).max(200),
    mode: z.enum(answerModes).default('sync').describe('Counts where the system waits for an answer'),
    credential: z.enum(deliveryCredentials).default('bearer').describe('Made up here where the connection has none'),
    filter: z.string().trim().max(4_000).nullable().default(null).describe('In the language of the system'),
    deadlineSeconds: z.number().int().min(60).max(2_592_000).default(3_600).describe('For answers that come later'),
    enabled: z.boolean().default(true),
  })
  .meta({ id: 'SubscriptionWish' });
export type SubscriptionWish = z.infer<typeof SubscriptionWish>;

/** What a question of a system was answered. */
export const GivenAnswer = z
  .object({
    mode: z.enum(answerModes),
    state: z.enum(['waiting', 'decided', 'answered', 'failed']),
    by: z.enum(['flow', 'fallback']).nullable(),
    output: z.unknown(),
    /** Why it is the fallback. */
    reason: z.string().nullable(),
    /** Why it could not be brought. */
    problem: z.string().nullable(),
    askedAt: Instant,
    until: Instant,
    answeredAt: Instant.nullable(),
  })
  .meta({ id: 'GivenAnswer' });
export type GivenAnswer = z.infer<typeof GivenAnswer>;

/** One delivery of an event, as its system tells of it, with what came of it here. */
export const EventInvocation = z
  .object({
    id: z.string(),
    startedAt: Instant,
    completedAt: Instant.nullable(),
    /** The system's own words where it failed. */
    error: z.string().nullable(),
    runs: z.array(z.object({ runId: Id, flowId: Id, flowName: z.string() })),
    answer: GivenAnswer.nullable(),
  })
  .meta({ id: 'EventInvocation' });
export type EventInvocation = z.infer<typeof EventInvocation>;

const subscription = '/workspaces/:ws/connections/:id/subscriptions/:event';

export const subscriptionRoutes = {
  get: route({
    method: 'GET',
    path: subscription,
    access: 'connection:use',
    summary: 'Who is told of an event of a connection: subscriptions at its system, and flows here',
    answer: SubscriptionState,
  }),
  save: route({
    method: 'PUT',
    path: subscription,
    access: 'flow:publish',
    summary: 'Subscribe to an event at its system, or change that subscription',
    body: SubscriptionWish,
    answer: SubscriptionState,
  }),
  remove: route({
    method: 'DELETE',
    path: subscription,
    access: 'flow:publish',
    summary: 'End the subscription of this connection to an event, at its system',
    status: 204,
    answer: Empty,
  }),
  tryFilter: route({
    method: 'POST',
    path: `${subscription}/filter-trials`,
    access: 'connection:use',
    summary: 'Have the system try a filter on a payload',
    body: z.object({ filter: z.string().trim().min(1).max(4_000), payload: z.json() }),
    answer: z.object({ problem: z.string().nullable(), passes: z.boolean() }),
  }),
  test: route({
    method: 'POST',
    path: `${subscription}/tests`,
    access: 'flow:run',
    summary: 'Have the system deliver a test event: a real run of the flows that hear it',
    status: 202,
    body: z.object({ payload: z.json().optional() }).default({}),
    answer: z.object({ invocations: z.array(z.string()) }),
  }),
  invocations: route({
    method: 'GET',
    path: `${subscription}/invocations`,
    access: 'connection:use',
    summary: 'The last deliveries of an event as its system tells of them, with the runs that they made',
    answer: z.object({ items: z.array(EventInvocation) }),
  }),
  answerOfRun: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/:id/given-answer',
    access: 'run:read',
    summary: 'What the system that a run answers was told; null where it answers none',
    answer: z.object({ answer: GivenAnswer.nullable(), system: z.string().nullable() }),
  }),
};
