import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { chooseFreePort } from '../supervisor/free-port.js';
import { LogFile } from '../supervisor/log-file.js';
import { adoptProcess, type ManagedProcess, startProcess } from '../supervisor/managed-process.js';
import type { ProcessIdentity } from '../supervisor/process-identity.js';
import { StartError } from '../supervisor/start-error.js';
import { installPostgresBinaries, majorVersion } from './postgres-binaries.js';
import { type PostgresSettings, productSettings } from './postgres-settings.js';
import { findPostgresUser, requireEntry, type SystemUser } from './postgres-user.js';
import { findPostmaster, readPostmasterFile } from './postmaster-file.js';

/** The database and its owner, both of this name. */
const NAME = 'castellan';
/** Recovery after a kill replays at most `max_wal_size` of log, which takes seconds; a full disk takes for ever. */
const READY_WITHIN_MS = 60_000;
/** Sessions of a postmaster that was killed notice within moments; one in the middle of a long write takes longer. */
const ORPHANS_END_WITHIN_MS = 20_000;
/** SQLSTATE `invalid_password`. */
const WRONG_PASSWORD = '28P01';
/** Linux allows 107 bytes for a socket's path; a longer folder goes without, connections use the port anyway. */
const LONGEST_SOCKET_FOLDER = 80;

/** Where and how the built-in Postgres runs. */
export interface PostgresOptions {
  /** Holds binaries, data, socket; made when missing. Below it the Postgres user must be able to enter. */
  folder: string;
  logFile: string;
  /** Kept from the last start; another is taken when it is busy. */
  port?: number;
  /** The database owner's password, given at the first start and kept by the caller. */
  password: string;
  settings?: PostgresSettings;
}

/** A Postgres that answers. */
export interface RunningPostgres {
  process: ManagedProcess;
  log: LogFile;
  port: number;
  /** Connection string of the database, with its password. */
  url: string;
}

/** Starts the built-in Postgres, or takes over the one that already runs on this folder; resolves when it answers. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const log = new LogFile(options.logFile);
  const user = findPostgresUser();
  mkdirSync(options.folder, { recursive: true });
  requireEntry(options.folder, user);
  const binaries = installPostgresBinaries(options.folder);
  const data = join(options.folder, 'data');
  if (!existsSync(data)) initialise({ binaries, data, password: options.password, user });
  requireVersion(binaries, data);

  const running = findPostmaster(data);
  const port = running?.file.port ?? (await chooseFreePort(options.port));
  const describe = (process: ManagedProcess): RunningPostgres => ({
    process,
    log,
    port,
    url: connectionUrl(port, options.password, NAME),
  });
  if (running !== undefined) return waitUntilReady(describe(adoptProcess(running.identity)), options.password);

  const settings = { ...productSettings(), ...options.settings, ...network(options.folder, port, user) };
  const command = {
    command: join(binaries, 'bin', 'postgres'),
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    log,
    env: { LC_ALL: 'C', PATH: process.env.PATH, ...ignoreStalePid(data) },
    cwd: options.folder,
    ...user,
  };
  const deadline = Date.now() + ORPHANS_END_WITHIN_MS;
  for (;;) {
    try {
      return await waitUntilReady(describe(await startProcess(command)), options.password);
    } catch (error) {
      const waitsForOrphans = log.tail().some((line) => line.includes('pre-existing shared memory block'));
      if (!waitsForOrphans || Date.now() > deadline) throw error;
      await delay(300);
    }
  }
}

/** Fast stop: sessions are ended, data is flushed. Ten seconds are ample; a kill after that loses nothing either. */
export const postgresStop = { signal: 'SIGINT', graceMs: 10_000 } as const;

/** The Postgres that runs on this folder, if one does. */
export function findPostgres(folder: string): ProcessIdentity | undefined {
  return findPostmaster(join(folder, 'data'))?.identity;
}

