import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { JsonValue } from '../types.js';
import { answerControl, controlRoot } from './control.js';
import type { SimulatedAnswer, SimulatedCall, SimulatedDelivery, Simulator } from './define.js';
import { deliver, type OwnAddress } from './deliveries.js';
import type { Fault } from './faults.js';
import { readMultipart } from './multipart.js';
import { type LoggedRequest, SimulatorWorld } from './world.js';

export interface ServeOptions {
  simulators: Simulator[];
  /** A socket file, or a pipe on Windows. A file left by a killed process is replaced. */
  socketPath?: string;
  /** Also listen on a free port of 127.0.0.1 for each simulator, for vendors' own SDKs under test. */
  loopback?: boolean;
  /** Where simulators deliver to what has the installation's public address. */
  own?: OwnAddress;
}

export interface RunningSimulators {
  /** With `loopback`: connector id → base address. There the workspace is `default` unless a header says otherwise. */
  urls?: Record<string, string>;
  close(): Promise<void>;
}

/** Starts the simulators. On the socket, headers say which simulator and which workspace is meant. */
export async function serveSimulators(options: ServeOptions): Promise<RunningSimulators> {
  const { simulators, socketPath, loopback, own } = options;
  const opened = await Promise.all(simulators.map((simulator) => SimulatorWorld.open(simulator)));
  const worlds = new Map(opened.map((world) => [world.connector, world]));
  const servers: Server[] = [];

  if (socketPath !== undefined) {
    if (process.platform !== 'win32') await rm(socketPath, { force: true });
    servers.push(await listen(serverOf({ worlds, own }), { path: socketPath }));
  }
  const urls: Record<string, string> = {};
  for (const world of loopback ? opened : []) {
    const server = await listen(serverOf({ worlds, own, only: world }), { host: '127.0.0.1', port: 0 });
    servers.push(server);
    urls[world.connector] = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  }
  return {
    ...(loopback ? { urls } : {}),
    close: async () => {
      await Promise.all(servers.map(closeServer));
    },
  };
}

/** What one server serves. */
interface Served {
  worlds: Map<string, SimulatorWorld>;
  /** The only simulator here. */
  only?: SimulatorWorld;
  own?: OwnAddress;
}

function serverOf(served: Served): Server {
  return createServer((request, response) => {
    serve(served, request, response).catch((error: Error) => {
      if (response.headersSent || response.destroyed) return response.destroy();
      send(response, { status: 500, body: { code: 'simulator_fault', message: error.message } });
    });
  });
}

async function serve(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { worlds, only, own } = served;
  const url = new URL(request.url ?? '/', 'http://simulators');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const call: SimulatedCall = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    body: await readBody(request),
    workspace: headers['x-castellan-workspace'] ?? 'default',
    now: new Date(),
  };
  if (call.path === controlRoot || call.path.startsWith(`${controlRoot}/`)) {
    return send(response, answerControl(worlds, call.method, call.path, call.query, call.body));
  }
  const connector = headers['x-castellan-connector'] ?? '';
  const world = only ?? worlds.get(connector);
  if (!world) {
    return send(response, {
      status: 404,
      body: { code: 'not_found', message: `There is no simulator “${connector}”.` },
    });
  }
  const { entry, fault } = world.begin(call);
  const sends = await play(world, call, entry, fault, response);
  await sendAll(world, call.workspace, sends, own);
}

/** Makes the deliveries that a call led to, and those that they lead to. */
async function sendAll(
  world: SimulatorWorld,
  workspace: string,
  sends: SimulatedDelivery[],
  own: OwnAddress | undefined,
): Promise<void> {
  const each = sends.map(async (delivery) => {
    const outcome = await deliver(delivery, own);
    await sendAll(world, workspace, world.settle(workspace, delivery, outcome), own);
  });
  await Promise.all(each);
}

/** Answers as the fault says, or as the rules say. @returns what is to be delivered because of it */
async function play(
  world: SimulatorWorld,
  call: SimulatedCall,
  entry: LoggedRequest,
  fault: Fault | null,
  response: ServerResponse,
): Promise<SimulatedDelivery[]> {
  if (fault?.delaySeconds) await wait(fault.delaySeconds * 1000);
  if (fault?.reset === 'before') {
    reset(response);
    return [];
  }
  const answer: SimulatedAnswer = fault?.status
    ? { status: fault.status, headers: fault.headers, body: fault.body ?? { message: 'A scripted fault.' } }
    : world.answer(call);
  if (fault?.reset === 'after') reset(response);
  else {
    entry.status = answer.status ?? 200;
    if (fault?.dripBytesPerSecond) await drip(response, answer, fault.dripBytesPerSecond);
    else send(response, answer);
  }
  return answer.sends ?? [];
}

async function readBody(request: IncomingMessage): Promise<JsonValue> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const contentType = request.headers['content-type'] ?? '';
  if (contentType.startsWith('multipart/form-data')) return readMultipart(bytes, contentType);
  const text = bytes.toString('utf8');
  if (text === '') return null;
  // There are vendors that do not mind what a client says of its JSON, and clients that say it is a form.
  if (contentType.startsWith('application/x-www-form-urlencoded') && !text.startsWith('{')) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function send(response: ServerResponse, { status = 200, headers, body }: SimulatedAnswer): void {
  response.writeHead(status, {
    'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
    ...headers,
  });
  const content = contentOf(body);
  // A vendor that compresses says so itself; here that is all it takes.
  response.end(headers?.['content-encoding'] === 'gzip' ? gzipSync(content ?? '') : content);
}

function contentOf(body: SimulatedAnswer['body']): string | undefined {
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
}

/** Breaks the connection with a TCP reset, or with an end on a socket file, which knows no reset. */
function reset(response: ServerResponse): void {
  const { socket } = response;
  if (socket?.remoteAddress) socket.resetAndDestroy();
  else socket?.destroy();
}

async function drip(
  response: ServerResponse,
  { status = 200, headers, body }: SimulatedAnswer,
  perSecond: number,
): Promise<void> {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  for (const letter of contentOf(body) ?? '') {
    if (response.destroyed) return;
    response.write(letter);
    await wait(1000 / perSecond);
  }
  response.end();
}

function listen(server: Server, place: { path: string } | { host: string; port: number }): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(place, () => resolve(server));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
