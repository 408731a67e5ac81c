import type { Credentials } from '../auth.js';
import { FatalError } from '../errors.js';
import type { HttpRequest, QueryValue } from '../types.js';
import { acceptedEncodings } from './answer.js';
import type { WireRequest } from './exchange.js';
import { filledIn } from './fill.js';
import { multipartBody } from './multipart.js';
import type { Target } from './target.js';

/** Headers that belong to the transport: a flow that sets them would say something else than what is sent. */
const transportHeaders =
  /^(?:host|content-length|transfer-encoding|connection|keep-alive|upgrade|expect|te|trailer|proxy-.*)$/;

/** Headers that may follow to another host. */
const portableHeaders = new Set(['accept', 'accept-encoding', 'accept-language', 'content-type', 'user-agent']);

/** A declared request as it goes out, but for the target's credentials. Rejects with E_INPUT or E_EGRESS what must not. */
export function buildRequest(target: Target, request: HttpRequest): WireRequest {
  const url = urlOf(target, request);
  checkUrl(url);
  if (target.confined(url.origin) && !target.origins.has(url.origin)) {
    throw new FatalError(
      `The credentials of this connection go to ${[...target.origins].join(', ')} only, not to ${url.origin}. Use a connection made for that host.`,
      { code: 'E_EGRESS' },
    );
  }
  appendQuery(url, request.query ?? {});
  const { body, contentType } = bodyOf(request.fill ? filledIn(target, url, request) : request);
  const headers: Record<string, string> = {
    'user-agent': 'castellan',
    accept: 'application/json, */*;q=0.5',
    'accept-encoding': acceptedEncodings,
    ...(contentType ? { 'content-type': contentType } : {}),
    ...target.headers,
    ...ownHeaders(request.headers ?? {}),
  };
  return { url, method: request.method, headers, body };
}

/** The request that a redirect asks for. Another origin gets neither credentials, headers of the flow's own nor a body. */
export function redirected(target: Target, sent: WireRequest, status: number, location: string): WireRequest {
  const url = parseUrl(location, sent.url);
  checkUrl(url);
  if (sent.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new FatalError(`${target.title} redirects from https to http (${url.host}), which is not followed.`, {
      code: 'E_EGRESS',
    });
  }
  const asGet = status === 303 ? sent.method !== 'HEAD' : (status === 301 || status === 302) && sent.method === 'POST';
  const sameOrigin = url.origin === sent.url.origin;
  const body = asGet ? undefined : sent.body;
  if (body !== undefined && !sameOrigin && !target.origins.has(url.origin)) {
    throw new FatalError(
      `${target.title} redirects what was sent to another host (${url.host}), which does not get it.`,
      {
        code: 'E_EGRESS',
      },
    );
  }
  const kept = Object.entries(sent.headers).filter(
    ([name]) => (sameOrigin || portableHeaders.has(name)) && !(asGet && name === 'content-type'),
  );
  const next: WireRequest = {
    url,
    method: asGet ? 'GET' : sent.method,
    headers: Object.fromEntries(kept),
    body,
  };
  return target.origins.has(url.origin) ? withCredentials(target, next) : next;
}

function urlOf(target: Target, { path, base, url }: HttpRequest): URL {
  if (url !== undefined) {
    return parseUrl(url, target.baseUrl !== undefined && url.startsWith('/') ? new URL(target.baseUrl) : undefined);
  }
  const place = base === undefined ? target.baseUrl : target.baseOf?.(base);
  if (place === undefined) throw new FatalError(`${target.title} needs a whole URL.`, { code: 'E_INPUT' });
  // Without a path it is for the place itself, with its own slash at the end and its query.
  return parseUrl(path === undefined ? place : place.replace(/\/+$/, '') + path);
}

function parseUrl(text: string, base?: URL): URL {
  try {
    return new URL(text, base);
  } catch {
    throw new FatalError(`“${text.slice(0, 200)}” is not a URL.`, { code: 'E_INPUT' });
  }
}

function checkUrl(url: URL): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new FatalError(`Only http and https are called, not ${url.protocol}`, { code: 'E_EGRESS' });
  }
  if (url.username !== '' || url.password !== '') {
    throw new FatalError('A URL must not hold a user name or password. Put them in a connection.', { code: 'E_INPUT' });
  }
}

function appendQuery(url: URL, query: Record<string, QueryValue | QueryValue[]>): void {
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) url.searchParams.append(name, String(item));
    }
  }
}

function bodyOf({ body, form, multipart, text }: HttpRequest): { body?: string | Buffer; contentType?: string } {
  if (body !== undefined) return { body: JSON.stringify(body), contentType: 'application/json' };
  if (multipart) return multipartBody(multipart);
  if (text) return { body: text.content, contentType: text.contentType };
  if (!form) return {};
  const pairs = Object.entries(form).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return { body: new URLSearchParams(pairs).toString(), contentType: 'application/x-www-form-urlencoded' };
}

function ownHeaders(headers: Record<string, string | undefined>): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const lower = name.toLowerCase();
    if (transportHeaders.test(lower)) {
      throw new FatalError(`The header ${name} is set by the transport. Leave it out.`, { code: 'E_INPUT' });
    }
    own[lower] = value;
  }
  return own;
}

/** The request with what its target sends along. */
export function withCredentials(target: Target, request: WireRequest): WireRequest {
  const url = new URL(request.url);
  const credentials = target.credentials(url.origin);
  for (const [name, value] of Object.entries(credentials.query ?? {})) url.searchParams.set(name, value);
  const headers = { ...request.headers };
  for (const [name, value] of Object.entries(credentials.headers ?? {})) headers[name.toLowerCase()] = value;
  return { ...request, url, headers, body: withBodyFields(request, credentials) };
}

/** A JSON object's body with the credential's fields in it; any other body as it is. */
function withBodyFields(
  { headers, body }: WireRequest,
  { body: fields, bodyDefaults }: Pick<Credentials, 'body' | 'bodyDefaults'>,
): string | Buffer | undefined {
  if (!fields && !bodyDefaults) return body;
  if (typeof body !== 'string' || headers['content-type'] !== 'application/json') return body;
  const given: unknown = JSON.parse(body);
  if (!given || typeof given !== 'object' || Array.isArray(given)) return body;
  return JSON.stringify({ ...bodyDefaults, ...given, ...fields });
}
