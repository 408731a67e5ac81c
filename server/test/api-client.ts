import type { PathParams, Route } from '@castellan/api';
import { expect } from 'vitest';
import type { z } from 'zod';
import { adminSession, type Session, type TestServer } from './harness/index.js';

type Answer<R extends Route> = R extends Route<z.ZodType, z.ZodType, infer A> ? z.output<A> : never;
type Params<R extends Route> =
  R extends Route<z.ZodType, z.ZodType, z.ZodType, infer P> ? Omit<PathParams<P>, 'ws'> : never;

/** What a call sends. The workspace is the client's own unless `ws` names another. */
export interface Call {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
  ws?: string;
}

export interface RawAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Somebody who calls the API by the table of routes. Answers of success are held against the table's schema. */
export class ApiClient {
  constructor(
    readonly url: string,
    readonly workspaceId: string,
    /** Headers that say who calls. */
    readonly credentials: Record<string, string>,
  ) {}

  static of(server: Pick<TestServer, 'url'>, session: Session): ApiClient {
    return new ApiClient(server.url, session.workspaceId, { cookie: session.cookie, origin: server.url });
  }

  static byToken(server: Pick<TestServer, 'url'>, workspaceId: string, token: string): ApiClient {
    return new ApiClient(server.url, workspaceId, { authorization: `Bearer ${token}` });
  }

  static nobody(server: Pick<TestServer, 'url'>): ApiClient {
    return new ApiClient(server.url, '', {});
  }

  /** The call as it is, whatever it answers. */
  async send(
    route: Route,
    { params = {}, query = {}, body, headers = {}, ws = this.workspaceId }: Call = {},
  ): Promise<RawAnswer> {
    const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) =>
      encodeURIComponent({ ws, ...params }[name] ?? name),
    );
    const search = new URLSearchParams(query);
    const response = await fetch(`${this.url}/api/v1${path}?${search}`, {
      method: route.method,
      headers: {
        ...this.credentials,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: await read(response) };
  }

  /** The answer of a call that must succeed. */
  async ok<R extends Route>(route: R, call: Call & { params?: Params<R> } = {}): Promise<Answer<R>> {
    const answer = await this.send(route, call);
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: route.status ?? 200 });
    return (answer.status === 204 ? {} : route.answer.parse(answer.body)) as Answer<R>;
  }

  /** The error of a call that must fail: `{ status, code, message, details }`. */
  async refused(
    route: Route,
    call: Call = {},
  ): Promise<{ status: number; code: string; message: string; details?: never }> {
    const answer = await this.send(route, call);
    expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400);
    return { status: answer.status, ...(answer.body as { code: string; message: string }) };
  }
}

/** The client of the first administrator. */
export async function adminClient(server: TestServer): Promise<ApiClient> {
  return ApiClient.of(server, await adminSession(server));
}

/** JSON as its value, nothing of an endless stream, else the text. */
async function read(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    await response.body?.cancel();
    return null;
  }
  const text = await response.text();
  return type.includes('json') && text !== '' ? JSON.parse(text) : text;
}
