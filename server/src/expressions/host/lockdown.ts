import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import module from 'node:module';
import net from 'node:net';
import vm from 'node:vm';

/** What the evaluators need of the global object; everything else goes, also what a later Node adds. */
const keptGlobals = new Set([
  ...['globalThis', 'global', 'undefined', 'NaN', 'Infinity', 'Object', 'Function', 'Array', 'String', 'Number'],
  ...['Boolean', 'Symbol', 'BigInt', 'Math', 'JSON', 'Date', 'RegExp', 'Intl', 'Promise', 'Reflect', 'Proxy'],
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'Iterator', 'Error', 'AggregateError', 'EvalError'],
  ...['RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'DOMException', 'ArrayBuffer'],
  ...['DataView', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array'],
  ...['Uint32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
  ...['parseInt', 'parseFloat', 'isNaN', 'isFinite', 'encodeURI', 'encodeURIComponent', 'decodeURI'],
  ...['decodeURIComponent', 'escape', 'unescape', 'Buffer', 'TextEncoder', 'TextDecoder', 'performance'],
  ...['queueMicrotask', 'setImmediate', 'structuredClone'],
]);

/** Ways out of the process that Node's permission model leaves open, and those that it closes, closed once more. */
const doors: [holder: object, names: string[]][] = [
  [net.Socket.prototype, ['connect']],
  [net.Server.prototype, ['listen']],
  [net, ['connect', 'createConnection', 'createServer']],
  [dgram.Socket.prototype, ['bind', 'connect', 'send']],
  [dgram, ['createSocket']],
  [dns, Object.keys(dns)],
  [dns.promises, Object.keys(dns.promises)],
  [childProcess, Object.keys(childProcess)],
  [vm, Object.keys(vm)],
  [module, ['createRequire', 'register', '_load', '_resolveFilename']],
];

function refuse(): never {
  throw new Error('Expressions cannot reach this.');
}

/**
 * Leaves in the process only what evaluating takes. No expression can name any of this; it is here for the day on which
 * one finds a way to, and comes on top of the permission model, the empty environment and the ban on generated code.
 */
export function lockDown(): void {
  // An expression that has failed may leave promises behind that fail too; they must not end the process.
  process.on('unhandledRejection', () => {});
  for (const [holder, names] of doors) {
    for (const name of names) {
      if (typeof Reflect.get(holder, name) === 'function') Reflect.set(holder, name, refuse);
    }
  }
  module.syncBuiltinESMExports();
  for (const name of Reflect.ownKeys(process)) {
    if (typeof name === 'string' && !keptOfProcess.has(name)) Reflect.deleteProperty(process, name);
  }
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!keptGlobals.has(name)) Reflect.deleteProperty(globalThis, name);
  }
}

/** What Node itself calls on `process` while it turns the event loop and ends. */
const keptOfProcess = new Set([
  ...['version', 'versions', 'platform', 'arch', 'exitCode', 'nextTick', '_exiting', '_tickCallback'],
  ...['domain', '_events', '_eventsCount', '_maxListeners', 'emitWarning', 'noDeprecation', 'throwDeprecation'],
  ...['traceDeprecation', 'reallyExit', 'execArgv', 'features', '_fatalException'],
]);
