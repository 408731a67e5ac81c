import { z } from 'zod';
import { Instant } from './page.js';
import { route } from './route.js';

/** How far the events of a trigger are read that their system does not deliver. */
export const TriggerPoll = z
  .object({
    /** Name of the connection that is read. */
    connection: z.string(),
    everySeconds: z.number(),
    /** What happened before starts nothing. */
    from: Instant,
    /** The last poll that ended well, and how many events that were new it found. */
    polledAt: Instant.nullable(),
    found: z.number().int().nullable(),
    /** When it is read next; null while the trigger is off. */
    next: Instant.nullable(),
    /** A poll is being made, or is due this moment. */
    underWay: z.boolean(),
    /** Since when polls fail, how many have, and why. */
    failing: z.object({ since: Instant, count: z.number().int(), code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'TriggerPoll' });
export type TriggerPoll = z.infer<typeof TriggerPoll>;

export const pollRoutes = {
  now: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/triggers/:trigger/poll',
    access: 'flow:run',
    summary: 'Read the events of a trigger now',
    status: 202,
    answer: z.object({ asked: z.literal(true) }),
  }),
  repeats: route({
    method: 'GET',
    path: '/workspaces/:ws/flows/:id/triggers/:trigger/repeats',
    access: 'flow:read',
    summary: 'What reading the events of a trigger again from a time on would repeat',
    query: z.object({ from: Instant }),
    answer: z.object({
      /** Events that arrived at the trigger since then. */
      deliveries: z.number().int(),
      /** Runs that they began. */
      runs: z.number().int(),
    }),
  }),
  startAgain: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/triggers/:trigger/start-again',
    access: 'flow:publish',
    summary: 'Read the events of a trigger again from a time on, also those that arrived before',
    status: 202,
    body: z.object({ from: Instant }),
    answer: z.object({ asked: z.literal(true) }),
  }),
};