function initialise(options: { binaries: string; data: string; password: string; user: SystemUser | undefined }): void {
  // Made elsewhere and renamed: a first start that was killed leaves nothing that looks like a database.
  const workshop = mkdtempSync(`${options.data}.`);
  const passwordFile = join(workshop, 'password');
  const fresh = join(workshop, 'data');
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  mkdirSync(fresh, { mode: 0o700 });
  if (options.user)
    for (const path of [workshop, passwordFile, fresh]) chownSync(path, options.user.uid, options.user.gid);
  try {
    execFileSync(
      join(options.binaries, 'bin', 'initdb'),
      [
        '-D',
        fresh,
        '--username',
        NAME,
        '--pwfile',
        passwordFile,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-instructions',
      ],
      {
        ...options.user,
        cwd: workshop,
        env: { LC_ALL: 'C', PATH: process.env.PATH },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    renameSync(fresh, options.data);
  } catch (error) {
    const { stderr, message } = error as { stderr?: Buffer; message: string };
    const output = stderr?.toString('utf8').trim() || message;
    throw new StartError('Postgres could not make its data folder.', output.split('\n'));
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

function requireVersion(binaries: string, data: string): void {
  const made = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (made === majorVersion(binaries)) return;
  throw new StartError(
    `The data in ${data} was made by Postgres ${made}, this release brings ${majorVersion(binaries)}. ` +
      'Start the release that made it, take a backup, and restore it here.',
  );
}

function network(folder: string, port: number, user: SystemUser | undefined): PostgresSettings {
  const sockets = join(folder, 'run');
  const usesSocket = sockets.length <= LONGEST_SOCKET_FOLDER;
  if (usesSocket) {
    mkdirSync(sockets, { recursive: true });
    chmodSync(sockets, 0o700);
    if (user) chownSync(sockets, user.uid, user.gid);
  }
  return { listen_addresses: '127.0.0.1', port, unix_socket_directories: usesSocket ? sockets : '' };
}

/**
 * Postgres does not start while the pid in its folder's file exists, were it another program's by now (as in a
 * restarted container) or a dead one's that nobody has collected. We know that it is no postmaster, and say so the way
 * pg_ctl does; the file stays, since by it Postgres finds sessions of the dead postmaster that still touch the data.
 */
function ignoreStalePid(data: string): NodeJS.ProcessEnv {
  const stale = readPostmasterFile(data);
  return stale === undefined ? {} : { PG_GRANDPARENT_PID: String(stale.pid) };
}

/** The connection string of one database of a built-in Postgres. */
function connectionUrl(port: number, password: string, database: string): string {
  return `postgres://${NAME}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

async function waitUntilReady(postgres: RunningPostgres, password: string): Promise<RunningPostgres> {
  let exit: string | undefined;
  void postgres.process.exited.then(({ code, signal }) => {
    exit = signal ?? `code ${code}`;
  });
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const problem = await makeDatabase(connectionUrl(postgres.port, password, 'postgres'));
    if (problem === undefined) return postgres;
    if (problem.code === WRONG_PASSWORD) {
      throw new StartError(
        'Postgres refuses the password that was kept for it: state.json in the data folder is not the one this data ' +
          'was made with. Restore that file from a backup.',
      );
    }
    if (exit !== undefined) throw new StartError(`Postgres ended at its start (${exit}).`, postgres.log.tail());
    if (Date.now() > deadline) {
      throw new StartError(
        `Postgres (pid ${postgres.process.identity.pid}) does not answer on port ${postgres.port}: ${problem.message}.`,
        postgres.log.tail(),
      );
    }
    await delay(50);
  }
}

/** Makes the database when it is missing. @returns why that was not possible yet, or undefined when it is there */
async function makeDatabase(url: string): Promise<{ code?: string; message: string } | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000, query_timeout: 5_000 });
  // A server that goes away while we ask emits an error beside the rejected promise.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query('select from pg_database where datname = $1', [NAME]);
    if (found.rowCount === 0) await client.query(`create database ${NAME}`);
    return undefined;
  } catch (error) {
    return error as { code?: string; message: string };
  } finally {
    await client.end().catch(() => undefined);
  }
}
