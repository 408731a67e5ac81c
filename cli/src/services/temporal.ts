import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { chooseFreePort } from '../supervisor/free-port.js';
import { LogFile } from '../supervisor/log-file.js';
import { adoptProcess, type ManagedProcess, startProcess, stopProcess } from '../supervisor/managed-process.js';
import type { ProcessIdentity } from '../supervisor/process-identity.js';
import { ProcessRecord } from '../supervisor/process-record.js';
import { StartError } from '../supervisor/start-error.js';
import { dynamicConfigArguments } from './temporal-dynamic-config.js';

const run = promisify(execFile);
const READY_WITHIN_MS = 60_000;
/** One that was found running answers at once, or it hangs. */
const ADOPTED_ANSWERS_WITHIN_MS = 15_000;

/** The namespace of an installation, and of a test run before each file makes its own. */
const DEFAULT_NAMESPACE = 'castellan';
/** Closed workflows are kept over a long weekend, for looking into; what runs did is kept in Postgres. */
const RETENTION = '96h';

/** The ports of a dev server; all three are on loopback and kept, so that installations stay apart. */
export interface TemporalPorts {
  port: number;
  httpPort: number;
  metricsPort: number;
}

/** Where and how the built-in Temporal runs. */
export interface TemporalOptions {
  /** Holds its SQLite file; made when missing. */
  folder: string;
  logFile: string;
  binary: string;
  /** Kept from the last start; others are taken when one is busy. */
  ports?: TemporalPorts;
  namespace?: string;
}

/** A Temporal that answers and has the namespace. */
export interface RunningTemporal {
  process: ManagedProcess;
  log: LogFile;
  ports: TemporalPorts;
  /** `host:port` of its gRPC frontend. */
  address: string;
  namespace: string;
}

/** Starts Temporal's dev server on a SQLite file, or takes over the one that a killed supervisor left running. */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const record = recordIn(options.folder);
  return (await adoptTemporal(options, record)) ?? (await launchTemporal(options, record));
}

/** It completes what is under way and closes the SQLite file; a kill loses nothing that was answered. */
export const temporalStop = { signal: 'SIGTERM', graceMs: 10_000 } as const;

/** The dev server that runs on this folder, if one does. */
export function findTemporal(folder: string): ProcessIdentity | undefined {
  return recordIn(folder).findAlive();
}

function recordIn(folder: string): ProcessRecord<TemporalPorts> {
  return new ProcessRecord(join(folder, 'process.json'));
}

async function adoptTemporal(
  options: TemporalOptions,
  record: ProcessRecord<TemporalPorts>,
): Promise<RunningTemporal | undefined> {
  const recorded = record.findAlive();
  if (recorded === undefined) return undefined;
  const { pid, started, ...ports } = recorded;
  const running = describe(options, adoptProcess({ pid, started }), ports);
  try {
    await waitUntilReady(options.binary, running, ADOPTED_ANSWERS_WITHIN_MS);
    return running;
  } catch {
    // It is ours, by pid and start time, and hangs: one that answers takes its place on the same file.
    await stopProcess(running.process, 'SIGKILL', 0);
    return undefined;
  }
}

async function launchTemporal(
  options: TemporalOptions,
  record: ProcessRecord<TemporalPorts>,
): Promise<RunningTemporal> {
  const ports = await choosePorts(options.ports);
  const running = describe(
    options,
    await startProcess({
      command: options.binary,
      args: startArguments(options, ports),
      log: new LogFile(options.logFile),
      cwd: options.folder,
      env: { GOGC: collectAtGrowthPercent, ...process.env },
    }),
    ports,
  );
  record.write(running.process.identity, ports);
  await waitUntilReady(options.binary, running, READY_WITHIN_MS);
  return running;
}

/** Go lets its heap double before it collects; half of that costs little and keeps a third of the memory free. */
const collectAtGrowthPercent = '50';

function startArguments(options: TemporalOptions, ports: TemporalPorts): string[] {
  return [
    ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--log-level', 'warn', '--log-format', 'json'],
    ...[
      '--port',
      String(ports.port),
      '--http-port',
      String(ports.httpPort),
      '--metrics-port',
      String(ports.metricsPort),
    ],
    ...['--namespace', options.namespace ?? DEFAULT_NAMESPACE],
    ...['--db-filename', join(options.folder, 'temporal.db')],
    // Write-ahead log with a sync at checkpoints: what a power cut takes back, the reconciler starts again.
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=1'],
    ...dynamicConfigArguments(),
  ];
}

async function choosePorts(kept: TemporalPorts | undefined): Promise<TemporalPorts> {
  return {
    port: await chooseFreePort(kept?.port),
    httpPort: await chooseFreePort(kept?.httpPort),
    metricsPort: await chooseFreePort(kept?.metricsPort),
  };
}

function describe(options: TemporalOptions, process: ManagedProcess, ports: TemporalPorts): RunningTemporal {
  return {
    process,
    log: new LogFile(options.logFile),
    ports,
    address: `127.0.0.1:${ports.port}`,
    namespace: options.namespace ?? DEFAULT_NAMESPACE,
  };
}

/** Ready is when the namespace can be changed: then frontend, history and store all answer. */
async function waitUntilReady(binary: string, temporal: RunningTemporal, withinMs: number): Promise<void> {
  let exit: string | undefined;
  void temporal.process.exited.then(({ code, signal }) => {
    exit = signal ?? `code ${code}`;
  });
  const deadline = Date.now() + withinMs;
  for (;;) {
    const problem = await setRetention(binary, temporal);
    if (problem === undefined) return;
    if (exit !== undefined) throw new StartError(`Temporal ended at its start (${exit}).`, temporal.log.tail());
    if (Date.now() > deadline) {
      throw new StartError(
        `Temporal (pid ${temporal.process.identity.pid}) does not answer on ${temporal.address}: ${problem}`,
        temporal.log.tail(),
      );
    }
    await delay(100);
  }
}

async function setRetention(binary: string, temporal: RunningTemporal): Promise<string | undefined> {
  const connection = ['--address', temporal.address, '--namespace', temporal.namespace, '--command-timeout', '5s'];
  try {
    await run(binary, ['operator', 'namespace', 'update', '--retention', RETENTION, ...connection], {
      timeout: 10_000,
    });
    return undefined;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return stderr?.trim() || message;
  }
}
