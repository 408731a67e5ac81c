import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresStop, type RunningPostgres, startPostgres as startProductPostgres, stopProcess } from '@castellan/cli';
import pg from 'pg';
import { inject } from 'vitest';
import { childrenOf, signalAll } from './processes.js';

/** A database of its own on the test run's Postgres. */
export interface TestDatabase {
  url: string;
  /** Runs one statement as the owner, on a connection of its own. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
}

/** A Postgres that belongs to one test, which may kill it and start it again on the same data. */
export interface OwnPostgres extends TestDatabase {
  readonly pid: number;
  kill9(): Promise<void>;
  /** Starts it again after `kill9`; port and data are the same. */
  restart(): Promise<void>;
  /** Stops it in the mode “immediate”, without a checkpoint and in the middle of everything, and starts it again. */
  restartAtOnce(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Stops all its processes where they are: connections stay open and nothing is answered. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** A fresh, empty database for a test file. It goes with the test run. */
export async function startPostgres(): Promise<TestDatabase> {
  const { port, password } = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const address = `postgres://castellan:${password}@127.0.0.1:${port}`;
  await query(`${address}/castellan`, `create database ${name}`);
  return describe(`${address}/${name}`);
}

/** A Postgres of its own, for tests that take it away. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-own-'));
  chmodSync(folder, 0o755);
  const password = randomBytes(12).toString('hex');
  const start = (port?: number): Promise<RunningPostgres> =>
    startProductPostgres({
      folder: join(folder, 'pg'),
      logFile: join(folder, 'postgres.log'),
      password,
      ...(port === undefined ? {} : { port }),
    });
  let running = await start();
  const family = (): number[] => [running.process.identity.pid, ...childrenOf(running.process.identity.pid)];
  return {
    ...describe(running.url),
    get pid() {
      return running.process.identity.pid;
    },
    kill9: async () => stopProcess(running.process, 'SIGKILL', 0),
    restart: async () => {
      running = await start(running.port);
    },
    restartAtOnce: async () => {
      await stopProcess(running.process, 'SIGQUIT', 10_000);
      running = await start(running.port);
    },
    signal: (signal) => running.process.signal(signal),
    freeze: () => signalAll(family(), 'SIGSTOP'),
    thaw: () => signalAll(family(), 'SIGCONT'),
    stop: async () => {
      await stopProcess(running.process, postgresStop.signal, postgresStop.graceMs);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function describe(url: string): TestDatabase {
  return { url, query: (text, values) => query(url, text, values) };
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string, values?: unknown[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}
