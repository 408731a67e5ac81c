import { z } from 'zod';
import type { TextTarget } from './types.js';

declare module 'zod' {
  interface GlobalMeta {
    /** Where the text ends up: says how values put into it are escaped. */
    text?: TextTarget;
    /** Sealed at rest, never answered, masked wherever it shows up. */
    secret?: boolean;
    /** Wants more than one line. */
    multiline?: boolean;
  }
}

/** A text that ends up in `target`: `text('mrkdwn').describe('…')`. */
export function text(target: TextTarget, options: { multiline?: boolean } = {}): z.ZodString {
  return z.string().meta({ text: target, ...(options.multiline ? { multiline: true } : {}) });
}

/** A secret field of a connection. */
export function secret(title: string): z.ZodString {
  return z.string().min(1).meta({ title, secret: true });
}

/** The names of a connection's secret fields. */
export function secretNames(fields: z.ZodObject): string[] {
  return Object.entries(fields.shape).flatMap(([name, field]) => (isSecret(field as z.ZodType) ? [name] : []));
}

function isSecret(field: z.ZodType): boolean {
  if (field.meta()?.secret) return true;
  const inner = (field as Partial<z.ZodOptional<z.ZodType>>).unwrap?.();
  return inner !== undefined && isSecret(inner);
}
