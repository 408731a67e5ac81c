import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { changesChannel, readChange } from '../events/changes.js';
import { Database, Notifications } from '../platform/database/index.js';
import { type EventStream, EventStreams } from '../platform/routes/index.js';
import { readRun, readStepStates } from './run-rows.js';

/** At most so many messages a second: what happens in between is told together. */
const leastMs = 100;
const lookEachMs = 1_000;

/** A run as it happens: first a snapshot, then each change, `run` and `step`, and `end` once. */
@Injectable()
export class RunStreams {
  private readonly wakers = new Map<string, Set<() => void>>();

  constructor(
    private readonly database: Database,
    private readonly streams: EventStreams,
    notifications: Notifications,
  ) {
    notifications.listen(changesChannel, (payload) => this.wake(payload));
  }

  /** `after`: the last id that the reader has, to go on from. */
  open(reply: FastifyReply, workspaceId: string, runId: string, after: number): void {
    const stream = this.streams.start(reply);
    const reader = new RunReader(this.database, stream, workspaceId, runId, after);
    const wake = (): void => reader.look();
    const wakers = this.wakers.get(runId) ?? new Set();
    this.wakers.set(runId, wakers.add(wake));
    const timer = setInterval(wake, lookEachMs);
    stream.onClose(() => {
      clearInterval(timer);
      wakers.delete(wake);
      if (wakers.size === 0) this.wakers.delete(runId);
    });
    wake();
  }

  private wake(payload: string | null): void {
    const change = payload === null ? null : readChange(payload);
    if (payload === null) for (const wakers of this.wakers.values()) for (const wake of wakers) wake();
    else if (change?.topic === 'runs')
      for (const id of change.ids) for (const wake of this.wakers.get(id) ?? []) wake();
  }
}

/** Reads one run for one stream: what changed since it last looked. */
class RunReader {
  private looking = false;
  private again = false;
  /** The state of the run that was told last. */
  private told = '';

  constructor(
    private readonly database: Database,
    private readonly stream: EventStream,
    private readonly workspaceId: string,
    private readonly runId: string,
    private stepSeq: number,
  ) {}

  look(): void {
    this.again = true;
    if (!this.looking) void this.read();
  }

  private async read(): Promise<void> {
    this.looking = true;
    try {
      while (this.again && !this.stream.closed) {
        this.again = false;
        if (await this.tellChanges()) return this.stream.end();
        await new Promise((resolve) => setTimeout(resolve, leastMs));
      }
    } catch {
      // The database is away; the next look tells what was missed.
    } finally {
      this.looking = false;
    }
  }

  /** Answers whether the run has ended. The run is read first, so that its end never comes before its last step. */
  private async tellChanges(): Promise<boolean> {
    const run = await readRun(this.database, this.workspaceId, this.runId);
    if (!run) return true;
    for (const step of await readStepStates(this.database, this.runId, this.stepSeq)) {
      this.stepSeq = step.seq;
      this.stream.send({ event: 'step', data: step, id: step.seq });
    }
    // Whose turn it waits for changes without the run.
    const state = `${run.seq} ${run.waitingFor?.runId}`;
    if (state !== this.told) {
      this.told = state;
      this.stream.send({ event: 'run', data: run, id: this.stepSeq });
    }
    if (run.endedAt === null) return false;
    this.stream.send({ event: 'end', data: { status: run.status }, id: this.stepSeq });
    return true;
  }
}
