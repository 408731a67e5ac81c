import { createHash } from 'node:crypto';
import type { Connector } from '../define.js';
import { FatalError, RetryableError } from '../errors.js';
import { mailClient } from '../mail/mail-client.js';
import { simulatedMail } from '../mail/simulated-mail.js';
import { databaseClient } from '../sql/database-client.js';
import { MemoryTokenKeeper } from '../tokens/memory-keeper.js';
import type { Redeemed, Token, TokenKeeper } from '../tokens/token.js';
import type { DatabaseClient, HttpClient, HttpRequest, HttpResponse, MailClient } from '../types.js';
import { readAnswer, UnreadableAnswer } from './answer.js';
import { EgressGuard, type EgressPolicy } from './egress.js';
import { ExchangeFailure, exchange, type WireRequest, type WireResponse } from './exchange.js';
import { exchangeError, unreadableError } from './failure.js';
import type { Asked, HostBreaker } from './host-breaker.js';
import { masked, refuseSecrets, withoutSecrets } from './masked.js';
import { ConnectionGate, type SharedGate } from './rate-gate.js';
import { buildRequest, redirected, withCredentials } from './request.js';
import {
  outsideDispatcher,
  outsideRoute,
  type Route,
  type SimulatorsAt,
  simulatorDispatcher,
  simulatorRoute,
} from './route.js';
import { statusError } from './status.js';
import { anyTarget, bareTarget, type ConnectionValues, type Target, targetOf, tokenTarget } from './target.js';
import { TokenSession } from './token-session.js';

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
  /** In place of the core's limit on the decoded answer. */
  maxBytes?: number;
  /** A redirect is an answer as any other; left out: it is followed. */
  keepsRedirects?: boolean;
  /** Beside the core's own gate, which is that of one process. */
  gate?: SharedGate;
  /** Holds back calls to hosts that keep failing; left out: nothing does, as with simulators. */
  breaker?: HostBreaker;
  /** The call is made although its host keeps failing, and tells the breaker what came of it. */
  insists?: boolean;
  /** Answers are taken as texts, JSON too. */
  asText?: boolean;
  /** Keeps the connection's token. Default: this process does. */
  tokens?: TokenKeeper;
  /** Told of each token that goes along, since it is a secret. */
  onToken?(token: string): void;
}

/** The one way out of the server. */
export interface HttpCore {
  /** Calls of one connection: its base URL, its credentials (to its hosts only), its rate gate. */
  connect(connector: Connector, connection: ConnectionValues, options?: CallOptions): HttpClient;
  /** The mail server that a connection names; null where its connector speaks no SMTP. Limits are those of its calls. */
  mail(connector: Connector, connection: ConnectionValues, options?: CallOptions): MailClient | null;
  /** The database that a connection names; null where its connector speaks no SQL. */
  database(connector: Connector, connection: ConnectionValues, options?: CallOptions): DatabaseClient | null;
  /** The token that calls of a connection carry, got if need be; null where they carry none. */
  signIn(connector: Connector, connection: ConnectionValues, options?: CallOptions): Promise<string | null>;
  /** The first token of a connection that a person has agreed to at the vendor. Rejects with the vendor's words. */
  redeem(connector: Connector, connection: ConnectionValues, given: Redeemed): Promise<Token>;
  /** Calls that belong to no connection; each request names a `url`, and nothing is sent along. */
  open(options?: CallOptions): HttpClient;
  /** The control routes of the simulators (`/__simulator/…`), as `path` requests. */
  simulators(options?: CallOptions): HttpClient;
  close(): Promise<void>;
}

/** Tells a webhook of ours how deep flows have started each other. */
export const depthHeader = 'x-castellan-depth';

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** A token endpoint answers in this time or has to be asked again. */
const tokenMs = 15_000;

