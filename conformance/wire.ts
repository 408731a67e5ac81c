import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request as passOn, type Server, type ServerResponse } from 'node:http';
import { Agent } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonValue } from '@castellan/sdk';
import { type Simulator, serveSimulators } from '@castellan/sdk/simulator';

/** One request as it was on the wire. */
export interface Sent {
  /** Where it was meant to go. */
  host: string;
  method: string;
  path: string;
  query: Record<string, string[]>;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** JSON or form fields as parsed; other text as it is; null if empty. */
  body: JsonValue;
}

/** A simulator behind a recorder: an SDK reaches it on loopback, our HTTP core by a socket, and both are written down alike. */
export interface Wire {
  /** For SDKs that take another base address; such a one says with `x-castellan-origin` whom it means. */
  origin: string;
  /** For SDKs that send with a fetch that they are given: the same request, brought here. */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>;
  /** For SDKs that send with Node's https: what they would encrypt arrives here in the clear. */
  agent: Agent;
  /** For our HTTP core. */
  socketPath: string;
  /** What was sent since this was last called. */
  taken(): Sent[];
  close(): Promise<void>;
}

/** What our core tells the simulators beside the vendor's own request. */
const ownHeaders = /^x-castellan-/;

export async function openWire(simulator: Simulator): Promise<Wire> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-conformance-'));
  const simulatorsPath = join(folder, 'simulators.sock');
  const socketPath = join(folder, 'wire.sock');
  const running = await serveSimulators({ simulators: [simulator], socketPath: simulatorsPath });
  let sent: Sent[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const bytes = await readAll(request);
    if (!request.url!.startsWith('/__simulator')) sent.push(sentOf(request, bytes));
    const headers = { ...request.headers, 'x-castellan-connector': simulator.connector };
    const options = { socketPath: simulatorsPath, method: request.method, path: request.url, headers };
    const onward = passOn(options, (answered) => {
      response.writeHead(answered.statusCode!, answered.headers);
      answered.pipe(response);
    });
    onward.on('error', (error) => response.destroy(error));
    onward.end(bytes);
  };
  const listening = [createServer(answer), createServer(answer)] as const;
  await listen(listening[0], { host: '127.0.0.1', port: 0 });
  await listen(listening[1], { path: socketPath });
  const { port } = listening[0].address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    fetch(url, init) {
      const { origin, pathname, search } = new URL(url);
      const headers = new Headers(init?.headers);
      headers.set('x-castellan-origin', origin);
      return fetch(`http://127.0.0.1:${port}${pathname}${search}`, { ...init, headers });
    },
    agent: inTheClear(port),
    socketPath,
    taken() {
      const all = sent;
      sent = [];
      return all;
    },
    async close() {
      for (const server of listening) {
        server.closeAllConnections();
        server.close();
      }
      await running.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An agent for https that connects to a port of ours, without TLS. */
function inTheClear(port: number): Agent {
  const agent = new Agent();
  return Object.assign(agent, { createConnection: () => connect(port, '127.0.0.1') });
}

function sentOf({ method, url, headers }: IncomingMessage, bytes: Buffer): Sent {
  const { pathname, searchParams } = new URL(url!, 'http://wire');
  const named = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  const origin = headers['x-castellan-origin'];
  return {
    host: origin ? new URL(String(origin)).host : headers.host!,
    method: method!,
    path: pathname,
    query: Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)])),
    headers: Object.fromEntries(named.filter(([name]) => !ownHeaders.test(name!))),
    body: bodyOf(bytes.toString('utf8'), headers['content-type'] ?? ''),
  };
}

function bodyOf(text: string, contentType: string): JsonValue {
  if (text === '') return null;
  if (isForm(text, contentType)) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** Splunk's SDK says of its JSON that it is a form, which its server does not mind. */
function isForm(text: string, contentType: string): boolean {
  return contentType.startsWith('application/x-www-form-urlencoded') && !text.startsWith('{');
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function listen(server: Server, place: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(place, resolve);
  });
}
