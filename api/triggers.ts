import { z } from 'zod';
import { Id, Instant, Page, PageQuery } from './page.js';
import { TriggerPoll } from './polls.js';
import { route } from './route.js';
import { LostEventSweep } from './sweeps.js';

export const deliveryStatuses = [
  'accepted',
  'refused',
  'filtered',
  'unmatched',
  'duplicate',
  /** The limit of its trigger has it wait; its run is made in its turn. */
  'queued',
  /** Fires of schedules: a run was not done yet, or it is waited for, or the server was away for too long. */
  'skipped',
  'waiting',
  'missed',
] as const;

export const Delivery = z
  .object({
    id: Id,
    receivedAt: Instant,
    method: z.string(),
    address: z.string(),
    status: z.enum(deliveryStatuses),
    reason: z.string().nullable(),
    size: z.number().int(),
    headers: z.record(z.string(), z.string()),
    body: z.unknown(),
    runs: z.array(z.object({ runId: Id, flowId: Id, flowName: z.string() })),
    /** Steps of runs that waited for it and went on. */
    woke: z.array(z.object({ runId: Id, flowId: Id, flowName: z.string(), stepId: z.string() })),
    sample: z.boolean(),
    /** The network address that it came from. */
    source: z.string().nullable(),
    query: z.record(z.string(), z.string()),
    /** The sender's own id of it. */
    externalId: z.string().nullable(),
    /** The delivery that somebody had delivered again by this one. */
    againOf: Id.nullable(),
    /** The deliveries by which this one was delivered again. */
    again: z.array(Id),
    /** Nominal time of a schedule's fire. */
    scheduledAt: Instant.nullable(),
    /** Of an event that was read: the connection's name, and the event's title. */
    polled: z.object({ connection: z.string(), event: z.string() }).nullable(),
    /** No delivery told it: it was found by the sweep for lost events. */
    swept: z.boolean(),
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof Delivery>;

/** Which deliveries of the log; `q` is looked for in what is known of them and in their bodies. */
export const DeliveryFilter = z.object({
  flowId: Id.optional(),
  status: z.string().max(100).optional().describe('Several parted by commas'),
  q: z.string().max(200).optional(),
  from: Instant.optional(),
  to: Instant.optional(),
});
export type DeliveryFilter = z.infer<typeof DeliveryFilter>;

/** A time at which a schedule fired or should have fired. */
export const TriggerFire = z
  .object({
    scheduledAt: Instant,
    /** `due`: on its way; `late`: to be made good. */
    outcome: z.enum(['due', 'late', 'run', 'waiting', 'skipped', 'missed', 'unmatched']),
    reason: z.string().nullable(),
    deliveryId: Id.nullable(),
    /** The run that it made, or the one that was in its way. */
    runId: Id.nullable(),
  })
  .meta({ id: 'TriggerFire' });
export type TriggerFire = z.infer<typeof TriggerFire>;

export const TriggerProblem = z
  .object({ code: z.string(), message: z.string(), remedy: z.string() })
  .meta({ id: 'TriggerProblem' });
export type TriggerProblem = z.infer<typeof TriggerProblem>;

/** How a trigger of the published version stands. */
export const TriggerState = z
  .object({
    id: z.string(),
    title: z.string(),
    kind: z.string(),
    enabled: z.boolean(),
    /** Since when it is on with its settings. */
    since: Instant,
    lastDeliveryAt: Instant.nullable(),
    /** JSON Schema of the form of a manual trigger, or of what a calling flow gives. */
    input: z.record(z.string(), z.unknown()).nullable(),
    schedule: z
      .object({
        words: z.string(),
        zone: z.string(),
        jitterSeconds: z.number(),
        /** The next fires, before jitter. */
        next: z.array(Instant),
        /** What changes of the clock leave out or double within a year. */
        clockChanges: z.array(z.string()),
        /** The last ones, newest first. */
        last: z.array(TriggerFire),
      })
      .nullable(),
    /** Of an event that is read from its system. */
    poll: TriggerPoll.nullable(),
    /** Of an event that is delivered and looked for as well. */
    sweep: LostEventSweep.nullable(),
    problems: z.array(TriggerProblem),
  })
  .meta({ id: 'TriggerState' });
export type TriggerState = z.infer<typeof TriggerState>;

export const triggerRoutes = {
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/triggers',
    access: 'flow:read',
    summary: 'Triggers of published flows',
    query: PageQuery,
    answer: Page(
      z
        .object({
          flowId: Id,
          flowName: z.string(),
          triggerId: z.string(),
          /** What the flow calls it; null where it has no name. */
          title: z.string().nullable(),
          kind: z.string(),
          url: z.string().nullable(),
          enabled: z.boolean(),
          lastDeliveryAt: Instant.nullable(),
          /** Of an event that is read from its system: since when and why that fails, if it does. */
          poll: z.object({ failing: z.object({ since: Instant, message: z.string() }).nullable() }).nullable(),
        })
        .meta({ id: 'TriggerRow' }),
    ),
  }),
  deliveries: route({
    method: 'GET',
    path: '/workspaces/:ws/deliveries',
    access: 'run:read',
    summary: 'What arrived, newest first',
    query: PageQuery.extend(DeliveryFilter.shape),
    answer: Page(Delivery),
  }),
  redeliver: route({
    method: 'POST',
    path: '/workspaces/:ws/deliveries/:id/redeliver',
    access: 'run:operate',
    summary: 'Take a stored delivery in again, as a new one; one that is not matched yet where it stands',
    status: 202,
    body: z
      .object({
        status: z
          .enum(deliveryStatuses)
          .optional()
          .describe('How it stood when that was decided; 409 if it stands otherwise'),
      })
      .default({}),
    answer: z.object({ deliveryId: Id, runIds: z.array(Id), wokenRunIds: z.array(Id) }),
  }),
  redeliverable: route({
    method: 'GET',
    path: '/workspaces/:ws/redeliveries',
    access: 'run:operate',
    summary: 'How many deliveries that fit a filter can be taken in again, and how many at once',
    query: DeliveryFilter,
    answer: z.object({ deliveries: z.number().int(), most: z.number().int() }),
  }),
  redeliverAll: route({
    method: 'POST',
    path: '/workspaces/:ws/redeliveries',
    access: 'run:operate',
    summary: 'Take the deliveries that fit a filter in again, the oldest first, those that were not yet',
    body: DeliveryFilter,
    answer: z.object({ deliveries: z.number().int(), runs: z.number().int(), left: z.number().int() }),
  }),
};

export const HookAnswer = z.object({
  runId: Id.optional(),
  deliveryId: Id.optional(),
  duplicate: z.boolean().optional(),
  /** How many runs waited for it and went on. */
  woke: z.number().int().optional(),
  filtered: z.boolean().optional(),
  /** The limit of the trigger has it wait: its run is made later. */
  queued: z.boolean().optional(),
  /** It was taken as the sample of a trigger that waited for one. */
  caught: z.boolean().optional(),
  status: z.string().optional(),
});