/** Makes the core. `limits` are for tests and settings. */
export function createHttpCore(policy: EgressPolicy = {}, limits: Partial<HttpLimits> = {}): HttpCore {
  const all: HttpLimits = { ...defaultHttpLimits, ...limits };
  const guard = new EgressGuard(policy);
  const outside = outsideDispatcher(policy, guard, all);
  const simulators = policy.simulators && simulatorDispatcher(policy.simulators);
  const gates = new Map<string, ConnectionGate>();

  const gateOf = (connector: Connector, id: string): ConnectionGate => {
    const gate = gates.get(id) ?? new ConnectionGate(connector);
    gates.set(id, gate);
    return gate;
  };

  const keepers = new Map<string, MemoryTokenKeeper>();
  const keeperOf = (connection: ConnectionValues): TokenKeeper => {
    const { id, kind, fields } = connection;
    const key = createHash('sha256')
      .update(JSON.stringify([id, kind, fields]))
      .digest('hex');
    const keeper = keepers.get(key) ?? new MemoryTokenKeeper();
    keepers.set(key, keeper);
    return keeper;
  };

  /** Where calls of a connection go: out, or to the simulators. */
  const routeOf = (target: Target, { simulator }: ConnectionValues, options: CallOptions): Route =>
    simulator
      ? simulatorRoute(runningSimulators(), target, simulator.workspace, options)
      : outsideRoute(outside, policy, guard);

  const tokensOf = (target: Target, connection: ConnectionValues, options: CallOptions): TokenSession | undefined => {
    const { token } = target;
    if (!token) return undefined;
    const url = token.source.url?.(token.fields);
    // What is made here is not worth keeping elsewhere.
    const keeper = (url === undefined ? undefined : options.tokens) ?? keeperOf(connection);
    const endpoint = tokenTarget(target, url);
    const asking = { totalMs: tokenMs, breaker: options.breaker, insists: options.insists };
    const http = client(endpoint, new ConnectionGate({}), asking, routeOf(endpoint, connection, asking));
    return new TokenSession({ ...target, token }, keeper, http, connection.simulator !== undefined);
  };

  return {
    connect(connector, connection, options = {}) {
      const target = targetOf(connector, connection);
      const tokens = tokensOf(target, connection, options);
      return client(target, gateOf(connector, connection.id), options, routeOf(target, connection, options), tokens);
    },
    mail(connector, connection, options = {}) {
      const target = targetOf(connector, connection);
      if (!target.mailServer) return null;
      if (connection.simulator)
        return simulatedMail(this.connect(connector, connection, options), target.mailServer.sender);
      return mailClient(
        { ...target, server: target.mailServer },
        gateOf(connector, connection.id),
        guard,
        all,
        options,
      );
    },
    database(connector, connection, options = {}) {
      const target = targetOf(connector, connection);
      if (!target.databaseServer) return null;
      if (connection.simulator) throw new FatalError(`${target.title} has no simulator.`, { code: 'E_AUTH' });
      const gate = gateOf(connector, connection.id);
      return databaseClient({ ...target, server: target.databaseServer }, gate, guard, all, options);
    },
    async signIn(connector, connection, options = {}) {
      return (await tokensOf(targetOf(connector, connection), connection, options)?.current(options.signal)) ?? null;
    },
    async redeem(connector, connection, given) {
      const tokens = tokensOf(targetOf(connector, connection), connection, {});
      if (!tokens) throw new Error(`${connector.title} has no token.`);
      return tokens.redeem(given);
    },
    open: (options = {}) => client(anyTarget, new ConnectionGate({}), options, outsideRoute(outside, policy, guard)),
    simulators(options = {}) {
      const { dispatcher, origin } = runningSimulators();
      const target = { ...anyTarget, title: 'The simulators', baseUrl: origin };
      return client(target, new ConnectionGate({}), options, async (wire) => ({ dispatcher, wire }));
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

  function client(
    target: Target,
    gate: ConnectionGate,
    options: CallOptions,
    route: Route,
    tokens?: TokenSession,
  ): HttpClient {
    const attempt = async (
      plain: WireRequest,
      safe: boolean,
      { accept, answer }: Pick<HttpRequest, 'accept' | 'answer'>,
      token?: string,
    ) => {
      await gate.pass(`${plain.method} ${plain.url.pathname}`);
      await options.gate?.pass();
      const bound = token === undefined ? target : withToken(target, token);
      let redirects = 0;
      const send = async () => {
        const followed = await follow(plain, bound, options, route, safe);
        redirects = followed.redirects;
        return read(followed.answer, target, safe, { ...options, as: options.asText ? 'text' : answer });
      };
      const host = { origin: plain.url.origin, title: target.title, accept };
      const response = await asked(host, options, send);
      return { bound, redirects, response };
    };

    const tokenFor = async (refused?: string) => {
      const token = await tokens?.current(options.signal, refused);
      if (token !== undefined) options.onToken?.(token);
      return token;
    };

    const attempts = async (request: HttpRequest, safe: boolean) => {
      const plain = buildRequest(target, request);
      const token = await tokenFor();
      const first = await attempt(plain, safe, request, token);
      // Refused at the door, so nothing was done, unless what was sent had gone through another door before.
      if (first.response.status !== 401 || !tokens || !(safe || first.redirects === 0)) return first;
      const another = await tokenFor(token);
      return another === token ? first : attempt(plain, safe, request, another);
    };

    return {
      async send({ bare, ...request }) {
        if (bare) return client(bareTarget(target), gate, options, route).send(request);
        const safe = request.safe ?? (request.method === 'GET' || request.method === 'HEAD');
        const { response, bound } = await attempts(request, safe);
        if (response.status >= 200 && response.status < 300) {
          if (request.answer === 'base64') refuseSecrets(response, bound);
          return response;
        }
        if (request.accept?.includes(response.status)) return withoutSecrets(response, bound.secrets);
        const refusal = refusalOf(response, bound, safe);
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
  ): Promise<{ answer: WireResponse; redirects: number }> {
    const deadline = performance.now() + (options.totalMs ?? all.totalMs);
    let request = withCredentials(target, first);
    for (let redirects = 0; ; redirects += 1) {
      const { dispatcher, wire } = await route(withDepth(await signed(target, request), options.depth));
      const { headersMs } = all;
      const { maxBytes = all.maxBytes } = options;
      const totalMs = Math.max(1, deadline - performance.now());
      const answer = await exchange(dispatcher, wire, { headersMs, totalMs, maxBytes, signal: options.signal }).catch(
        (error) => {
          throw error instanceof ExchangeFailure ? exchangeError(error, target.title, safe) : error;
        },
      );
      const { location } = answer.headers;
      if (!redirectStatuses.has(answer.status) || !location || options.keepsRedirects) return { answer, redirects };
      if (redirects >= all.redirects) {
        throw new FatalError(`${target.title} redirects more than ${all.redirects} times.`, { status: answer.status });
      }
      request = redirected(target, request, answer.status, location);
    }
  }

  async function read(
    wire: WireResponse,
    target: Target,
    safe: boolean,
    { maxBytes = all.maxBytes, as }: Pick<CallOptions, 'maxBytes'> & { as?: 'text' | 'base64' | undefined },
  ): Promise<HttpResponse> {
    return readAnswer(wire, maxBytes, as).catch((error) => {
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
  const meaning = target.meaning(response);
  return statusError(response, { title: target.title, safe, now: new Date(), vendorMessage, meaning });
}

/** The target as one token makes it. */
function withToken(target: Target, token: string): Target {
  return {
    ...target,
    credentials: (origin) => target.credentials(origin, token),
    secrets: [...target.secrets, token],
  };
}

/** The signature goes over the request as it is sent, so it comes last. */
async function signed(target: Target, request: WireRequest): Promise<WireRequest> {
  if (!target.sign || !target.origins.has(request.url.origin)) return request;
  return { ...request, headers: { ...request.headers, ...(await target.sign(request)) } };
}

/** Whatever the flow says itself: only a webhook is told, and a flow cannot tell it something else. */
function withDepth(request: WireRequest, depth: number | undefined): WireRequest {
  const { [depthHeader]: _, ...headers } = request.headers;
  if (depth === undefined || !request.url.pathname.startsWith('/hooks/')) return { ...request, headers };
  return { ...request, headers: { ...headers, [depthHeader]: String(depth) } };
}
