import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { findPostgres } from '../src/services/postgres.js';
import { findServer } from '../src/services/server.js';
import { findTemporal } from '../src/services/temporal.js';

const STAND_IN = [fileURLToPath(new URL('start-stand-in.mjs', import.meta.url))];
/** The command as it was built. */
export const CASTELLAN = fileURLToPath(new URL('../dist/castellan.js', import.meta.url));

/** How a start differs from the usual one. */
export interface BeginOptions {
  /** Program and arguments for Node; the stand-in server's when left out. */
  command?: string[];
  env?: NodeJS.ProcessEnv;
  /** Run as this user and group. */
  uid?: number;
}

/** What the stand-in server answers: each of its starts, as the database keeps them. */
export interface StandInAnswer {
  pid: number;
  starts: { pid: number; temporal: string }[];
}

/** A `castellan start` in a process of its own, by default with the stand-in server. */
export class Supervised {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly chunks: string[],
  ) {}

  /** Begins a start; `ready` or `ended` tells how it went. */
  static begin(dataDir: string, port: number, options: BeginOptions = {}): Supervised {
    const child = spawn(process.execPath, options.command ?? STAND_IN, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: pathWithTemporal(),
        HOME: dataDir,
        DATA_DIR: dataDir,
        PORT: String(port),
        ...options.env,
      },
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    });
    const chunks: string[] = [];
    child.stdout?.on('data', (chunk) => chunks.push(String(chunk)));
    child.stderr?.on('data', (chunk) => chunks.push(String(chunk)));
    return new Supervised(child, `http://127.0.0.1:${port}`, chunks);
  }

  /** Begins a start and waits until everything runs. */
  static async start(...args: Parameters<typeof Supervised.begin>): Promise<Supervised> {
    const supervised = Supervised.begin(...args);
    while (!supervised.output.includes('Ctrl+C stops it.')) {
      const { exitCode, signalCode } = supervised.child;
      if (exitCode !== null || signalCode !== null) throw new Error(`The start failed:\n${supervised.output}`);
      await delay(20);
    }
    return supervised;
  }

  get output(): string {
    return this.chunks.join('');
  }

  /** Waits for the end. @returns the exit code, null after a kill */
  ended(): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return Promise.resolve(this.child.exitCode);
    return new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Kills the supervisor alone. */
  async kill9(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
  }

  async stop(): Promise<number | null> {
    this.child.kill('SIGINT');
    return this.ended();
  }

  /** Asks until the server answers with what the database holds. */
  async answer(isIt: (answer: StandInAnswer) => boolean = () => true): Promise<StandInAnswer> {
    for (;;) {
      const answer = await fetch(this.url)
        .then(async (response) => (response.ok ? ((await response.json()) as StandInAnswer) : undefined))
        .catch(() => undefined);
      if (answer !== undefined && isIt(answer)) return answer;
      await delay(100);
    }
  }
}

/** PATH with the test run's Temporal CLI, so that no start fetches one. */
export function pathWithTemporal(): string {
  return [dirname(inject('temporal').binary), process.env.PATH].join(delimiter);
}

/** The pids of an installation's services, as its files tell them; 0 for one that has not been started. */
export function servicePids(dataDir: string): { postgres: number; temporal: number; server: number } {
  return {
    postgres: Number(read(join(dataDir, 'pg', 'data', 'postmaster.pid'))?.split('\n')[0] ?? 0),
    temporal: recordedPid(join(dataDir, 'temporal', 'process.json')),
    server: recordedPid(join(dataDir, 'server.json')),
  };
}

/** Removes a data folder, after ending what a test that failed half-way left running on it. */
export function removeInstallation(dataDir: string): void {
  const left = [findServer(dataDir), findTemporal(join(dataDir, 'temporal')), findPostgres(join(dataDir, 'pg'))];
  for (const identity of left) if (identity !== undefined) process.kill(identity.pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
}

function recordedPid(file: string): number {
  const text = read(file);
  return text === undefined ? 0 : (JSON.parse(text) as { pid: number }).pid;
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
