import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.js';
import { triggersChannel } from '../flows/switch.service.js';
import { Database, Notifications, type Sql } from '../platform/database/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { Schedules } from '../platform/temporal/schedules.js';
import { wantedPolls } from './polls/wanted-polls.js';
import type { Wanted } from './wanted.js';
import { wantedFires } from './wanted-fires.js';

const compareEachMs = 60_000;
const againAfterMs = 5_000;
/** All Schedules of ours begin so; one that is not wanted is removed. */
const prefix = 'castellan-';
/** Number of the lock by which one worker at a time compares. */
const comparingLock = 4_600_005;

/**
 * Keeps Temporal's Schedules as the rows of the triggers say: told of a change after its commit, at start, and each
 * minute. So it does not matter whether Temporal was away when a flow was published, or has lost all that it had.
 */
@Injectable()
export class ScheduleKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ScheduleKeeper.name);
  private readonly comparing = new RepeatedWork({
    eachMs: compareEachMs,
    work: () => this.database.transaction((tx) => this.compare(tx)),
    logger: this.logger,
    failure: 'Schedules could not be compared with the triggers',
    againAfterMs,
  });
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly schedules: Schedules,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.runsWorker) return;
    this.stopListening = this.notifications.listen(triggersChannel, () => this.comparing.wake());
    this.comparing.start().wake();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopListening();
    await this.comparing.stop();
  }

  /** The lock is held by the transaction. Another worker that has it was told of the same change. */
  private async compare(tx: Sql): Promise<void> {
    const [lock] = await tx.query<{ held: boolean }>('select pg_try_advisory_xact_lock($1) as held', [comparingLock]);
    if (!lock?.held) return;
    const wanted = [...(await wantedFires(tx, new Date())), ...(await wantedPolls(tx))];
    const present = await this.schedules.notes(prefix);
    const unwanted = new Set(present.keys());
    for (const schedule of wanted) {
      unwanted.delete(schedule.id);
      if (present.get(schedule.id) !== schedule.settings) await this.mend(tx, schedule);
    }
    for (const id of unwanted) {
      await holdOn(tx);
      await this.schedules.remove(id);
    }
  }

  /** Until all that it missed is asked for, its note is not the one that is wanted, so that a crash repeats it. */
  private async mend(tx: Sql, wanted: Wanted): Promise<void> {
    await holdOn(tx);
    const now = new Date();
    const from = new Date(Math.max(wanted.makeUp?.since.getTime() ?? 0, now.getTime() - wanted.catchupMs));
    if (wanted.makeUp?.isDue(from, now)) {
      await this.schedules.put(wanted, `${wanted.settings} is made up for`);
      await this.schedules.backfill(wanted.id, from, new Date());
    }
    await this.schedules.put(wanted, wanted.settings);
  }
}

/** A transaction that is idle for long is ended, and the lock with it. */
const holdOn = (tx: Sql): Promise<unknown> => tx.query('select 1');
