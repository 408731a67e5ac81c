import type { Route } from '@castellan/api';
import { applyDecorators, HttpCode, RequestMapping, RequestMethod, SetMetadata } from '@nestjs/common';

/** Where every route of the table lives. */
export const apiPrefix = '/api/v1';

/** Metadata of a handler: the route of the table that it serves, or `outside`. */
export const servedRoute = 'castellan:route';
/** What the guard reads from a handler. */
export type Served = Route | 'outside';

/** Serves a route of the API's table: method, path, status and access come from there, and input is checked against it. */
export function On(route: Route): MethodDecorator {
  return applyDecorators(
    RequestMapping({ path: apiPrefix + route.path, method: RequestMethod[route.method] }),
    HttpCode(route.status ?? 200),
    SetMetadata(servedRoute, route),
  );
}

/**
 * Serves an address outside the API's table to anybody: webhooks, health, metrics. The handler gets the request as it
 * came and does its own checks. `method` may be ALL.
 */
export function OnOutside(method: keyof typeof RequestMethod, path: string): MethodDecorator {
  return applyDecorators(RequestMapping({ path, method: RequestMethod[method] }), SetMetadata(servedRoute, 'outside'));
}
