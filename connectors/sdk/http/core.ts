import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { Connector } from '../define.js';
import { FatalError, RetryableError } from '../errors.js';
import type { HttpClient, HttpResponse, JsonValue } from '../types.js';
import { readAnswer, UnreadableAnswer } from './answer.js';
import { EgressGuard, type EgressPolicy } from './egress.js';
import { ExchangeFailure, exchange, type WireRequest, type WireResponse } from './exchange.js';
import { exchangeError, unreadableError } from './failure.js';
import type { Asked, HostBreaker } from './host-breaker.js';
import { RateGate, type SharedGate } from './rate-gate.js';
import { buildRequest, redirected } from './request.js';
import { statusError } from './status.js';
import { anyTarget, type ConnectionValues, type Target, targetOf } from './target.js';

export interface HttpLimits {
  connectMs: number;
  headersMs: number;
  /** The whole call, redirects included. */
  totalMs: number;
  /** Of the decoded answer. */
  maxBytes: number;
  redirects: number;
}

export const defaultHttpLimits: HttpLimits = {
  connectMs: 5_000,
  headersMs: 15_000,
  totalMs: 60_000,
  maxBytes: 10 * 1024 * 1024,
  redirects: 3,
};

export interface CallOptions {
  signal?: AbortSignal;
  /** Shown to simulators with every call, so that their log tells a repeat from a second effect. */
  idempotencyKey?: string;
  /** How many runs stand above one that this call would start. Addresses of webhooks are told, so that a circle of flows ends. */
  depth?: number;
  /** In place of the core's total limit. */
  totalMs?: number;
  /** Beside the core's own gate, which is that of one process. */
  gate?: SharedGate;
  /** Holds back calls to hosts that keep failing; left out: nothing does, as with simulators. */
  breaker?: HostBreaker;
  /** The call is made although its host keeps failing, and tells the breaker what came of it. */
  insists?: boolean;
}

/** The one way out of the server. */
export interface HttpCore {
  /** Calls of one connection: its base URL, its credentials (to its hosts only), its rate gate. */
  connect(connector: Connector, connection: ConnectionValues, options?: CallOptions): HttpClient;
  /** Calls that belong to no connection; each request names a `url`, and nothing is sent along. */
  open(options?: CallOptions): HttpClient;
  /** The control routes of the simulators (`/__simulator/…`), as `path` requests. */
  simulators(options?: CallOptions): HttpClient;
  close(): Promise<void>;
}

/** Tells a webhook of ours how deep flows have started each other. */
export const depthHeader = 'x-castellan-depth';

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** Connections to one vendor at a time; more calls queue. */
const connectionsPerOrigin = 128;

/** Makes the core. `limits` are for tests and settings. */
export function createHttpCore(policy: EgressPolicy = {}, limits: Partial<HttpLimits> = {}): HttpCore {
  const all: HttpLimits = { ...defaultHttpLimits, ...limits };
  const guard = new EgressGuard(policy);
  const outside = outsideDispatcher(policy, guard, all);
  const simulators = policy.simulators && simulatorDispatcher(policy.simulators);
  const gates = new Map<string, RateGate>();

  const gateOf = (connector: Connector, id: string): RateGate => {
    const gate = gates.get(id) ?? new RateGate(connector.perSecond);
    gates.set(id, gate);
    return gate;
  };

  return {
    connect(connector, connection, options = {}) {
      const target = targetOf(connector, connection);
      const gate = gateOf(connector, connection.id);
      if (!connection.simulator) return client(target, gate, options, outsideRoute(outside, policy, guard));
      const route = simulatorRoute(runningSimulators(), target, connection.simulator.workspace, options);
      return client(target, gate, options, route);
    },
    open: (options = {}) => client(anyTarget, new RateGate(), options, outsideRoute(outside, policy, guard)),
    simulators(options = {}) {
      const { dispatcher, origin } = runningSimulators();
      const target = { ...anyTarget, title: 'The simulators', baseUrl: origin };
      return client(target, new RateGate(), options, async (wire) => ({ dispatcher, wire }));
    },
    async close() {
      await Promise.all([outside.destroy(), simulators?.dispatcher.destroy()]);
    },
  };

  function runningSimulators(): SimulatorsAt {
    if (simulators) return simulators;
    throw new FatalError('The simulators are not running: start the server in mode “all”, or set SIMULATORS_URL.', {
      code: 'E_EGRESS',
    });
  }

  function client(target: Target, gate: RateGate, options: CallOptions, route: Route): HttpClient {
    return {
      async send(request) {
        const safe = request.safe ?? (request.method === 'GET' || request.method === 'HEAD');
        const first = buildRequest(target, request);
        await gate.pass();
        await options.gate?.pass();
        const send = async () => read(await follow(first, target, options, route, safe), target, safe);
        const host = { origin: first.url.origin, title: target.title, accept: request.accept };
        const response = await asked(host, options, send);
        if (response.status >= 200 && response.status < 300) return response;
        if (request.accept?.includes(response.status)) return withoutSecrets(response, target.secrets);
        const refusal = refusalOf(response, target, safe);
        if (refusal instanceof RetryableError && refusal.code === 'E_RATE') {
          const seconds = refusal.retryAfter ?? 1;
          gate.close(seconds);
          await options.gate?.close(seconds);
        }
        throw refusal;
      },
    };
  }

  async function follow(
    first: WireRequest,
    target: Target,
    options: CallOptions,
    route: Route,
    safe: boolean,
  ): Promise<WireResponse> {
    const deadline = performance.now() + (options.totalMs ?? all.totalMs);
    let request = first;
    for (let redirects = 0; ; redirects += 1) {
      const { dispatcher, wire } = await route(withDepth(request, options.depth));
      const { headersMs, maxBytes } = all;
      const totalMs = Math.max(1, deadline - performance.now());
      const answer = await exchange(dispatcher, wire, { headersMs, totalMs, maxBytes, signal: options.signal }).catch(
        (error) => {
          throw error instanceof ExchangeFailure ? exchangeError(error, target.title, safe) : error;
        },
      );
      const { location } = answer.headers;
      if (!redirectStatuses.has(answer.status) || !location) return answer;
      if (redirects >= all.redirects) {
        throw new FatalError(`${target.title} redirects more than ${all.redirects} times.`, { status: answer.status });
      }
      request = redirected(target, request, answer.status, location);
    }
  }

  async function read(wire: WireResponse, target: Target, safe: boolean): Promise<HttpResponse> {
    return readAnswer(wire, all.maxBytes).catch((error) => {
      if (!(error instanceof UnreadableAnswer)) throw error;
      // A refusal is a refusal, whatever its body.
      if (wire.status >= 400) return { status: wire.status, headers: wire.headers, body: null };
      throw unreadableError(error, target.title, wire.status, safe);
    });
  }
}

