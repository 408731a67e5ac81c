import type { TestServer } from './server.js';

/** An answer of the API, its body already parsed. */
export interface ApiAnswer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

/** A signed-in client. Paths begin after `/api/v1`; those of a workspace are reached by `inWorkspace`. */
export interface Session {
  email: string;
  password: string;
  workspaceId: string;
  cookie: string;
  request<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer<Body>>;
  /** The same below `/workspaces/<id>`. */
  inWorkspace<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer<Body>>;
}

interface Me {
  workspaces: { id: string }[];
}

const ADMIN = { email: 'admin@castellan.test', name: 'Ada Admin', password: 'correct horse battery staple' };

/** Makes the first administrator by the server's one-time link, and signs in. */
export async function adminSession(server: Pick<TestServer, 'url' | 'setupUrl'>): Promise<Session> {
  if (server.setupUrl === undefined) throw new Error('This server has its administrator already; use signIn.');
  const code = setupCode(server.setupUrl);
  const answer = await send<Me>(server.url, 'POST', '/setup', { code, ...ADMIN, workspace: 'Main' });
  if (answer.status !== 201) throw new Error(`Set-up answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return signIn(server, ADMIN);
}

/** Signs in as someone who exists: by default the administrator that `adminSession` makes. */
export async function signIn(
  server: Pick<TestServer, 'url'>,
  { email, password }: { email: string; password: string } = ADMIN,
): Promise<Session> {
  const answer = await send<Me>(server.url, 'POST', '/session', { email, password });
  if (answer.status !== 201) throw new Error(`Sign-in answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((entry) => entry.split(';')[0])
    .join('; ');
  const workspaceId = answer.body.workspaces[0]?.id ?? '';
  const request: Session['request'] = (method, path, body, headers) =>
    send(server.url, method, path, body, { cookie, ...headers });
  return {
    email,
    password,
    workspaceId,
    cookie,
    request,
    inWorkspace: (method, path, body, headers) => request(method, `/workspaces/${workspaceId}${path}`, body, headers),
  };
}

/** The code in a set-up link, where it may stand in the query or, so that no proxy logs it, in the fragment. */
export function setupCode(setupUrl: string): string {
  const url = new URL(setupUrl);
  const code = url.searchParams.get('code') ?? new URLSearchParams(url.hash.slice(1)).get('code');
  if (code === null) throw new Error(`No code in the set-up link ${setupUrl}`);
  return code;
}

async function send<Body>(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<ApiAnswer<Body>> {
  const response = await fetch(`${base}/api/v1${path}`, {
    method,
    headers: { origin: base, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
}
