import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chooseFreePort, LogFile, type ManagedProcess, startProcess, stopProcess } from '@castellan/cli';
import type { TestDatabase } from './postgres.js';
import type { TestTemporal } from './temporal.js';

const ENTRY = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const READY_WITHIN_MS = 60_000;

/** How to start one server process. Two of one `installation` share database, Temporal, data folder and key. */
export interface ServerOptions {
  database: Pick<TestDatabase, 'url'>;
  temporal: TestTemporal;
  mode?: 'all' | 'api' | 'worker';
  /** Settings beside those that the harness makes; they win. */
  env?: Record<string, string>;
  /** Given back by an earlier server: to start again after a kill, or to start a second process beside it. */
  installation?: Installation;
  /** Another build of the server in the place of `server/dist`. */
  entry?: string;
  /** To come back under the same address. */
  port?: number;
}

/** What all processes of an installation have in common. */
export interface Installation {
  dataFolder: string;
  encryptionKey: string;
}

/** A real server process, ready. */
export interface TestServer {
  url: string;
  port: number;
  /** The one-time link to the set-up, while there is no administrator. */
  setupUrl: string | undefined;
  pid: number;
  installation: Installation;
  /** Its output since its start, a line of JSON each. */
  logs(): string[];
  /** Ends as a crash would: at once, with everything under way cut off. */
  kill9(): Promise<void>;
  /** Ends as the supervisor would: SIGTERM, drain. @returns the exit code, null when it had to be killed */
  stop(): Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
}

/** Keys of a fresh installation: a data folder and an encryption key. */
export function newInstallation(): Installation {
  return {
    dataFolder: mkdtempSync(join(tmpdir(), 'castellan-server-')),
    encryptionKey: randomBytes(32).toString('base64'),
  };
}

/**
 * Starts `server/dist/main.js` (so build first: `npm run build`) and resolves when it says that it is ready. Its
 * channel to us closes with the test's process, so that no server outlives a test that failed.
 */
export async function startServer(options: ServerOptions): Promise<TestServer> {
  if (!existsSync(ENTRY)) throw new Error(`${ENTRY} is missing: run "npm run build" first.`);
  const installation = options.installation ?? newInstallation();
  const port = options.port ?? (await chooseFreePort());
  const log = new LogFile(join(installation.dataFolder, `${randomBytes(4).toString('hex')}.log`));
  const managed = await startProcess({
    command: process.execPath,
    args: [options.entry ?? ENTRY],
    log,
    channel: true,
    env: {
      PATH: process.env.PATH,
      // As the supervisor starts it.
      MALLOC_ARENA_MAX: '2',
      MODE: options.mode ?? 'all',
      DATABASE_URL: options.database.url,
      TEMPORAL_ADDRESS: options.temporal.address,
      TEMPORAL_NAMESPACE: options.temporal.namespace,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: installation.dataFolder,
      ENCRYPTION_KEY: installation.encryptionKey,
      ...options.env,
    },
  });
  const ready = await waitUntilReady(managed, log);
  return {
    url: ready.url ?? `http://127.0.0.1:${port}`,
    port,
    setupUrl: ready.setupUrl,
    pid: managed.identity.pid,
    installation,
    logs: () => readFileSync(log.path, 'utf8').trimEnd().split('\n'),
    kill9: () => stopProcess(managed, 'SIGKILL', 0),
    stop: async () => {
      await stopProcess(managed, 'SIGTERM', 40_000);
      return (await managed.exited).code;
    },
    signal: (signal) => managed.signal(signal),
  };
}

/** Removes an installation's folder, after its servers have stopped. */
export function removeInstallation(installation: Installation): void {
  rmSync(installation.dataFolder, { recursive: true, force: true });
}

/** What the server sends over its channel once it listens. */
interface ReadyMessage {
  type: 'ready';
  url?: string;
  setupUrl?: string;
}

async function waitUntilReady(managed: ManagedProcess, log: LogFile): Promise<ReadyMessage> {
  const timer = new AbortController();
  const outcome = await Promise.race([
    new Promise<ReadyMessage>((resolve) => {
      managed.child?.on('message', (message: ReadyMessage) => message.type === 'ready' && resolve(message));
    }),
    managed.exited.then(({ code, signal }) => `ended at its start (${signal ?? `code ${code}`})`),
    delay(READY_WITHIN_MS, `was not ready within ${READY_WITHIN_MS / 1000} s`, { signal: timer.signal }),
  ]);
  timer.abort();
  if (typeof outcome !== 'string') return outcome;
  managed.signal('SIGKILL');
  throw new Error(`The server ${outcome}:\n${log.tail().join('\n')}`);
}
