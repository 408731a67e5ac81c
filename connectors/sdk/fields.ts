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
