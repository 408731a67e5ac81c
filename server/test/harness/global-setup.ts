import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
// By path: Vitest resolves packages of a global set-up without our condition for sources.
import {
  findPostmaster,
  findProcess,
  findTemporalBinary,
  isAlive,
  type ProcessIdentity,
  ProcessRecord,
  postgresStop,
  startPostgres,
  startTemporal,
  stopProcess,
  temporalStop,
} from '../../../cli/src/index.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The Postgres and the Temporal of this test run. */
    postgres: { port: number; password: string };
    temporal: { address: string; binary: string };
  }
}

const PREFIX = 'castellan-test-';
/** Kept between runs and clones: fetching it takes longer than many a test. */
const BINARY_CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'castellan');
/** Nothing here has to survive a power cut, and there are many servers with pools of their own. */
const TEST_SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: 400 };

/** Starts one Postgres and one Temporal for the whole test run; each test file takes a database and a namespace of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweepAbandonedRuns();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  // Postgres runs as another user when the tests run as root.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'owner.json'), JSON.stringify(findProcess(process.pid)));

  const password = randomBytes(12).toString('hex');
  const binary = await temporalBinary();
  const [postgres, temporal] = await Promise.all([
    startPostgres({
      folder: join(folder, 'pg'),
      logFile: join(folder, 'postgres.log'),
      password,
      settings: TEST_SETTINGS,
    }),
    startTemporal({ folder: join(folder, 'temporal'), logFile: join(folder, 'temporal.log'), binary }),
  ]);
  project.provide('postgres', { port: postgres.port, password });
  project.provide('temporal', { address: temporal.address, binary });

  return async () => {
    await stopProcess(temporal.process, temporalStop.signal, temporalStop.graceMs);
    await stopProcess(postgres.process, postgresStop.signal, postgresStop.graceMs);
    rmSync(folder, { recursive: true, force: true });
  };
}

/** The Temporal CLI, fetched by the product's own code into a cache when it is neither there nor on PATH. */
export function temporalBinary(): Promise<string> {
  mkdirSync(BINARY_CACHE, { recursive: true });
  return findTemporalBinary(BINARY_CACHE, { say: (sentence) => console.log(sentence), bytes: () => undefined });
}

/** Ends the services of test runs that were killed and could not do so themselves, and removes their folders. */
function sweepAbandonedRuns(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    const owner = readOwner(folder);
    if (owner === undefined || isAlive(owner)) continue;
    const postmaster = findPostmaster(join(folder, 'pg', 'data'))?.identity;
    const temporal = new ProcessRecord(join(folder, 'temporal', 'process.json')).findAlive();
    for (const service of [postmaster, temporal]) if (service) process.kill(service.pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function readOwner(folder: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
