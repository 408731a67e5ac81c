import { type ConnectorError, FatalError, RetryableError } from '../errors.js';
import { isObject } from '../json-object.js';
import type { HttpResponse, JsonObject } from '../types.js';
import { readRetryAfter } from './retry-after.js';

/** Statuses with which nothing was done, so that even a write may be sent again. */
const notDone = new Set([408, 425, 429, 503]);

export interface StatusContext {
  /** “Opal”, for the message. */
  title: string;
  safe: boolean;
  now: Date;
  vendorMessage: string | undefined;
  /** The usual status for what the vendor says by its own. */
  meaning: number;
}

/** What an answer outside 2xx means for the step. */
export function statusError(
  response: HttpResponse,
  { title, safe, now, vendorMessage, meaning }: StatusContext,
): ConnectorError {
  const { status } = response;
  const said = vendorMessage ? `: ${vendorMessage}` : '.';
  const options = { status, vendorMessage };
  if (meaning === 401) {
    return new FatalError(
      `${title} does not accept the connection's credentials (${status})${asSentence(said)} Renew them on the Connections page.`,
      {
        ...options,
        code: 'E_AUTH',
      },
    );
  }
  if (meaning === 429) {
    const retryAfter = readRetryAfter(response.headers, now);
    return new RetryableError(`${title} asks for fewer calls (${status})${said}`, {
      ...options,
      code: 'E_RATE',
      retryAfter,
    });
  }
  if (meaning >= 500 || notDone.has(meaning)) {
    const retryAfter = readRetryAfter(response.headers, now);
    const mayHaveHappened = !safe && !notDone.has(meaning);
    return new RetryableError(`${title} failed (${status})${said}`, { ...options, retryAfter, mayHaveHappened });
  }
  return new FatalError(`${title} refused (${status})${said}`, options);
}

/** With its full stop, so that another sentence can follow. */
const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** The vendor's own words, from the places where vendors put them. */
export function usualErrorMessage({ body }: HttpResponse): string | undefined {
  if (typeof body === 'string') return body;
  if (!isObject(body)) return undefined;
  const first = Array.isArray(body.errors) ? body.errors[0] : undefined;
  const nested = isObject(body.error) ? body.error : isObject(first) ? first : undefined;
  const places: JsonObject[] = nested ? [nested, body] : [body];
  for (const place of places) {
    for (const name of ['message', 'error_description', 'detail', 'error', 'text', 'title']) {
      const value = place[name];
      if (typeof value === 'string' && value !== '') return value;
    }
  }
  return typeof first === 'string' ? first : undefined;
}
