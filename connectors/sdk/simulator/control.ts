import { z } from 'zod';
import type { JsonObject, JsonValue } from '../types.js';
import { faultSchema } from './faults.js';
import type { SimulatorWorld } from './world.js';

/** Where the control routes begin, on the same address as the simulators. */
export const controlRoot = '/__simulator';

/**
 * Answers a control request:
 * GET /__simulator · GET /__simulator/{connector}[/state|/requests|/faults] · POST /__simulator/{connector}/reset|seed|faults.
 * The workspace is the query's `workspace`, else `default`.
 */
export function answerControl(
  worlds: Map<string, SimulatorWorld>,
  method: string,
  path: string,
  query: Record<string, string>,
  body: JsonValue,
): { status: number; body: JsonValue } {
  const workspace = query.workspace ?? 'default';
  const [connector, aspect = 'view'] = path
    .slice(controlRoot.length + 1)
    .split('/')
    .map(decodeURIComponent);
  if (!connector) {
    return ok({ items: [...worlds.values()].map((world) => ({ connector: world.connector, title: world.title })) });
  }
  const world = worlds.get(connector);
  const route = world && routes[`${method} ${aspect}`];
  if (!route)
    return { status: 404, body: { code: 'not_found', message: `No such simulator or route: ${method} ${path}` } };
  try {
    return ok(route(world, workspace, body));
  } catch (error) {
    return { status: 400, body: { code: 'invalid_input', message: (error as Error).message } };
  }
}

const routes: Record<string, (world: SimulatorWorld, workspace: string, body: JsonValue) => JsonValue> = {
  'GET view': (world, workspace) =>
    asJson({
      connector: world.connector,
      title: world.title,
      ...world.view(workspace),
      requests: world.requests(workspace).length,
    }),
  'GET state': (world, workspace) => world.state(workspace),
  'GET requests': (world, workspace) => asJson({ items: world.requests(workspace) }),
  'GET faults': (world, workspace) => asJson({ items: world.faults(workspace).list() }),
  'POST reset': (world, workspace) => {
    world.reset(workspace);
    return {};
  },
  'POST seed': (world, workspace, body) => {
    world.seed(workspace, z.record(z.string(), z.json()).parse(body) as JsonObject);
    return {};
  },
  'POST faults': (world, workspace, body) => {
    world.faults(workspace).set(z.array(faultSchema).parse(body));
    return {};
  },
};

function ok(body: JsonValue): { status: number; body: JsonValue } {
  return { status: 200, body };
}

function asJson(value: object): JsonValue {
  return value as JsonValue;
}
