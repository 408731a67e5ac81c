import { z } from 'zod';
import { Id, Instant, Page, PageQuery } from './page.js';
import { route } from './route.js';

export const Delivery = z
  .object({
    id: Id,
    receivedAt: Instant,
    method: z.string(),
    address: z.string(),
    status: z.enum(['accepted', 'refused', 'filtered', 'unmatched', 'duplicate']),
    reason: z.string().nullable(),
    size: z.number().int(),
    headers: z.record(z.string(), z.string()),
    body: z.unknown(),
    runs: z.array(z.object({ runId: Id, flowId: Id, flowName: z.string() })),
    /** Steps of runs that waited for it and went on. */
    woke: z.array(z.object({ runId: Id, flowId: Id, flowName: z.string(), stepId: z.string() })),
    sample: z.boolean(),
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof Delivery>;

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
          kind: z.string(),
          url: z.string().nullable(),
          enabled: z.boolean(),
          lastDeliveryAt: Instant.nullable(),
        })
        .meta({ id: 'TriggerRow' }),
    ),
  }),
  deliveries: route({
    method: 'GET',
    path: '/workspaces/:ws/deliveries',
    access: 'run:read',
    summary: 'What arrived, newest first',
    query: PageQuery.extend({ flowId: Id.optional(), status: z.string().max(100).optional() }),
    answer: Page(Delivery),
  }),
  redeliver: route({
    method: 'POST',
    path: '/workspaces/:ws/deliveries/:id/redeliver',
    access: 'run:operate',
    summary: 'Take a stored delivery in again, as a new one',
    status: 202,
    answer: z.object({ deliveryId: Id, runIds: z.array(Id), wokenRunIds: z.array(Id) }),
  }),
};

export const HookAnswer = z.object({
  runId: Id.optional(),
  deliveryId: Id.optional(),
  duplicate: z.boolean().optional(),
  /** How many runs waited for it and went on. */
  woke: z.number().int().optional(),
  filtered: z.boolean().optional(),
  status: z.string().optional(),
});
