import { routes } from '@castellan/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { addressOf, call } from './client.js';
import { ApiError } from './errors.js';

afterEach(() => vi.unstubAllGlobals());

/** Answers every request alike and keeps what was asked. */
function server(status: number, body: unknown, headers: Record<string, string> = {}) {
  const asked: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return new Response(status === 204 ? null : typeof body === 'string' ? body : JSON.stringify(body), {
      status,
      headers,
    });
  });
  return asked;
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe('the address of a call', () => {
  it('carries the parameters of the path, encoded', () => {
    expect(addressOf('/workspaces/:ws/flows/:id', { ws: 'a/b', id: '1' })).toBe('/api/v1/workspaces/a%2Fb/flows/1');
  });

  it('leaves out what is empty, and a switch that is off, which a server would read as on', () => {
    expect(addressOf('/runs', {}, { q: '', status: undefined, mine: false, limit: 5 })).toBe('/api/v1/runs?limit=5');
  });

  it('keeps zero', () => {
    expect(addressOf('/runs', {}, { limit: 0 })).toBe('/api/v1/runs?limit=0');
  });
});

describe('a call', () => {
  it('sends the body as JSON and the edited revision as If-Match, and gives the answer', async () => {
    const asked = server(200, { revision: 8 });
    const answer = await call(routes.flows.save, {
      params: { ws: 'w', id: 'f' },
      body: { draft: { name: 'Leaver' } },
      ifMatch: 7,
    });
    expect(answer.revision).toBe(8);
    expect(asked[0]?.url).toBe('/api/v1/workspaces/w/flows/f');
    expect(asked[0]?.init.method).toBe('PUT');
    expect(asked[0]?.init.body).toBe('{"draft":{"name":"Leaver"}}');
    expect(asked[0]?.init.headers).toMatchObject({ 'if-match': '"7"', 'content-type': 'application/json' });
  });

  it('sends no content type without a body', async () => {
    const asked = server(200, {});
    await call(routes.people.me, {});
    expect(asked[0]?.init.headers).not.toHaveProperty('content-type');
  });

  it('gives an empty object for an answer without content', async () => {
    server(204, '');
    expect(await call(routes.people.signOut, {})).toEqual({});
  });

  it('fails with the code, message, details and remedy that the server named', async () => {
    server(412, { code: 'stale_revision', message: 'Revision 9 is newer.', details: { revision: 9 } });
    const error = await failure(call(routes.flows.get, { params: { ws: 'w', id: 'f' } }));
    expect(error.code).toBe('stale_revision');
    expect(error.message).toBe('Revision 9 is newer.');
    expect(error.details).toEqual({ revision: 9 });
    expect(error.remedy).toMatch(/load the present revision/);
  });

  it('reads a page that a proxy wrote as the server being away', async () => {
    server(502, '<html>Bad gateway</html>');
    const error = await failure(call(routes.people.me, {}));
    expect(error.code).toBe('unavailable');
    expect(error.status).toBe(502);
  });

  it('tells how long to wait', async () => {
    server(429, { code: 'rate_limited', message: 'Too many attempts.' }, { 'retry-after': '30' });
    expect((await failure(call(routes.people.me, {}))).retryAfter).toBe(30);
  });

  it('fails as unavailable when nothing answers', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('fetch failed');
    });
    const error = await failure(call(routes.people.me, {}));
    expect(error.code).toBe('unavailable');
    expect(error.message).toBe('The server cannot be reached.');
  });

  it('lets an abandoned request stay abandoned, which is no failure', async () => {
    const stop = new AbortController();
    vi.stubGlobal('fetch', async () => {
      stop.abort();
      throw new DOMException('aborted', 'AbortError');
    });
    await expect(call(routes.people.me, { signal: stop.signal })).rejects.toBeInstanceOf(DOMException);
  });
});
