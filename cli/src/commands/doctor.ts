import { accessSync, constants, existsSync } from 'node:fs';
import { connect } from 'node:net';
import { describeSettings, readSettings, type Settings } from '@castellan/server/config';
import pg from 'pg';
import { type DataDir, describeDataDir } from '../data-dir.js';
import { findPostgresPackage } from '../services/postgres-binaries.js';
import { findPostgresUser, requireEntry } from '../services/postgres-user.js';
import { locateTemporalBinary } from '../services/temporal-binary.js';
import { temporalRelease } from '../services/temporal-release.js';
import { findListenProblem } from '../supervisor/free-port.js';
import { InstanceLock } from '../supervisor/instance-lock.js';
import type { Report } from '../terminal/report.js';

/** One thing a start needs: how it is, or (by throwing) what is wrong with it and what to do. */
interface Check {
  name: string;
  look(): Promise<string> | string;
}

/** Prints every setting with its source, then looks at what a start needs. @returns 1 when something is wrong */
export async function doctor({ env, report }: { env: NodeJS.ProcessEnv; report: Report }): Promise<number> {
  const reports = describeSettings(env);
  const width = Math.max(...reports.map(({ name }) => name.length)) + 2;
  report.line('Settings');
  for (const { name, value, source, about, problem } of reports) {
    report.line(`  ${name.padEnd(width)}${value ?? '–'}  (${source}) ${about}`);
    if (problem !== null) report.line(`  ${' '.repeat(width)}! ${problem}`);
  }
  report.line();
  report.line('Checks');
  if (reports.some(({ problem }) => problem !== null)) {
    report.line('  ! Mend the settings first.');
    return 1;
  }
  let failures = 0;
  for (const { name, look } of checks(readSettings(env))) {
    try {
      report.line(`  ✓ ${name.padEnd(12)}${await look()}`);
    } catch (error) {
      failures++;
      report.line(`  ! ${name.padEnd(12)}${(error as Error).message}`);
    }
  }
  return failures === 0 ? 0 : 1;
}

function checks(settings: Settings): Check[] {
  const dataDir = describeDataDir(settings.DATA_DIR);
  return [
    { name: 'Node', look: () => process.version },
    { name: 'data folder', look: () => checkFolder(dataDir, settings) },
    { name: 'Postgres', look: () => checkPostgres(settings) },
    { name: 'Temporal', look: () => checkTemporal(settings, dataDir) },
    { name: 'port', look: () => checkPort(settings, dataDir) },
  ];
}

function checkFolder(dataDir: DataDir, settings: Settings): string {
  if (!existsSync(dataDir.root)) return `${dataDir.root} will be made`;
  try {
    accessSync(dataDir.root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    throw new Error(`${dataDir.root} cannot be written by this user; choose another with DATA_DIR.`);
  }
  if (settings.DATABASE_URL === undefined) requireEntry(dataDir.root, findPostgresUser());
  const key = existsSync(dataDir.key) ? `; the key is in ${dataDir.key}: back it up` : '';
  return `${dataDir.root}${key}`;
}

async function checkPostgres(settings: Settings): Promise<string> {
  if (settings.DATABASE_URL === undefined) return `built in, from ${findPostgresPackage()}`;
  const client = new pg.Client({ connectionString: settings.DATABASE_URL, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return `yours, version ${rows[0]?.server_version}`;
  } catch (error) {
    throw new Error(`DATABASE_URL cannot be reached: ${(error as Error).message}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function checkTemporal(settings: Settings, dataDir: DataDir): Promise<string> {
  if (settings.TEMPORAL_ADDRESS === undefined) {
    const binary = await locateTemporalBinary(dataDir.binaries);
    return binary ?? `the Temporal CLI ${temporalRelease.cli} will be fetched at the start`;
  }
  const [host = '', port] = settings.TEMPORAL_ADDRESS.split(':');
  if (await isListening(host, Number(port))) return `yours, at ${settings.TEMPORAL_ADDRESS}`;
  throw new Error(`Nothing listens at TEMPORAL_ADDRESS ${settings.TEMPORAL_ADDRESS}; start that server, or unset it.`);
}

async function checkPort({ PORT, HOST }: Settings, dataDir: DataDir): Promise<string> {
  const holder = InstanceLock.findHolder(dataDir.lock);
  if (holder !== undefined) return `Castellan runs at ${holder.url} (pid ${holder.pid})`;
  const problem = await findListenProblem(PORT, HOST);
  if (problem === undefined) return `${PORT} on ${HOST} is free`;
  throw new Error(`${PORT} on ${HOST} cannot be listened on (${problem}); choose another with PORT or --port.`);
}

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 5_000 });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}
