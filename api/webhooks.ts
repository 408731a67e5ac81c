import { z } from 'zod';
import { Empty, Id, Instant } from './page.js';
import { route } from './route.js';

/** Waiting for the next delivery, to have it as the sample of a trigger. */
export const TriggerListener = z
  .object({
    /** Where to send it; null for an event that nothing has asked to hear yet. */
    url: z.string().nullable(),
    /** It listens until then; null when it does not. */
    until: Instant.nullable(),
    /** What came, without credentials, as the trigger's `sample` has it. */
    caught: z
      .object({
        at: Instant,
        sample: z.object({
          method: z.string(),
          headers: z.record(z.string(), z.string()),
          query: z.record(z.string(), z.string()),
          body: z.unknown(),
        }),
      })
      .nullable(),
    /** The last delivery that was not let in meanwhile, and why. */
    refused: z.object({ at: Instant, reason: z.string() }).nullable(),
  })
  .meta({ id: 'TriggerListener' });
export type TriggerListener = z.infer<typeof TriggerListener>;

/** What a filter makes of a delivery of the log. */
export const FilterTrial = z
  .object({
    /** Null for the sample. */
    deliveryId: Id.nullable(),
    receivedAt: Instant.nullable(),
    /** Null where it cannot be evaluated; `error` says why. */
    passes: z.boolean().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'FilterTrial' });
export type FilterTrial = z.infer<typeof FilterTrial>;

const listener = '/workspaces/:ws/flows/:id/triggers/:trigger/listener';

export const webhookRoutes = {
  listen: route({
    method: 'POST',
    path: listener,
    access: 'flow:write',
    summary: 'Wait some minutes for the next delivery to a trigger of the saved draft, without a run of it',
    answer: TriggerListener,
  }),
  listener: route({
    method: 'GET',
    path: listener,
    access: 'flow:write',
    summary: 'Whether a trigger waits for a delivery, and what came',
    answer: TriggerListener,
  }),
  stopListening: route({
    method: 'DELETE',
    path: listener,
    access: 'flow:write',
    summary: 'Wait no longer, and forget what came',
    status: 204,
    answer: Empty,
  }),
  tryFilter: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/triggers/:trigger/filter-trials',
    access: 'flow:write',
    summary: 'Which of the last deliveries, and whether the sample, a filter would let through',
    body: z.object({
      filter: z.unknown(),
      /** What expressions see as `trigger`, to be tried first. */
      sample: z.record(z.string(), z.unknown()).optional(),
    }),
    answer: z.object({ items: z.array(FilterTrial) }),
  }),
};
