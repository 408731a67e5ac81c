import type { z } from 'zod';
import type { ConnectionFields, Credentials, FieldsOf } from '../auth.js';

/** A value, or how it is made of the connection's fields. */
export type OfFields<F extends z.ZodRawShape, T> = T | ((fields: FieldsOf<F>) => T);

/** The value for these fields, which the auth's schema has parsed. */
export function fromFields<F extends z.ZodRawShape, T extends NotAFunction | undefined>(
  value: OfFields<F, T> | undefined,
  fields: ConnectionFields,
): T {
  return typeof value === 'function' ? value(fields as FieldsOf<F>) : (value as T);
}

type NotAFunction = string | number | boolean | object;

/** Credentials of an auth whose calls carry a token. */
export function bearer<F extends z.ZodRawShape>(
  headers: (token: string, fields: FieldsOf<F>) => Record<string, string> = (token) => ({
    authorization: `Bearer ${token}`,
  }),
): (fields: ConnectionFields, origin: string, token?: string) => Credentials {
  return (fields, _, token) => (token === undefined ? {} : { headers: headers(token, fields as FieldsOf<F>) });
}

/** What a person left empty is not sent. */
export function withoutEmpty(params: Record<string, string | undefined> | undefined): Record<string, string> {
  const given = Object.entries(params ?? {}).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return Object.fromEntries(given);
}
