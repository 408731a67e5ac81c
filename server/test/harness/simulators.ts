import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LogFile, startProcess, stopProcess } from '@castellan/cli';

const ENTRY = fileURLToPath(new URL('../../../cli/dist/simulators-process.js', import.meta.url));

/** The vendors' simulators in a process of their own, as in the product; the server is given `socketPath`. */
export interface TestSimulators {
  socketPath: string;
  /** The address on loopback of each vendor's simulator, by the connector's id: for the vendors' own SDKs. */
  urls: Record<string, string>;
  pid: number;
  kill9(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts all simulators (so build first), empty of any state. */
export async function startSimulators(): Promise<TestSimulators> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-simulators-'));
  const socketPath = join(folder, 'simulators.sock');
  const log = new LogFile(join(folder, 'simulators.log'));
  const managed = await startProcess({
    command: process.execPath,
    args: [ENTRY],
    log,
    channel: true,
    env: { PATH: process.env.PATH, SIMULATORS_SOCKET: socketPath, SIMULATORS_LOOPBACK: 'true' },
  });
  const { urls } = await Promise.race([
    new Promise<{ urls: Record<string, string> }>((resolve) => managed.child?.once('message', resolve)),
    managed.exited.then(() => {
      throw new Error(`The simulators ended at their start:\n${log.tail().join('\n')}`);
    }),
  ]);
  return {
    socketPath,
    urls,
    pid: managed.identity.pid,
    kill9: () => stopProcess(managed, 'SIGKILL', 0),
    stop: async () => {
      await stopProcess(managed, 'SIGTERM', 10_000);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
