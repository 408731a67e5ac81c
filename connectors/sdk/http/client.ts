import { FatalError, RetryableError } from '../errors.js';
import type { HttpClient, HttpRequest, HttpResponse } from '../types.js';
import { readAnswer, UnreadableAnswer } from './answer.js';
import type { CallOptions, HttpLimits } from './call-options.js';
import { ExchangeFailure, exchange, type WireRequest, type WireResponse } from './exchange.js';
import { exchangeError, unreadableError } from './failure.js';
import type { Asked } from './host-breaker.js';
import { masked, refuseSecrets, withoutSecrets } from './masked.js';
import type { ConnectionGate } from './rate-gate.js';
import { buildRequest, redirected, withCredentials } from './request.js';
import type { Route } from './route.js';
import { statusError } from './status.js';
import { bareTarget, type Target } from './target.js';
import type { TokenSession } from './token-session.js';

/** What a client sends by. */
interface ClientParts {
  target: Target;
  gate: ConnectionGate;
  options: CallOptions;
  limits: HttpLimits;
  route: Route;
  tokens?: TokenSession | undefined;
}

/** Tells a webhook of ours how deep flows have started each other. */
export const depthHeader = 'x-castellan-depth';

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** Sends requests to a target, within its limits and gates and with its credentials and token, and reads the answers. */
export function httpClient(on: ClientParts): HttpClient {
  const { target, gate, options, limits, tokens } = on;
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
      const followed = await follow({ ...on, target: bound }, plain, safe);
      redirects = followed.redirects;
      const { maxBytes = limits.maxBytes } = options;
      return read(followed.answer, target, safe, { maxBytes, as: options.asText ? 'text' : answer });
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
      if (bare) return httpClient({ ...on, target: bareTarget(target), tokens: undefined }).send(request);
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

/** Sends a request, and after it what its answers redirect to. */
async function follow(
  { target, options, limits, route }: ClientParts,
  first: WireRequest,
  safe: boolean,
): Promise<{ answer: WireResponse; redirects: number }> {
  const deadline = performance.now() + (options.totalMs ?? limits.totalMs);
  let request = withCredentials(target, first);
  for (let redirects = 0; ; redirects += 1) {
    const { dispatcher, wire } = await route(withDepth(await signed(target, request), options.depth));
    const { headersMs } = limits;
    const { maxBytes = limits.maxBytes } = options;
    const totalMs = Math.max(1, deadline - performance.now());
    const answer = await exchange(dispatcher, wire, { headersMs, totalMs, maxBytes, signal: options.signal }).catch(
      (error) => {
        throw error instanceof ExchangeFailure ? exchangeError(error, target.title, safe) : error;
      },
    );
    const { location } = answer.headers;
    if (!redirectStatuses.has(answer.status) || !location || options.keepsRedirects) return { answer, redirects };
    if (redirects >= limits.redirects) {
      throw new FatalError(`${target.title} redirects more than ${limits.redirects} times.`, { status: answer.status });
    }
    request = redirected(target, request, answer.status, location);
  }
}

async function read(
  wire: WireResponse,
  target: Target,
  safe: boolean,
  { maxBytes, as }: { maxBytes: number; as?: 'text' | 'base64' | undefined },
): Promise<HttpResponse> {
  return readAnswer(wire, maxBytes, as).catch((error) => {
    if (!(error instanceof UnreadableAnswer)) throw error;
    // A refusal is a refusal, whatever its body.
    if (wire.status >= 400) return { status: wire.status, headers: wire.headers, body: null };
    throw unreadableError(error, target.title, wire.status, safe);
  });
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
