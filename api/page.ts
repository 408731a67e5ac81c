import { z } from 'zod';

/** Query of every list: at most `limit` items, from the place that the last answer's `next` names. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});

/** Answer of every list: `next` is null at the end. */
export function Page<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

export const Id = z.uuid();
/** An instant, ISO 8601 in UTC. */
export const Instant = z.string();
export const Empty = z.object({});