/** Asks a host, unless it keeps failing. */
function asked(
  host: Pick<Asked, 'origin' | 'title' | 'accept'>,
  { breaker, insists = false, signal }: CallOptions,
  send: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  return breaker ? breaker.ask({ ...host, insists, signal }, send) : send();
}

function refusalOf(response: HttpResponse, target: Target, safe: boolean): Error {
  const vendorMessage = masked(target.errorMessage(response), target.secrets);
  return statusError(response, { title: target.title, safe, now: new Date(), vendorMessage });
}

/** A refusal that an operation reads itself: what it makes of it must not say a secret that the vendor repeats. */
function withoutSecrets(response: HttpResponse, secrets: string[]): HttpResponse {
  const clean = JSON.stringify(response.body, (_, value: unknown) =>
    typeof value === 'string' ? withoutEach(value, secrets) : value,
  );
  return { ...response, body: JSON.parse(clean) as JsonValue };
}

function withoutEach(words: string, secrets: string[]): string {
  return secrets.reduce((text, value) => text.replaceAll(value, '•••'), words);
}

/** The vendor's words without our secrets, in one line of at most 500 characters. */
function masked(words: string | undefined, secrets: string[]): string | undefined {
  return (
    withoutEach(words ?? '', secrets)
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 500) || undefined
  );
}

/** Whatever the flow says itself: only a webhook is told, and a flow cannot tell it something else. */
function withDepth(request: WireRequest, depth: number | undefined): WireRequest {
  const { [depthHeader]: _, ...headers } = request.headers;
  if (depth === undefined || !request.url.pathname.startsWith('/hooks/')) return { ...request, headers };
  return { ...request, headers: { ...headers, [depthHeader]: String(depth) } };
}

/** From a request to the dispatcher that sends it and the form in which it is sent. */
type Route = (request: WireRequest) => Promise<{ dispatcher: Dispatcher; wire: WireRequest }>;

function outsideRoute(dispatcher: Dispatcher, policy: EgressPolicy, guard: EgressGuard): Route {
  const proxied = policy.proxy?.http || policy.proxy?.https;
  return async (wire) => {
    if (proxied) await guard.checkProxied(wire.url);
    return { dispatcher, wire };
  };
}

function outsideDispatcher({ proxy }: EgressPolicy, guard: EgressGuard, { connectMs }: HttpLimits): Dispatcher {
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

interface SimulatorsAt {
  dispatcher: Dispatcher;
  origin: string;
}

function simulatorDispatcher(place: NonNullable<EgressPolicy['simulators']>): SimulatorsAt {
  if ('url' in place)
    return { dispatcher: new Agent({ connections: connectionsPerOrigin }), origin: new URL(place.url).origin };
  const dispatcher = new Agent({ connect: { socketPath: place.socketPath }, connections: connectionsPerOrigin });
  return { dispatcher, origin: 'http://simulators' };
}

/** Simulators see the vendor's path; whom it is meant for, and for which workspace, stands in headers. */
function simulatorRoute(
  { dispatcher, origin }: SimulatorsAt,
  target: Target,
  workspace: string,
  options: CallOptions,
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
