import type { PathParams, Route } from '@castellan/api';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ApiError } from '../errors.js';
import { type InputProblem, problemsIn } from '../input-problems.js';
import { parseJson } from './json-body.js';
import { type Served, servedRoute } from './on.js';

/** What a handler of the route gets: checked, with defaults filled in, and nothing that the route does not name. */
export type Input<R extends Route> =
  R extends Route<infer Query, infer Body, z.ZodType, infer Path>
    ? {
        params: PathParams<Path>;
        query: z.output<Query>;
        body: z.output<Body>;
        /** Revision that If-Match names, on routes that ask for it. */
        revision: number;
      }
    : never;

/** The checked input of the route that the handler serves. */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const served = Reflect.getMetadata(servedRoute, context.getHandler()) as Served | undefined;
  if (!served || served === 'outside') throw new Error('@Input needs a route of the table: use @On.');
  return readInput(served, context.switchToHttp().getRequest<FastifyRequest>());
});

/** A name in a path that is a UUID, so that anything else is a thing that does not exist rather than a database error. */
const uuidParams = new Set(['ws', 'id', 'run', 'sync', 'test']);
const uuid = z.uuid();

function readInput(route: Route, request: FastifyRequest): Input<Route> {
  const params = request.params as Record<string, string>;
  const problems: InputProblem[] = [];
  const read = (schema: z.ZodType | undefined, value: unknown, place: string): unknown => {
    if (!schema) return undefined;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    problems.push(...problemsIn(result.error, place));
    return undefined;
  };
  const query = read(route.query, request.query, '/query');
  const body = read(route.body, route.body ? parseJson(request) : undefined, '');
  if (problems.length > 0) throw new ApiError('invalid_input', describe(problems), { problems });
  return { params, query, body, revision: route.ifMatch ? readRevision(request) : 0 };
}

function describe(problems: InputProblem[]): string {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return `${first?.pointer || 'The request'}: ${first?.message}${more}`;
}

/** The revision in If-Match: a number, plain or as an entity tag. */
function readRevision(request: FastifyRequest): number {
  const header = request.headers['if-match'];
  if (header === undefined) throw new ApiError('precondition_required');
  const revision = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())?.[1];
  if (revision === undefined) throw new ApiError('invalid_input', 'If-Match: give one revision number.');
  return Number(revision);
}

/** Whether the ids in the path can exist at all. Template, connector and simulator ids are words. */
export function hasWellFormedIds(route: Route, params: Record<string, string>): boolean {
  const words = /\/(templates|connectors|simulators|invites)\/:/.test(route.path);
  return Object.entries(params).every(
    ([name, value]) => !uuidParams.has(name) || (words && name === 'id') || uuid.safeParse(value).success,
  );
}
