import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config.js';
import { Database, Notifications } from '../../platform/database/index.js';
import { ControlsService } from '../controls.service.js';
import { queueChannel } from '../queue.js';
import { giveTurns, lookAgain } from './turn-round.js';

const lookEachMs = 1_000;
const sweepEachMs = 5_000;
/** A run that somebody has hold of is soon let go. */
const pauseMs = 20;

/** Gives runs their turns, in each process that hosts runs: woken by each commit that makes or ends one, and each second. */
@Injectable()
export class TurnKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(TurnKeeper.name);
  private stops: (() => void)[] = [];
  private looking = false;
  private again = false;
  private stopped = false;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly controls: ControlsService,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.runsWorker) return;
    const looks = setInterval(() => void this.look(), lookEachMs);
    const sweeps = setInterval(() => void this.sweep(), sweepEachMs);
    this.stops = [
      this.notifications.listen(queueChannel, () => void this.look()),
      () => clearInterval(looks),
      () => clearInterval(sweeps),
    ];
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    for (const stop of this.stops) stop();
  }

  private async look(): Promise<void> {
    this.again = true;
    if (this.looking) return;
    this.looking = true;
    try {
      while (this.again && !this.stopped) {
        this.again = false;
        if (await this.isDue()) this.again = (await this.round()) || this.again;
      }
    } catch (error) {
      this.logger.warn(`Turns could not be given: ${(error as Error).message}`);
    } finally {
      this.looking = false;
    }
  }

  private async isDue(): Promise<boolean> {
    const [row] = await this.database.query<{ due: boolean }>(
      `select exists (select from turns where state in ('new', 'done')) as due`,
    );
    return row?.due ?? false;
  }

  private async round(): Promise<boolean> {
    const { more, asked } = await this.database.transaction((tx) => giveTurns(tx));
    if (asked.length > 0) await this.controls.announce(...asked);
    if (more) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return more;
  }

  private async sweep(): Promise<void> {
    try {
      await this.database.transaction((tx) => lookAgain(tx));
    } catch (error) {
      this.logger.warn(`Turns could not be looked at again: ${(error as Error).message}`);
    }
  }
}
