import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
// By path: Vitest resolves packages of a global set-up without our condition for sources.
import {
  findPostmaster,
  findProcess,
  findTemporalBinary,
  isAlive,
  type ProcessIdentity,
  ProcessRecord,
  postgresStop,
  type RunningPostgres,
  type RunningTemporal,
  startPostgres,
  startTemporal,
  stopProcess,
  temporalStop,
} from '../../../cli/src/index.js';

/** A Postgres and a Temporal in a folder of their own, started by the product's code. */
export interface Services {
  postgres: RunningPostgres & { password: string };
  temporal: RunningTemporal & { binary: string };
  /** Stops both and removes their folder. */
  stop(): Promise<void>;
}

const PREFIX = 'castellan-test-';
/** Kept between runs and clones: fetching it takes longer than many a test. */
const BINARY_CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'castellan');

/** Starts both beside each other. `settings` are Postgres's, beside the product's own. */
export async function startServices(settings: Record<string, string | number> = {}): Promise<Services> {
  sweepAbandoned();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  // Postgres runs as another user when we run as root.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'owner.json'), JSON.stringify(findProcess(process.pid)));

  const password = randomBytes(12).toString('hex');
  const binary = await temporalBinary();
  const [postgres, temporal] = await Promise.all([
    startPostgres({ folder: join(folder, 'pg'), logFile: join(folder, 'postgres.log'), password, settings }),
    startTemporal({ folder: join(folder, 'temporal'), logFile: join(folder, 'temporal.log'), binary }),
  ]);
  return {
    postgres: { ...postgres, password },
    temporal: { ...temporal, binary },
    stop: async () => {
      await stopProcess(temporal.process, temporalStop.signal, temporalStop.graceMs);
      await stopProcess(postgres.process, postgresStop.signal, postgresStop.graceMs);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The Temporal CLI, fetched by the product's own code into a cache when it is neither there nor on PATH. */
function temporalBinary(): Promise<string> {
  mkdirSync(BINARY_CACHE, { recursive: true });
  return findTemporalBinary(BINARY_CACHE, { say: (sentence) => console.log(sentence), bytes: () => undefined });
}

/** Ends the services of runs that were killed and could not do so themselves, and removes their folders. */
function sweepAbandoned(): void {
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
