import { setTimeout as delay } from 'node:timers/promises';
import { EX_CONFIG } from '../exit-codes.js';
import type { LogFile } from './log-file.js';
import { type ManagedProcess, type ProcessExit, stopProcess } from './managed-process.js';
import { restartDelaySeconds, WELL_AFTER_MS } from './restart-delay.js';
import { StartError } from './start-error.js';

/** What a launched service gives its supervisor. */
export interface Launched {
  process: ManagedProcess;
  log: LogFile;
}

/** How one service is started and stopped. */
export interface ServiceDefinition<Running extends Launched> {
  /** As people know it: "Postgres". */
  title: string;
  /** Resolves when the service can be used; called again for each restart. */
  launch(): Promise<Running>;
  stop: { signal: NodeJS.Signals; graceMs: number };
  /** Exit codes by which the service says that only another setting helps; it is then not started again. */
  isFinal?(exit: ProcessExit): boolean;
}

/** What happened to a service, for the person at the terminal. */
export type ServiceNotice =
  | { kind: 'ended'; title: string; how: string; output: string[]; restartInSeconds: number }
  | { kind: 'restarted'; title: string }
  | { kind: 'gave-up'; title: string; error: StartError };

/** Waits, at most until the signal says that there is nothing to wait for any more. */
type Pause = (seconds: number, signal: AbortSignal) => Promise<void>;

const pauseFor: Pause = async (seconds, signal) => {
  await delay(seconds * 1000, undefined, { signal }).catch(() => undefined);
};

/**
 * One supervised service: started once by `start`, then kept running until `stop`. The first start's failure is the
 * caller's; later ones are repeated with growing pauses, since whatever it depends on may be coming back too.
 */
export class Service<Running extends Launched> {
  private running: Running | undefined;
  private launching: Promise<Running> | undefined;
  private supervision: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly definition: ServiceDefinition<Running>,
    private readonly notify: (notice: ServiceNotice) => void,
    private readonly pause: Pause = pauseFor,
  ) {}

  get title(): string {
    return this.definition.title;
  }

  async start(): Promise<Running> {
    const running = await this.launch();
    this.supervision = this.supervise(running);
    return running;
  }

  /** Keeps the log from growing without bound. */
  rotateLog(): void {
    this.running?.log.rotate();
  }

  /** Ends the service and resolves when it is gone; one that is just starting is ended once it has. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.launching?.catch(() => undefined);
    const { signal, graceMs } = this.definition.stop;
    if (this.running) await stopProcess(this.running.process, signal, graceMs);
    await this.supervision;
  }

  /** Ends the service's process at once. */
  kill(): void {
    this.running?.process.signal('SIGKILL');
  }

  private async launch(): Promise<Running> {
    this.launching = this.definition.launch();
    this.running = await this.launching;
    return this.running;
  }

  private async supervise(first: Running): Promise<void> {
    let failures = 0;
    let current: Running | undefined = first;
    while (current) {
      const startedAt = Date.now();
      const exit: ProcessExit = await current.process.exited;
      if (this.stopping.signal.aborted) return;
      failures = Date.now() - startedAt > WELL_AFTER_MS ? 1 : failures + 1;
      current = await this.restart(describeExit(exit), exit, current.log.tail(), failures);
    }
  }

  /** Tries until the service runs again; undefined when it is being stopped or can never start. */
  private async restart(
    how: string,
    exit: ProcessExit,
    output: string[],
    failures: number,
  ): Promise<Running | undefined> {
    const { title } = this.definition;
    if (this.definition.isFinal?.(exit)) return this.giveUp(finalError(title, output));
    const seconds = restartDelaySeconds(failures);
    this.notify({ kind: 'ended', title, how, output, restartInSeconds: seconds });
    await this.pause(seconds, this.stopping.signal);
    if (this.stopping.signal.aborted) return undefined;
    try {
      const running = await this.launch();
      if (!this.stopping.signal.aborted) this.notify({ kind: 'restarted', title });
      return running;
    } catch (error) {
      if (error instanceof StartError && error.exitCode === EX_CONFIG) return this.giveUp(error);
      const why = error instanceof StartError ? [error.message, ...error.output] : [(error as Error).message];
      return this.restart('did not start', NOT_STARTED, why, failures + 1);
    }
  }

  private giveUp(error: StartError): undefined {
    this.notify({ kind: 'gave-up', title: this.definition.title, error });
    return undefined;
  }
}

const NOT_STARTED: ProcessExit = { code: null, signal: null };

/** The lines in which the server says what is wrong with its settings, `castellan: …`; else its last lines. */
export function finalError(title: string, output: readonly string[]): StartError {
  const lines = output.filter((text) => text.startsWith('castellan: ')).map((text) => text.slice('castellan: '.length));
  if (lines.length > 0) return new StartError(lines.join('\n'), [], EX_CONFIG);
  return new StartError(`${title} cannot run with these settings.`, output, EX_CONFIG);
}

function describeExit({ code, signal }: ProcessExit): string {
  if (signal !== null) return `was killed (${signal})`;
  return code === null ? 'ended' : `ended with code ${code}`;
}
