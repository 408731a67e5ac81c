import { z } from 'zod';
import type { TextTarget } from './types.js';

declare module 'zod' {
  interface GlobalMeta {
    /** Where the text ends up: says how values put into it are escaped. */
    text?: TextTarget;
    /** Sealed at rest, never answered, masked wherever it shows up. */
    secret?: boolean;
    /** The secret is a private key in PEM. */
    pem?: boolean;
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

/** A secret field that holds a private key in PEM. */
export function privateKey(title: string): z.ZodString {
  return z.string().min(1).meta({ title, secret: true, pem: true, multiline: true });
}

/** The names of a connection's secret fields. */
export function secretNames(fields: z.ZodObject): string[] {
  return namesMarked(fields, 'secret');
}

/** The names of those among them that hold a private key. */
export function pemNames(fields: z.ZodObject): string[] {
  return namesMarked(fields, 'pem');
}

function namesMarked(fields: z.ZodObject, mark: 'secret' | 'pem'): string[] {
  return Object.entries(fields.shape).flatMap(([name, field]) => (isMarked(field as z.ZodType, mark) ? [name] : []));
}

function isMarked(field: z.ZodType, mark: 'secret' | 'pem'): boolean {
  if (field.meta()?.[mark]) return true;
  const inner = (field as Partial<z.ZodOptional<z.ZodType>>).unwrap?.();
  return inner !== undefined && isMarked(inner, mark);
}
