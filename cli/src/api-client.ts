import type { PathParams, Route } from '@castellan/api';
import type { z } from 'zod';

type AnyRoute = Route<z.ZodType, z.ZodType, z.ZodType, string>;

/** What a call needs: the path's parameters but the workspace's, and the body. */
export interface CallOptions<R extends AnyRoute> {
  params?: Omit<PathParams<R['path']>, 'ws'>;
  body?: z.input<NonNullable<R['body']>>;
  /** The revision that is changed. */
  ifMatch?: number;
}

/** The server refused a call; `message` is what it said. */
export class RefusedError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** A caller of a server's API, in one workspace: signed in by a call of its own, or with a token. */
export class ApiClient {
  private cookie = '';
  private workspaceId = '';

  /** @param token an API token, sent with each call */
  constructor(
    private readonly origin: string,
    private readonly token?: string,
  ) {}

  async call<R extends AnyRoute>(route: R, options: CallOptions<R> = {}): Promise<z.output<R['answer']>> {
    const params: Record<string, string> = { ws: this.workspaceId, ...options.params };
    const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const response = await fetch(`${this.origin}/api/v1${path}`, {
      method: route.method,
      headers: {
        ...(this.token === undefined
          ? { origin: this.origin, cookie: this.cookie }
          : { authorization: `Bearer ${this.token}` }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.ifMatch === undefined ? {} : { 'if-match': `"${options.ifMatch}"` }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new RefusedError(`${route.summary}: the server answered ${response.status} ${text}`, response.status);
    }
    this.keepCookie(response.headers);
    return (text === '' ? {} : JSON.parse(text)) as z.output<R['answer']>;
  }

  /** From here on, paths of a workspace are those of this one. */
  enter(workspaceId: string): void {
    this.workspaceId = workspaceId;
  }

  private keepCookie(headers: Headers): void {
    const cookies = headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    if (cookies.length > 0) this.cookie = cookies.join('; ');
  }
}
