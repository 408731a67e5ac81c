import { z } from 'zod';
import { Empty, Id, Instant, Page } from './page.js';
import { route } from './route.js';

/** In force and ahead, of one person at most. */
export const mostDeputies = 20;
/** The longest time for which somebody stands in. */
export const longestDeputyDays = 366;

const Somebody = z.object({ userId: Id, email: z.string(), name: z.string() });

/** Decides for somebody what they are asked, for a time. */
export const Deputy = z
  .object({
    id: Id,
    /** Who is away. */
    person: Somebody,
    deputy: Somebody,
    from: Instant,
    until: Instant,
    namedBy: z.string(),
    namedAt: Instant,
  })
  .meta({ id: 'Deputy' });
export type Deputy = z.infer<typeof Deputy>;

const DeputyFields = z.strictObject({
  /** Left out: whoever calls. Administrators name deputies for others, too. */
  personId: z.uuid().optional(),
  deputyId: z.uuid(),
  from: Instant,
  until: Instant,
});
export type DeputyFields = z.infer<typeof DeputyFields>;

export const deputyRoutes = {
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/deputies',
    access: 'approval:read',
    summary: 'Who decides for whom, now and ahead',
    answer: Page(Deputy),
  }),
  name: route({
    method: 'POST',
    path: '/workspaces/:ws/deputies',
    access: 'approval:decide',
    summary: 'Name a deputy',
    status: 201,
    body: DeputyFields,
    answer: Deputy,
  }),
  takeBack: route({
    method: 'DELETE',
    path: '/workspaces/:ws/deputies/:id',
    access: 'approval:decide',
    summary: 'Take a deputy back',
    status: 204,
    answer: Empty,
  }),
};
