import type { Settings } from '@castellan/server/config';
import type { DataDir } from './data-dir.js';
import { EX_CONFIG } from './exit-codes.js';
import { postgresStop, startPostgres } from './services/postgres.js';
import { type RunningServer, serverStop, startServer } from './services/server.js';
import { simulatorsSocket, simulatorsStop, startSimulators } from './services/simulators.js';
import { startTemporal, temporalStop } from './services/temporal.js';
import { findTemporalBinary } from './services/temporal-binary.js';
import { StateFile } from './state.js';
import { type Launched, Service, type ServiceDefinition, type ServiceNotice } from './supervisor/service.js';
import type { Supervisor } from './supervisor/supervisor.js';
import type { Report } from './terminal/report.js';

/** What an installation is brought up with. */
export interface InstallationOptions {
  settings: Settings;
  /** The environment that `settings` were read from; the server gets it, with what is added here. */
  env: NodeJS.ProcessEnv;
  dataDir: DataDir;
  supervisor: Supervisor;
  report: Report;
  /** Told of a service that ended, came back, or never can. */
  notify: (notice: ServiceNotice) => void;
  /** Another program in the server's place, for tests of the supervisor. */
  serverEntry?: string;
}

/** Starts everything that this installation does not have elsewhere, and then the server on it. */
export async function bringUp(options: InstallationOptions): Promise<RunningServer> {
  const [database, temporal, simulators] = await Promise.all([
    bringUpPostgres(options),
    bringUpTemporal(options),
    bringUpSimulators(options),
  ]);
  const { settings, dataDir } = options;
  const env = {
    ...options.env,
    ...database,
    ...temporal,
    ...simulators,
    HOST: settings.HOST,
    PORT: String(settings.PORT),
    DATA_DIR: dataDir.root,
  };
  return supervise(options, {
    title: 'server',
    launch: () =>
      startServer({
        dataFolder: dataDir.root,
        logFile: dataDir.log('server'),
        env,
        ...(options.serverEntry === undefined ? {} : { entry: options.serverEntry }),
      }),
    stop: serverStop,
    isFinal: ({ code }) => code === EX_CONFIG,
    describe: (server) => server.url,
  });
}

async function bringUpPostgres(options: InstallationOptions): Promise<NodeJS.ProcessEnv> {
  const { settings, dataDir, report } = options;
  if (settings.DATABASE_URL !== undefined) {
    report.fact('Postgres', `yours, at ${new URL(settings.DATABASE_URL).host}`);
    return {};
  }
  const state = new StateFile(dataDir.state);
  const postgres = await supervise(options, {
    title: 'Postgres',
    launch: async () => {
      const { postgresPassword, postgresPort } = state.read();
      const running = await startPostgres({
        folder: dataDir.postgres,
        logFile: dataDir.log('postgres'),
        password: postgresPassword,
        ...(postgresPort === undefined ? {} : { port: postgresPort }),
      });
      state.update({ postgresPort: running.port });
      return running;
    },
    stop: postgresStop,
    describe: ({ port, process }) => `${process.adopted ? 'was still running' : 'ready'} on port ${port}`,
  });
  return { DATABASE_URL: postgres.url };
}

async function bringUpTemporal(options: InstallationOptions): Promise<NodeJS.ProcessEnv> {
  const { settings, dataDir, report } = options;
  if (settings.TEMPORAL_ADDRESS !== undefined) {
    report.fact('Temporal', `yours, at ${settings.TEMPORAL_ADDRESS}`);
    return {};
  }
  const binary = await findTemporalBinary(dataDir.binaries, {
    say: (sentence) => report.fact('Temporal', sentence),
    bytes: (done, total) => report.progress('Temporal', done, total),
  });
  const state = new StateFile(dataDir.state);
  const temporal = await supervise(options, {
    title: 'Temporal',
    launch: async () => {
      const ports = state.read().temporalPorts;
      const running = await startTemporal({
        folder: dataDir.temporal,
        logFile: dataDir.log('temporal'),
        binary,
        ...(ports === undefined ? {} : { ports }),
      });
      state.update({ temporalPorts: running.ports });
      return running;
    },
    stop: temporalStop,
    describe: ({ address, process }) => `${process.adopted ? 'was still running' : 'ready'} on ${address}`,
  });
  return { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace };
}

/** They belong to a process that does everything; where API and workers are apart, SIMULATORS_URL may name some. */
async function bringUpSimulators(options: InstallationOptions): Promise<NodeJS.ProcessEnv> {
  const { settings, dataDir } = options;
  if (settings.MODE !== 'all' || settings.SIMULATORS_SOCKET !== undefined || settings.SIMULATORS_URL !== undefined)
    return {};
  const socketPath = simulatorsSocket(dataDir.root);
  await supervise(options, {
    title: 'simulators',
    launch: () => startSimulators({ socketPath, logFile: dataDir.log('simulators'), own: ownAddress(settings) }),
    stop: simulatorsStop,
    describe: () => 'ready: vendors to try things out on',
  });
  return { SIMULATORS_SOCKET: socketPath };
}

/** The server of this machine behind its public address; a wildcard is reached on loopback. */
function ownAddress({ PUBLIC_URL, HOST, PORT }: Settings): { publicUrl: string; local: string } | undefined {
  if (PUBLIC_URL === undefined) return undefined;
  const host = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST;
  return { publicUrl: PUBLIC_URL, local: `http://${host.includes(':') ? `[${host}]` : host}:${PORT}` };
}

async function supervise<Running extends Launched>(
  { supervisor, report, notify }: InstallationOptions,
  { describe, ...definition }: ServiceDefinition<Running> & { describe(running: Running): string },
): Promise<Running> {
  const running = await supervisor.start(new Service(definition, notify));
  report.fact(definition.title, describe(running));
  return running;
}
