import { readSettings } from '@castellan/server/config';
import { describeDataDir } from '../data-dir.js';
import { findPostgres, postgresStop } from '../services/postgres.js';
import { findServer, serverStop } from '../services/server.js';
import { findTemporal, temporalStop } from '../services/temporal.js';
import { InstanceLock } from '../supervisor/instance-lock.js';
import { adoptProcess, stopProcess } from '../supervisor/managed-process.js';
import type { Report } from '../terminal/report.js';

/** The supervisor gives the server 35 s, and Temporal and Postgres 10 s each. */
const SUPERVISOR_GRACE_MS = 60_000;

/** Stops the Castellan of a data folder, or what a killed one left running. @returns the exit code */
export async function stop({ env, report }: { env: NodeJS.ProcessEnv; report: Report }): Promise<number> {
  const dataDir = describeDataDir(readSettings(env).DATA_DIR);
  const holder = InstanceLock.findHolder(dataDir.lock);
  if (holder !== undefined) await stopProcess(adoptProcess(holder), 'SIGTERM', SUPERVISOR_GRACE_MS);

  const left = [
    { title: 'server', identity: findServer(dataDir.root), how: serverStop },
    { title: 'Temporal', identity: findTemporal(dataDir.temporal), how: temporalStop },
    { title: 'Postgres', identity: findPostgres(dataDir.postgres), how: postgresStop },
  ];
  for (const { title, identity, how } of left) {
    if (identity === undefined) continue;
    await stopProcess(adoptProcess(identity), how.signal, how.graceMs);
    report.fact(title, 'had been left running, stopped');
  }
  const found = holder !== undefined || left.some(({ identity }) => identity !== undefined);
  report.line(found ? `Stopped. Everything is kept in ${dataDir.root}` : `Nothing runs on ${dataDir.root}`);
  return 0;
}
