import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LogFile } from '../supervisor/log-file.js';
import { startProcess } from '../supervisor/managed-process.js';
import type { Launched } from '../supervisor/service.js';
import { StartError } from '../supervisor/start-error.js';
import { waitForReady } from './ready-message.js';

const READY_WITHIN_MS = 60_000;
const ENTRY = fileURLToPath(new URL('../../dist/simulators-process.js', import.meta.url));
/** macOS allows 103 bytes for a socket's path, Linux 107. */
const LONGEST_SOCKET_PATH = 100;

/** They keep nothing, so there is nothing to wait for. */
export const simulatorsStop = { signal: 'SIGTERM', graceMs: 3_000 } as const;

/** Where the simulators of an installation listen; in the system's temporary folder when its own path is too long. */
export function simulatorsSocket(dataFolder: string): string {
  const path = join(dataFolder, 'run', 'simulators.sock');
  if (path.length <= LONGEST_SOCKET_PATH) return path;
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16);
  return join(tmpdir(), `castellan-${name}`, 'simulators.sock');
}

/** Starts the process that plays the vendors; it is reached over a socket file alone, so no network rule is opened. */
export async function startSimulators(options: {
  socketPath: string;
  logFile: string;
  /** What a simulator's own deliveries need to come back to this machine, where it has a public address. */
  own?: { publicUrl: string; local: string };
}): Promise<Launched> {
  mkdirSync(join(options.socketPath, '..'), { recursive: true, mode: 0o700 });
  const log = new LogFile(options.logFile);
  const managed = await startProcess({
    command: process.execPath,
    args: [ENTRY],
    log,
    env: {
      PATH: process.env.PATH,
      SIMULATORS_SOCKET: options.socketPath,
      ...(options.own ? { SIMULATORS_OWN: JSON.stringify(options.own) } : {}),
    },
    channel: true,
  });
  const ready = await waitForReady(managed, READY_WITHIN_MS);
  if (ready !== 'late' && ready !== 'ended') return { process: managed, log };
  managed.signal('SIGKILL');
  throw new StartError(`The vendor simulators did not start. All of their output is in ${log.path}.`, log.tail());
}
