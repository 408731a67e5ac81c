import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that the vendor got. */
export interface VendorRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
  at: number;
  /** Status that it was answered with; null while it has no answer, and for good when it was cut off. */
  answered: number | null;
}

/** How the vendor answers a request; nothing leaves the connection open until `release`. */
export type Script = (request: VendorRequest, count: number) => Promise<VendorAnswer> | VendorAnswer;

export interface VendorAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Cuts the connection after the request has been read whole. */
  reset?: boolean;
  /** Writes the answer itself, in place of all the rest: slow, endless, packed, broken (see bad-answers.ts). */
  write?: (response: ServerResponse) => void;
}

export interface Vendor {
  url: string;
  /** `host:port`, for EGRESS_ALLOW. */
  address: string;
  /** All that it was asked, in order. */
  requests: VendorRequest[];
  /** Requests to this path. */
  to(path: string): VendorRequest[];
  /** Says how a path answers from now on; without a script it answers 200 and `{ ok: true }`. */
  script(path: string, script: Script): void;
  stop(): Promise<void>;
}

const parseBody = (text: string, contentType = ''): unknown =>
  contentType.startsWith('application/x-www-form-urlencoded')
    ? Object.fromEntries(new URLSearchParams(text))
    : JSON.parse(text);

/** A vendor whose answers a test scripts, path by path, and which remembers what it was asked. */
export async function startVendor(): Promise<Vendor> {
  const requests: VendorRequest[] = [];
  const scripts = new Map<string, Script>();
  const to = (path: string) => requests.filter((request) => request.path === path);
  const server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://vendor');
    const seen: VendorRequest = {
      method: request.method ?? '',
      path,
      query: Object.fromEntries(searchParams),
      headers: request.headers,
      body: text === '' ? null : parseBody(text, request.headers['content-type']),
      at: Date.now(),
      answered: null,
    };
    requests.push(seen);
    const {
      status = 200,
      headers = {},
      body = { ok: true },
      reset,
      write,
    } = (await scripts.get(path)?.(seen, to(path).length)) ?? {};
    if (reset) {
      request.socket.resetAndDestroy();
      return;
    }
    if (write) {
      write(response);
      return;
    }
    seen.answered = status;
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    address: `127.0.0.1:${port}`,
    requests,
    to,
    script: (path, script) => void scripts.set(path, script),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
