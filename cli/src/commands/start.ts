import { existsSync } from 'node:fs';
import { readSettings, type Settings } from '@castellan/server/config';
import { type DataDir, openDataDir } from '../data-dir.js';
import { bringUp } from '../installation.js';
import { endPredecessor, type RunningServer } from '../services/server.js';
import { chooseFreePort, findListenProblem } from '../supervisor/free-port.js';
import { InstanceLock } from '../supervisor/instance-lock.js';
import { EndRequests, listenForSignals } from '../supervisor/signals.js';
import { StartError } from '../supervisor/start-error.js';
import { Supervisor } from '../supervisor/supervisor.js';
import type { Report } from '../terminal/report.js';

/** How to start. */
export interface StartOptions {
  /** The settings, those given on the command line already in them. */
  env: NodeJS.ProcessEnv;
  report: Report;
  /** Called once everything runs. @returns lines that tell a person how to get in */
  introduce(server: RunningServer, dataDir: DataDir): Promise<string[]> | string[];
  /** Another program in the server's place, for tests of the supervisor. */
  serverEntry?: string;
}

/** Starts Castellan and keeps it running until a signal, or a failure that only a person can mend, ends it. */
export async function start(options: StartOptions): Promise<void> {
  const { report, env } = options;
  const settings = readSettings(env);
  const dataDir = openDataDir(settings.DATA_DIR, { withPostgres: settings.DATABASE_URL === undefined });
  const lock = InstanceLock.take(dataDir.lock, addressOf(settings));
  const supervisor = new Supervisor();
  const failure = new AbortController();
  const ended = new Promise<void>((resolve, reject) => {
    failure.signal.addEventListener('abort', () => reject(failure.signal.reason));
    const requests = new EndRequests((kind) => {
      if (kind === 'impatient') return supervisor.hurry();
      report.line('Stopping: the server finishes what is under way, then Temporal and Postgres stop.');
      resolve();
    });
    listenForSignals(requests);
  });

  try {
    report.line(`Castellan starts. Its data folder is ${dataDir.root}`);
    const isNewKey = settings.ENCRYPTION_KEY === undefined && !existsSync(dataDir.key);
    const up = async () => {
      await endPredecessor(dataDir.root);
      await requirePort(settings);
      const server = await bringUp({
        ...options,
        settings,
        dataDir,
        supervisor,
        notify: (notice) => (notice.kind === 'gave-up' ? failure.abort(notice.error) : report.notice(notice)),
      });
      const waysIn = await options.introduce(server, dataDir);
      tellReady(report, server, dataDir, waysIn);
      if (isNewKey && existsSync(dataDir.key)) tellKey(report, dataDir.key);
      report.line('\nCtrl+C stops it.');
      await ended;
    };
    await Promise.race([up(), ended]);
  } finally {
    await supervisor.stop();
    lock.release();
  }
  report.line(`Stopped. Everything is kept in ${dataDir.root}`);
}

function tellReady(report: Report, server: RunningServer, dataDir: DataDir, waysIn: string[]): void {
  report.line();
  report.line(`Castellan is at  ${server.url}`);
  report.line(`Data folder      ${dataDir.root}`);
  for (const line of waysIn) report.line(line);
}

function tellKey(report: Report, path: string): void {
  report.line();
  report.line(`The key that seals stored credentials was made: ${path}`);
  report.line('Back it up apart from the database. Without it, connections must be made anew.');
}

async function requirePort({ PORT, HOST }: Settings): Promise<void> {
  const problem = PORT === 0 ? undefined : await findListenProblem(PORT, HOST);
  if (problem === undefined) return;
  if (problem === 'EADDRINUSE') {
    throw new StartError(
      `Port ${PORT} on ${HOST} is in use by another program. Stop that one, or choose another port, ` +
        `for example: npm start -- --port ${await chooseFreePort(PORT + 1)}`,
    );
  }
  throw new StartError(
    `Castellan cannot listen on ${HOST}:${PORT} (${problem}). Choose another with --host or --port.`,
  );
}

function addressOf({ PUBLIC_URL, HOST, PORT }: Settings): string {
  return PUBLIC_URL ?? `http://${HOST === '0.0.0.0' ? '127.0.0.1' : HOST}:${PORT}`;
}
