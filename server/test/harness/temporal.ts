import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTemporal as startProductTemporal, stopProcess, temporalStop } from '@castellan/cli';
import { inject } from 'vitest';

const run = promisify(execFile);

/** A namespace of its own on the test run's Temporal. */
export interface TestTemporal {
  address: string;
  namespace: string;
}

/** A Temporal that belongs to one test, which may kill it and start it again on the same data. */
export interface OwnTemporal extends TestTemporal {
  readonly pid: number;
  kill9(): Promise<void>;
  /** Starts it again after `kill9`; address and data are the same. */
  restart(): Promise<void>;
  /** After `kill9`: takes all that it had, so that it starts empty. */
  forget(): void;
  signal(signal: NodeJS.Signals): void;
  /** Stops it where it is: connections stay open and nothing is answered. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** A fresh namespace for a test file. It goes with the test run. */
export async function startTemporal(): Promise<TestTemporal> {
  const { address, binary } = inject('temporal');
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  await run(binary, [
    'operator',
    'namespace',
    'create',
    '--address',
    address,
    '--namespace',
    namespace,
    '--retention',
    '24h',
  ]);
  return { address, namespace };
}

/** A Temporal of its own, for tests that take it away. */
export async function startOwnTemporal(): Promise<OwnTemporal> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-own-'));
  const options = {
    folder: join(folder, 'temporal'),
    logFile: join(folder, 'temporal.log'),
    binary: inject('temporal').binary,
  };
  let running = await startProductTemporal(options);
  return {
    address: running.address,
    namespace: running.namespace,
    get pid() {
      return running.process.identity.pid;
    },
    kill9: async () => stopProcess(running.process, 'SIGKILL', 0),
    restart: async () => {
      running = await startProductTemporal({ ...options, ports: running.ports });
    },
    forget: () => {
      for (const name of readdirSync(options.folder)) {
        if (name.startsWith('temporal.db')) rmSync(join(options.folder, name));
      }
    },
    signal: (signal) => running.process.signal(signal),
    freeze: () => running.process.signal('SIGSTOP'),
    thaw: () => running.process.signal('SIGCONT'),
    stop: async () => {
      await stopProcess(running.process, temporalStop.signal, temporalStop.graceMs);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
