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

/** A signed-in caller of a server's API, in one workspace. */
export class ApiClient {
  private cookie = '';
  private workspaceId = '';

  constructor(private readonly origin: string) {}

  async call<R extends AnyRoute>(route: R, options: CallOptions<R> = {}): Promise<z.output<R['answer']>> {
    const params: Record<string, string> = { ws: this.workspaceId, ...options.params };
    const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const response = await fetch(`${this.origin}/api/v1${path}`, {
      method: route.method,
      headers: {
        origin: this.origin,
        cookie: this.cookie,
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.ifMatch === undefined ? {} : { 'if-match': `"${options.ifMatch}"` }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${route.summary}: the server answered ${response.status} ${text}`);
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
