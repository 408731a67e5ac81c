import type { PathParams, Route } from '@castellan/api';
import type { z } from 'zod';
import { errorFromAnswer, unreachable } from './errors.js';

type AnyRoute = Route<z.ZodType, z.ZodType, z.ZodType, string>;
type Params<R extends AnyRoute> =
  unknown extends PathParams<R['path']> ? { params?: undefined } : { params: PathParams<R['path']> };
/** A route without a query or body has the widest schema there, whose values are unknown. */
type Query<R> =
  R extends Route<infer Q, z.ZodType, z.ZodType, string>
    ? unknown extends z.output<Q>
      ? { query?: undefined }
      : { query?: Partial<z.output<Q>> }
    : never;
type Body<R> =
  R extends Route<z.ZodType, infer B, z.ZodType, string>
    ? unknown extends z.input<B>
      ? { body?: undefined }
      : { body: z.input<B> }
    : never;

/** What a call of this route must be given: its path's parameters, query and body. */
export type Given<R extends AnyRoute> = Params<R> &
  Query<R> &
  Body<R> & {
    /** The revision that was edited. */
    ifMatch?: number;
    signal?: AbortSignal;
  };

/** What a call of this route answers. */
export type Answer<R> = R extends Route<z.ZodType, z.ZodType, infer A, string> ? z.output<A> : never;

interface Request {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  ifMatch?: number;
  signal?: AbortSignal;
}

/** Calls a route of the API and gives its answer; throws an {@link ApiError} for everything else. */
export async function call<R extends AnyRoute>(route: R, given: Given<R>): Promise<Answer<R>> {
  const request = given as Request;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  if (request.ifMatch !== undefined) headers['if-match'] = `"${request.ifMatch}"`;
  let answer: Response;
  try {
    answer = await fetch(addressOf(route.path, request.params, request.query), {
      method: route.method,
      headers,
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      signal: request.signal,
      credentials: 'same-origin',
    });
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw unreachable();
  }
  const body = await bodyOf(answer);
  if (!answer.ok) throw errorFromAnswer(answer.status, body, answer.headers.get('retry-after'));
  return (body ?? {}) as Answer<R>;
}

/** The address of a route with its parameters filled in; empty values of the query are left out. */
export function addressOf(
  path: string,
  params: Record<string, string> = {},
  query: Record<string, unknown> = {},
): string {
  const filled = path.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    // A false switch is left out: on the server every written value of a boolean counts as true.
    if (value === undefined || value === null || value === '' || value === false) continue;
    search.set(name, String(value));
  }
  const text = search.toString();
  return `/api/v1${filled}${text && `?${text}`}`;
}

async function bodyOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
