import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config.js';
import { Database } from './database.js';
import { makePartitions } from './partitions.js';

const lookEachMs = 6 * 3_600_000;
/** One process at a time makes partitions. */
const partitionsLock = 7_302_002;

/** Makes the months of history before they come, for servers that run for long without a restart. */
@Injectable()
export class ComingMonths implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ComingMonths.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.servesApi) this.timer = setInterval(() => void this.look(), lookEachMs).unref();
  }

  private async look(): Promise<void> {
    try {
      const made = await this.make(new Date());
      if (made.length > 0) this.logger.log(`Made ${made.join(', ')}`);
    } catch (error) {
      this.logger.warn(`Coming months could not be made, which is tried again: ${(error as Error).message}`);
    }
  }

  /** Answers the names of the partitions that it made. */
  make(now: Date): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [partitionsLock]);
      return makePartitions(tx, now);
    });
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
