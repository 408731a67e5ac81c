import type { Death, HostProcess } from './host-process.js';
import type { Pending } from './pending.js';
import { Turns } from './turns.js';

export interface LaneOptions {
  processes: HostProcess[];
  /** Longest evaluation here, whatever the request allows. */
  milliseconds: number;
  /** A request needs longer than this lane gives, or its process died of it. */
  onOverrun(request: Pending, death: Death | null, milliseconds: number): void;
  /** A request was answered in time. */
  onAnswer?(request: Pending, milliseconds: number): void;
  /** When set, processes without work for so long are ended; the next request starts them again. */
  idleMs?: number;
}

/** A queue in front of some host processes. Each process takes the turn of one workspace at a time. */
export class Lane {
  private readonly turns = new Turns<Pending>();
  private readonly free: HostProcess[];
  private idle: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(private readonly options: LaneOptions) {
    this.free = [...options.processes];
  }

  /** How many requests of a workspace wait here. */
  waiting(workspaceId: string): number {
    return this.turns.waiting(workspaceId);
  }

  push(request: Pending): void {
    request.milliseconds = Math.min(request.limit, this.options.milliseconds);
    this.queue(request);
    clearTimeout(this.idle);
    // What else arrives in this pass of the event loop shares the turn.
    queueMicrotask(() => this.dispatch());
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.idle);
    for (const process of this.options.processes) process.end();
    for (const request of this.turns.clear()) this.queue(request);
  }

  private queue(request: Pending): void {
    if (this.ended) request.abort(new Error('The expression host has been shut down.'));
    else this.turns.push(request);
  }

  private dispatch(): void {
    while (!this.turns.empty) {
      const process = this.free.pop();
      if (!process) return;
      void this.serve(process, this.turns.take()).finally(() => {
        this.free.push(process);
        this.dispatch();
        this.rest();
      });
    }
  }

  private async serve(process: HostProcess, turn: Pending[]): Promise<void> {
    let since = performance.now();
    try {
      const { left, death } = await process.run(turn, (request, answer) => {
        since = performance.now();
        if ('later' in answer) this.queue(request);
        else if (!answer.ok && answer.error.code === 'E_EXPR_TIME') {
          this.options.onOverrun(request, null, answer.milliseconds);
        } else {
          request.succeed(answer);
          this.options.onAnswer?.(request, answer.milliseconds);
        }
      });
      const [victim, ...others] = left;
      // They go behind what waits already, since the next of them may need to be killed too.
      for (const request of others) this.queue(request);
      if (victim && death) this.blame(victim, death, performance.now() - since);
    } catch (error) {
      for (const request of turn) request.abort(error);
    }
  }

  private blame(victim: Pending, death: Death, milliseconds: number): void {
    if (death === 'lost' && !victim.lostOnce) {
      victim.lostOnce = true;
      this.queue(victim);
    } else {
      this.options.onOverrun(victim, death, milliseconds);
    }
  }

  private rest(): void {
    const { idleMs, processes } = this.options;
    if (idleMs === undefined || this.free.length < processes.length || !this.turns.empty || this.ended) return;
    this.idle = setTimeout(() => {
      for (const process of processes) process.retire();
    }, idleMs).unref();
  }
}
