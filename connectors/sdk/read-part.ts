import type { z } from 'zod';
import { FatalError } from './errors.js';

/**
 * A part of a vendor's answer that a connector needs itself, checked. Rejects with E_RESPONSE what does not fit:
 * `readPart(z.string(), body.id, 'Slack: id of the channel')`.
 */
export function readPart<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.length ? ` (${issue.path.join('.')}: ${issue.message})` : '';
  throw new FatalError(`${what} is not in the answer as the vendor describes it${place}.`, { code: 'E_RESPONSE' });
}
