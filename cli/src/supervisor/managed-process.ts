import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogFile } from './log-file.js';
import { findProcess, isAlive, type ProcessIdentity } from './process-identity.js';

/** How a process ended. An adopted one is not our child, so its code is not known: both are null. */
export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that we started, or found running and took over. */
export interface ManagedProcess {
  readonly identity: ProcessIdentity;
  readonly adopted: boolean;
  readonly exited: Promise<ProcessExit>;
  /** The child itself, where there is one: it carries the IPC channel. */
  readonly child?: ChildProcess;
  signal(signal: NodeJS.Signals): void;
}

/** What to start. Output goes to `log`; with `channel` the child may `process.send` and sees our death as `disconnect`. */
export interface ProcessCommand {
  command: string;
  args: readonly string[];
  log: LogFile;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number;
  gid?: number;
  channel?: boolean;
}

/**
 * Starts a program in a session of its own, so that a Ctrl+C in the terminal reaches only the supervisor, which then
 * stops its services in order.
 */
export async function startProcess(command: ProcessCommand): Promise<ManagedProcess> {
  const output = command.log.open();
  const child = spawn(command.command, command.args, {
    detached: true,
    stdio: command.channel ? ['ignore', output, output, 'ipc'] : ['ignore', output, output],
    env: command.env ?? process.env,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    ...(command.uid === undefined ? {} : { uid: command.uid }),
    ...(command.gid === undefined ? {} : { gid: command.gid }),
  });
  closeSync(output);
  const exited = new Promise<ProcessExit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`${command.command} could not be started: ${error.message}`)));
  });
  const pid = child.pid as number;
  // A program that has already ended has no identity left; its exit is reported all the same.
  const identity = findProcess(pid) ?? { pid, started: 'ended' };
  return { identity, adopted: false, exited, child, signal: (signal) => send(identity, signal) };
}

/** Takes over a process that outlived the supervisor that started it. Its end is found by looking twice a second. */
export function adoptProcess(identity: ProcessIdentity): ManagedProcess {
  const exited = (async (): Promise<ProcessExit> => {
    while (isAlive(identity)) await delay(500);
    return { code: null, signal: null };
  })();
  return { identity, adopted: true, exited, signal: (signal) => send(identity, signal) };
}

/** Asks a process to end and, when it has not after `graceMs`, ends it. Resolves when it is gone. */
export async function stopProcess(managed: ManagedProcess, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  managed.signal(signal);
  if (await endsWithin(managed, graceMs)) return;
  managed.signal('SIGKILL');
  await managed.exited;
}

async function endsWithin(managed: ManagedProcess, milliseconds: number): Promise<boolean> {
  const timer = new AbortController();
  const ended = await Promise.race([
    managed.exited.then(() => true),
    delay(milliseconds, false, { signal: timer.signal }).catch(() => false),
  ]);
  timer.abort();
  return ended;
}

function send(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    // It ended between the look and the signal, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
