import type { z } from 'zod';
import type { Permission } from './permissions.js';

/** Who may call a route: anybody, anybody signed in, or a member (or token) with the permission in the workspace of the path. */
export type Access = 'public' | 'signed-in' | Permission;

/**
 * One route of the API. The table of routes is the single source of the server's routing, guard and
 * validation, of the OpenAPI document and of the designer's typed client.
 */
export interface Route<
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
  Path extends string = string,
> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/v1`; parameters as `:name`. `:ws` is the workspace's id and names the tenant. */
  path: Path;
  access: Access;
  summary: string;
  query?: Query;
  body?: Body;
  answer: Answer;
  /** HTTP status of success; 200 when absent. */
  status?: 200 | 201 | 202 | 204;
  /** The answer is a stream of server-sent events when the caller accepts text/event-stream. */
  stream?: boolean;
  /** The request must name the revision that it edits in If-Match. */
  ifMatch?: boolean;
}

export function route<Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType, P extends string>(
  r: Route<Q, B, A, P>,
): Route<Q, B, A, P> {
  return r;
}

/** The names of a path's parameters, so that a caller that forgets one does not compile. */
export type PathParams<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? { [K in Name]: string } & PathParams<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? { [K in Name]: string }
    : unknown;
