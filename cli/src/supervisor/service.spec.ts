import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogFile } from './log-file.js';
import type { ManagedProcess, ProcessExit } from './managed-process.js';
import { finalError, type Launched, Service, type ServiceNotice } from './service.js';
import { StartError } from './start-error.js';

let folder: string;
let notices: ServiceNotice[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  folder = mkdtempSync(join(tmpdir(), 'castellan-service-'));
  notices = [];
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** A process that ends when the test says so, and when it is asked to. */
function fakeProcess(): Launched & { end(exit: ProcessExit): void } {
  let end: (exit: ProcessExit) => void = () => undefined;
  const exited = new Promise<ProcessExit>((resolve) => {
    end = resolve;
  });
  const managed: ManagedProcess = {
    identity: { pid: 1, started: 'now' },
    adopted: false,
    exited,
    signal: () => end({ code: 0, signal: null }),
  };
  return { process: managed, log: new LogFile(join(folder, 'log')), end };
}

/** Lets everything that waits only for promises happen. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function serviceOf(launches: (() => Promise<Launched>)[]): { service: Service<Launched>; launched(): number } {
  let count = 0;
  const service = new Service(
    {
      title: 'Postgres',
      launch: () => launches[Math.min(count++, launches.length - 1)]?.() ?? Promise.reject(new Error('none')),
      stop: { signal: 'SIGTERM', graceMs: 1_000 },
      isFinal: ({ code }) => code === 78,
    },
    (notice) => notices.push(notice),
    async (seconds) => {
      vi.advanceTimersByTime(seconds * 1000);
    },
  );
  return { service, launched: () => count };
}

describe('a supervised service', () => {
  it('is started again after it ended, with a pause that grows while it keeps failing', async () => {
    const processes = [fakeProcess(), fakeProcess(), fakeProcess()];
    const { service } = serviceOf(processes.map((process) => async () => process));
    await service.start();
    processes[0]?.end({ code: null, signal: 'SIGKILL' });
    await settle();
    processes[1]?.end({ code: 3, signal: null });
    await settle();
    expect(notices).toMatchObject([
      { kind: 'ended', how: 'was killed (SIGKILL)', restartInSeconds: 1 },
      { kind: 'restarted' },
      { kind: 'ended', how: 'ended with code 3', restartInSeconds: 2 },
      { kind: 'restarted' },
    ]);
    await service.stop();
  });

  it('begins with the shortest pause again once it was well for a while', async () => {
    const processes = [fakeProcess(), fakeProcess(), fakeProcess()];
    const { service } = serviceOf(processes.map((process) => async () => process));
    await service.start();
    processes[0]?.end({ code: 1, signal: null });
    await settle();
    vi.advanceTimersByTime(61_000);
    processes[1]?.end({ code: 1, signal: null });
    await settle();
    expect(notices.filter(({ kind }) => kind === 'ended')).toMatchObject([
      { restartInSeconds: 1 },
      { restartInSeconds: 1 },
    ]);
    await service.stop();
  });

  it('is tried again when a restart fails, since what it depends on may be coming back too', async () => {
    const [first, last] = [fakeProcess(), fakeProcess()];
    const { service, launched } = serviceOf([
      async () => first,
      () => Promise.reject(new Error('no database yet')),
      async () => last,
    ]);
    await service.start();
    first.end({ code: 1, signal: null });
    await settle();
    expect(launched()).toBe(3);
    expect(notices.at(-1)).toMatchObject({ kind: 'restarted' });
    await service.stop();
  });

  it('is given up when it says that only another setting helps', async () => {
    const only = fakeProcess();
    const { service, launched } = serviceOf([async () => only]);
    await service.start();
    only.end({ code: 78, signal: null });
    await settle();
    expect(launched()).toBe(1);
    expect(notices).toMatchObject([{ kind: 'gave-up', error: { exitCode: 78 } }]);
  });

  it('is given up when a restart finds that only another setting helps', async () => {
    const first = fakeProcess();
    const { service } = serviceOf([async () => first, () => Promise.reject(new StartError('Another key.', [], 78))]);
    await service.start();
    first.end({ code: 1, signal: null });
    await settle();
    expect(notices.at(-1)).toMatchObject({ kind: 'gave-up', error: { message: 'Another key.' } });
  });

  it('is not started again once it is being stopped', async () => {
    const only = fakeProcess();
    const { service, launched } = serviceOf([async () => only]);
    await service.start();
    await service.stop();
    await settle();
    expect(launched()).toBe(1);
    expect(notices).toEqual([]);
  });

  it('is ended when the stop comes while it is still starting', async () => {
    const only = fakeProcess();
    let ready: (launched: Launched) => void = () => undefined;
    const { service } = serviceOf([() => new Promise((resolve) => (ready = resolve))]);
    const starting = service.start();
    const stopping = service.stop();
    ready(only);
    await Promise.all([starting, stopping]);
    expect(await only.process.exited).toEqual({ code: 0, signal: null });
  });

  it("leaves the first start's failure to its caller", async () => {
    const { service } = serviceOf([() => Promise.reject(new StartError('No.'))]);
    await expect(service.start()).rejects.toThrow('No.');
    expect(notices).toEqual([]);
  });
});

describe('the error of a server that refuses its settings', () => {
  it('is what the server itself says', () => {
    const error = finalError('The server', [
      '{"level":30}',
      'castellan: PORT is no number.',
      'castellan: HOST is empty.',
    ]);
    expect(error.message).toBe('PORT is no number.\nHOST is empty.');
    expect(error.output).toEqual([]);
  });

  it('is its last output when it says nothing', () => {
    expect(finalError('The server', ['one', 'two']).output).toEqual(['one', 'two']);
  });
});
