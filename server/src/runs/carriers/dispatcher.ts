import { Logger } from '@nestjs/common';
import type { Client } from '@temporalio/client';
import type { VersionsService } from '../../flows/versions.service.js';
import type { Database, Notifications } from '../../platform/database/index.js';
import { queueChannel } from '../queue.js';
import { newBatchId, startCarrier } from './carriers.js';
import { type ClaimedRun, claimRuns, releaseRuns } from './claim.js';

/** Carriers of one process between their claim and the return of their first stretch. */
const mostInFlight = 3;
/**
 * While one is in flight the next begins so long after the latest, with all that was queued meanwhile: a carrier costs
 * some ten times as much processor time as a run in it.
 */
const spacingMs = 40;
/** A first stretch that is not heard of for so long runs elsewhere, or long: it keeps nobody waiting. */
const inFlightMs = 1_000;
const lookEachMs = 1_000;
/** After a start that failed Temporal is given time. */
const pauseMs = 2_000;
const nowhere = '00000000-0000-0000-0000-000000000000';

/**
 * Takes queued runs to carriers: woken by each commit that queues one, and each second in any case. At rest each run gets
 * a carrier of its own at once; what is queued while some carriers are in flight is taken together.
 */
export class Dispatcher {
  private readonly logger = new Logger('Dispatcher');
  private readonly stopListening: () => void;
  private readonly timer: NodeJS.Timeout;
  /** By the first of their runs: what ends their time in flight. */
  private readonly inFlight = new Map<string, () => void>();
  /** The workspace whose runs were taken last. */
  private last = nowhere;
  private looking = false;
  private again = false;
  private stopped = false;
  private pausedUntil = 0;
  private startedAt = 0;
  private spacing: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    notifications: Notifications,
    private readonly versions: VersionsService,
    private readonly client: Client,
    private readonly limits: { runsPerCarrier: number; runsPerWorkspace: number },
  ) {
    this.stopListening = notifications.listen(queueChannel, () => void this.look());
    this.timer = setInterval(() => void this.look(), lookEachMs);
  }

  stop(): void {
    this.stopped = true;
    this.stopListening();
    clearInterval(this.timer);
    clearTimeout(this.spacing);
    for (const land of this.inFlight.values()) land();
  }

  /** A stretch of these runs has returned. */
  stretched(runIds: string[]): void {
    for (const id of runIds) this.inFlight.get(id)?.();
  }

  private async look(): Promise<void> {
    this.again = true;
    if (this.looking) return;
    this.looking = true;
    try {
      while (this.again && !this.stopped && this.mayStart()) {
        this.again = false;
        const { runsPerCarrier: most, runsPerWorkspace: perWorkspace } = this.limits;
        const claim = { after: this.last, most, perWorkspace, batchId: newBatchId() };
        const runs = await claimRuns(this.database, claim);
        const [first] = runs;
        if (!first) break;
        this.last = first.workspaceId;
        this.again = true;
        void this.start(first, runs);
      }
    } catch (error) {
      this.logger.warn(`The queue cannot be read: ${(error as Error).message}`);
    } finally {
      this.looking = false;
    }
  }

  private mayStart(): boolean {
    const now = Date.now();
    if (now < this.pausedUntil || this.inFlight.size >= mostInFlight) return false;
    const early = this.inFlight.size === 0 ? 0 : this.startedAt + spacingMs - now;
    if (early <= 0) return true;
    this.spacing ??= setTimeout(() => {
      this.spacing = undefined;
      void this.look();
    }, early);
    return false;
  }

  private async start(first: ClaimedRun, runs: ClaimedRun[]): Promise<void> {
    this.fly(first.id);
    this.startedAt = Date.now();
    try {
      const { client, database, versions } = this;
      await startCarrier({ client, database, versions }, runs, { from: 'queue', eager: true });
    } catch (error) {
      this.logger.warn(`${runs.length} runs stay queued: ${(error as Error).message}`);
      this.pausedUntil = Date.now() + pauseMs;
      await releaseRuns(this.database, runs).catch(() => undefined);
      this.inFlight.get(first.id)?.();
    }
  }

  private fly(runId: string): void {
    const timer = setTimeout(() => this.inFlight.get(runId)?.(), inFlightMs);
    this.inFlight.set(runId, () => {
      clearTimeout(timer);
      this.inFlight.delete(runId);
      void this.look();
    });
  }
}
