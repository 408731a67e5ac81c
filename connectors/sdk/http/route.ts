import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { EgressGuard, EgressPolicy } from './egress.js';
import type { WireRequest } from './exchange.js';
import type { Target } from './target.js';

/** Connections to one vendor at a time; more calls queue. */
const connectionsPerOrigin = 128;

/** From a request to the dispatcher that sends it and the form in which it is sent. */
export type Route = (request: WireRequest) => Promise<{ dispatcher: Dispatcher; wire: WireRequest }>;

/** Out into the world, behind the guard. */
export function outsideRoute(dispatcher: Dispatcher, policy: EgressPolicy, guard: EgressGuard): Route {
  const proxied = policy.proxy?.http || policy.proxy?.https;
  return async (wire) => {
    if (proxied) await guard.checkProxied(wire.url);
    return { dispatcher, wire };
  };
}

export function outsideDispatcher(
  { proxy }: EgressPolicy,
  guard: EgressGuard,
  { connectMs }: { connectMs: number },
): Dispatcher {
  const options = { connect: guard.connector(connectMs), connections: connectionsPerOrigin };
  if (!proxy?.http && !proxy?.https) return new Agent(options);
  const tls = { ca: guard.ca, timeout: connectMs };
  return new EnvHttpProxyAgent({
    ...options,
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? proxy.http ?? '',
    noProxy: proxy.no ?? '',
    requestTls: tls,
    proxyTls: tls,
  });
}

/** Where the simulators answer. */
export interface SimulatorsAt {
  dispatcher: Dispatcher;
  origin: string;
}

export function simulatorDispatcher(place: NonNullable<EgressPolicy['simulators']>): SimulatorsAt {
  if ('url' in place)
    return { dispatcher: new Agent({ connections: connectionsPerOrigin }), origin: new URL(place.url).origin };
  const dispatcher = new Agent({ connect: { socketPath: place.socketPath }, connections: connectionsPerOrigin });
  return { dispatcher, origin: 'http://simulators' };
}

/** Simulators see the vendor's path; whom it is meant for, and for which workspace, stands in headers. */
export function simulatorRoute(
  { dispatcher, origin }: SimulatorsAt,
  target: Target,
  workspace: string,
  options: { idempotencyKey?: string },
): Route {
  return async ({ url, headers, ...rest }) => ({
    dispatcher,
    wire: {
      ...rest,
      url: new URL(url.pathname + url.search, origin),
      headers: {
        ...headers,
        'x-castellan-connector': target.connectorId,
        'x-castellan-workspace': workspace,
        'x-castellan-origin': url.origin,
        ...(options.idempotencyKey ? { 'x-castellan-idempotency-key': options.idempotencyKey } : {}),
      },
    },
  });
}
