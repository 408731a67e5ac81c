import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config.js';
import { RepeatedWork } from '../repeated-work.js';
import { Database } from './database.js';
import { makePartitions } from './partitions.js';

const makeEachMs = 6 * 3_600_000;
/** One process at a time makes partitions. */
const partitionsLock = 7_302_002;

/** Makes the months of history before they come, for servers that run for long without a restart. */
@Injectable()
export class ComingMonths implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ComingMonths.name);
  private readonly making = new RepeatedWork({
    eachMs: makeEachMs,
    work: () => this.makeAndTell(),
    logger: this.logger,
    failure: 'Coming months could not be made, which is tried again',
  });

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.servesApi) this.making.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.making.stop();
  }

  private async makeAndTell(): Promise<void> {
    const made = await this.make(new Date());
    if (made.length > 0) this.logger.log(`Made ${made.join(', ')}`);
  }

  /** Answers the names of the partitions that it made. */
  make(now: Date): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [partitionsLock]);
      return makePartitions(tx, now);
    });
  }
}
