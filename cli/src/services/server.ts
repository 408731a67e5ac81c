import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EX_CONFIG } from '../exit-codes.js';
import { LogFile } from '../supervisor/log-file.js';
import { adoptProcess, type ManagedProcess, startProcess, stopProcess } from '../supervisor/managed-process.js';
import type { ProcessIdentity } from '../supervisor/process-identity.js';
import { ProcessRecord } from '../supervisor/process-record.js';
import { finalError, type Launched } from '../supervisor/service.js';
import { StartError } from '../supervisor/start-error.js';
import { waitForReady } from './ready-message.js';

/** Migrations of a large database run before the server listens. */
const READY_WITHIN_MS = 10 * 60_000;
/** The server drains for up to 30 s; a little more than that. */
export const serverStop = { signal: 'SIGTERM', graceMs: 35_000 } as const;
/** A server without its supervisor has been draining since that died. */
const PREDECESSOR_GRACE_MS = 10_000;

/** The built server, reached the same way from our sources and from our build. */
const ENTRY = fileURLToPath(new URL('../../../server/dist/main.js', import.meta.url));

/** Its threads share few arenas of the C library: with one each, freed memory stays with the process. */
const lean = { MALLOC_ARENA_MAX: '2' };

/** What the server sends over its channel once it listens. */
interface ReadyMessage {
  type: 'ready';
  url: string;
  /** One-time link to make the first administrator; left out once there is one. */
  setupUrl?: string;
}

/** How to start the server. */
export interface ServerOptions {
  dataFolder: string;
  logFile: string;
  env: NodeJS.ProcessEnv;
  /** Another program in the server's place, for tests of the supervisor. */
  entry?: string;
}

/** A server that listens. */
export interface RunningServer extends Launched {
  url: string;
  setupUrl?: string;
}

/** Starts the server; its channel to us closes when we die, and it ends by that. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const log = new LogFile(options.logFile);
  const managed = await startProcess({
    command: process.execPath,
    args: [options.entry ?? ENTRY],
    log,
    env: { ...lean, ...options.env },
    channel: true,
  });
  recordIn(options.dataFolder).write(managed.identity, {});
  const ready = await waitForReady<ReadyMessage>(managed, READY_WITHIN_MS);
  if (ready === 'late' || ready === 'ended') throw await startFailure(ready, managed, log);
  return {
    process: managed,
    log,
    url: ready.url,
    ...(ready.setupUrl === undefined ? {} : { setupUrl: ready.setupUrl }),
  };
}

/** Ends a server whose supervisor was killed: it may still be draining, and hold the port. */
export async function endPredecessor(dataFolder: string): Promise<void> {
  const predecessor = findServer(dataFolder);
  if (predecessor === undefined) return;
  await stopProcess(adoptProcess(predecessor), serverStop.signal, PREDECESSOR_GRACE_MS);
}

/** The server that runs on this data folder, if one does. */
export function findServer(dataFolder: string): ProcessIdentity | undefined {
  return recordIn(dataFolder).findAlive();
}

function recordIn(dataFolder: string): ProcessRecord<object> {
  return new ProcessRecord(join(dataFolder, 'server.json'));
}

async function startFailure(outcome: 'late' | 'ended', managed: ManagedProcess, log: LogFile): Promise<StartError> {
  managed.signal('SIGKILL');
  const { code, signal } = await managed.exited;
  if (code === EX_CONFIG) return finalError('The server', log.tail());
  const how =
    outcome === 'late'
      ? `was not ready within ${READY_WITHIN_MS / 60_000} minutes`
      : `ended at its start (${signal ?? `code ${code}`})`;
  return new StartError(`The server ${how}. All of its output is in ${log.path}.`, log.tail());
}
