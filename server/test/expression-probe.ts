/**
 * Stands in for the expression host: locks itself down just as it does, then tries every way out that is known and
 * answers what it could reach. Each attempt must fail.
 */
import { lockIntrinsics } from '../src/expressions/host/intrinsics.js';
import { inputLines, writeLine } from '../src/expressions/host/lines.js';
import { lockDown } from '../src/expressions/host/lockdown.js';

const env = { ...process.env };
lockDown();
lockIntrinsics();
writeLine('{"ready":true}');

/** Hidden from the bundler, so that Node resolves it in the process. */
const load = (name: string): Promise<Record<string, unknown>> => import(/* @vite-ignore */ `node:${name}`);
type Constructor = new (...args: unknown[]) => unknown;
type Call = (...args: unknown[]) => unknown;
const call = async (name: string, member: string, ...args: unknown[]): Promise<unknown> => {
  const result = await ((await load(name))[member] as Call)(...args);
  return result ?? 'reached';
};
/** Waits for the event that shows that a connection came about. */
const happens = async (emitter: unknown, event: string): Promise<unknown> =>
  ((await load('events')).once as Call)(await emitter, event);
const define = (holder: object, name: string): unknown => {
  (holder as Record<string, unknown>)[name] = 'changed';
  return (holder as Record<string, unknown>)[name];
};

/** Each gives something where it succeeds. `port` is that of a web server on this machine. */
const attempts: Record<string, (port: number) => unknown> = {
  'read a file': () => call('fs', 'readFileSync', '/etc/hosts'),
  'list a folder': () => call('fs', 'readdirSync', '/'),
  'write a file': () => call('fs', 'writeFileSync', '/tmp/castellan-expression-marker', 'x'),
  'read a file by promise': () => call('fs/promises', 'readFile', '/etc/hosts'),
  'run a command': () => call('child_process', 'execFileSync', '/bin/true'),
  'spawn a command': () => call('child_process', 'spawn', '/bin/true'),
  'start a thread': async () =>
    Reflect.construct((await load('worker_threads')).Worker as Constructor, ['1', { eval: true }]),
  connect: (port) => happens(call('net', 'connect', port, '127.0.0.1'), 'connect'),
  'connect a socket': async (port) => {
    const socket = Reflect.construct((await load('net')).Socket as Constructor, []) as { connect: Call };
    return happens(socket.connect(port, '127.0.0.1'), 'connect');
  },
  'ask by HTTP': (port) => happens(call('http', 'get', `http://127.0.0.1:${port}/`), 'response'),
  'open TLS': (port) => happens(call('tls', 'connect', port, '127.0.0.1'), 'connect'),
  'fetch from it': (port) => (Reflect.get(globalThis, 'fetch') as Call)(`http://127.0.0.1:${port}/`),
  'open a datagram socket': () => call('dgram', 'createSocket', 'udp4'),
  'resolve a name': () => call('dns', 'lookup', 'localhost', () => {}),
  'resolve a name by promise': () => call('dns/promises', 'lookup', 'localhost'),
  listen: async () => {
    const server = Reflect.construct((await load('net')).Server as Constructor, []) as { listen: Call };
    return happens(server.listen(0), 'listening');
  },
  'open a debugger': () => call('inspector', 'open', 0),
  'make code': () => Reflect.construct(Function, ['return 1']),
  'make code by a constructor': () => (async () => {}).constructor('return 1'),
  'make code by eval': () => (Reflect.get(globalThis, 'eval') as Call)('1'),
  'run code in a context': () => call('vm', 'runInThisContext', '1'),
  'make a require': () => call('module', 'createRequire', 'file:///x/'),
  'compile WebAssembly': () => Reflect.get(globalThis, 'WebAssembly'),
  'find the process': () => Reflect.get(globalThis, 'process'),
  'signal the parent': async () => {
    const { ppid } = (await load('process')) as { ppid: number };
    return call('process', 'kill', ppid, 0);
  },
  'load a binding': () => call('process', 'binding', 'fs'),
  'load a library': async () => (await load('process')).dlopen,
  'get a module': () => call('process', 'getBuiltinModule', 'fs'),
  'end by itself': () => call('process', 'abort'),
  'see the environment': () => Object.keys(env).find((name) => name !== 'TZ' && name !== 'PWD'),
  'use __proto__': () => Reflect.get({}, '__proto__'),
  'add to every object': () => define(Object.prototype, 'polluted'),
  'add to every list': () => define(Array.prototype, 'polluted'),
  'replace a method of lists': () => define(Array.prototype, 'map'),
  'replace a method of texts': () => define(String.prototype, 'replace'),
  'replace the writing of JSON': () => define(JSON, 'stringify'),
  'replace promises': () => define(Promise.prototype, 'then'),
  'replace what async functions inherit': () =>
    define(
      Object.getPrototypeOf(async () => {}),
      'polluted',
    ),
};

for (const line of inputLines()) {
  const { id, attempt, port } = JSON.parse(line) as { id: number; attempt: string; port: number };
  let reached: unknown = null;
  try {
    reached = (await attempts[attempt]?.(port)) ?? null;
  } catch {
    // Refused, as it must be.
  }
  const value = attempt === '' ? Object.keys(attempts) : reached === null ? 'refused' : 'reached';
  writeLine(JSON.stringify({ id, ok: true, value, milliseconds: 0 }));
}
