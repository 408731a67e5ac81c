import { z } from 'zod';
import { Id, Instant } from './page.js';
import { route } from './route.js';

/** How the deliveries of one event of a connection are checked against the system's own list, and what was missing. */
export const LostEventSweep = z
  .object({
    connectionId: Id,
    /** Id of the event in its connector, and its title. */
    event: z.string(),
    title: z.string(),
    enabled: z.boolean(),
    everySeconds: z.number(),
    /** For so long after it happened an event may still be delivered. */
    graceSeconds: z.number(),
    /** What is to be considered before it is switched on; null where it begins switched on. */
    caution: z.string().nullable(),
    /** All that happened before has been compared. */
    sweptTo: Instant,
    /** The last sweep that ended well. */
    sweptAt: Instant.nullable(),
    /** When the next is made; null while it is switched off, or no flow that is on listens. */
    next: Instant.nullable(),
    /** One is being made, or is due this moment. */
    underWay: z.boolean(),
    /** Events that no delivery told, since the first sweep, and when the last of them was found. */
    lost: z.number().int(),
    lastLostAt: Instant.nullable(),
    /** Since when sweeps fail, how many have, and why. */
    failing: z.object({ since: Instant, count: z.number().int(), code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'LostEventSweep' });
export type LostEventSweep = z.infer<typeof LostEventSweep>;

const all = '/workspaces/:ws/connections/:id/sweeps';

export const sweepRoutes = {
  list: route({
    method: 'GET',
    path: all,
    access: 'connection:read',
    summary: 'How the deliveries to a connection are checked for lost events',
    answer: z.object({ items: z.array(LostEventSweep) }),
  }),
  save: route({
    method: 'PUT',
    path: `${all}/:event`,
    access: 'connection:write',
    summary: 'Switch the search for lost events of one kind on or off; on, it begins with that moment',
    body: z.object({ enabled: z.boolean() }),
    answer: LostEventSweep,
  }),
  now: route({
    method: 'POST',
    path: `${all}/:event/now`,
    access: 'connection:use',
    summary: 'Look for lost events now',
    status: 202,
    answer: z.object({ asked: z.literal(true) }),
  }),
};
