import { Logger } from '@nestjs/common';
import type { Client } from '@temporalio/client';
import type { VersionsService } from '../../flows/versions.service.js';
import type { Database, Notifications } from '../../platform/database/index.js';
import { queueChannel } from '../queue.js';
import { startCarrier } from './carriers.js';
import { type ClaimedRun, claimRuns, releaseRun } from './claim.js';

/** Carriers being started at one time by one process. */
const startsUnderWay = 16;
const lookEachMs = 1_000;
/** After a start that failed Temporal is given time. */
const pauseMs = 2_000;

/** Takes queued runs to carriers: woken by each commit that queues one, and each second in any case. */
export class Dispatcher {
  private readonly logger = new Logger('Dispatcher');
  private readonly stopListening: () => void;
  private readonly timer: NodeJS.Timeout;
  private underWay = 0;
  private looking = false;
  private again = false;
  private stopped = false;
  private pausedUntil = 0;

  constructor(
    private readonly database: Database,
    notifications: Notifications,
    private readonly versions: VersionsService,
    private readonly client: Client,
  ) {
    this.stopListening = notifications.listen(queueChannel, () => void this.look());
    this.timer = setInterval(() => void this.look(), lookEachMs);
  }

  stop(): void {
    this.stopped = true;
    this.stopListening();
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    this.again = true;
    if (this.looking) return;
    this.looking = true;
    try {
      while (this.again && !this.stopped && Date.now() >= this.pausedUntil && this.underWay < startsUnderWay) {
        this.again = false;
        const room = startsUnderWay - this.underWay;
        const runs = await claimRuns(this.database, room);
        for (const run of runs) void this.start(run);
        if (runs.length === room) this.again = true;
      }
    } catch (error) {
      this.logger.warn(`The queue cannot be read: ${(error as Error).message}`);
    } finally {
      this.looking = false;
    }
  }

  private async start(run: ClaimedRun): Promise<void> {
    this.underWay++;
    try {
      await startCarrier(this.client, this.versions, run, { from: run.prepared ? 'rows' : 'new', eager: true });
    } catch (error) {
      this.logger.warn(`Run ${run.id} stays queued: ${(error as Error).message}`);
      this.pausedUntil = Date.now() + pauseMs;
      await releaseRun(this.database, run).catch(() => undefined);
    } finally {
      // With room left, nothing more was waiting when the queue was last read.
      const wasFull = this.underWay-- >= startsUnderWay;
      if (wasFull) void this.look();
    }
  }
}
