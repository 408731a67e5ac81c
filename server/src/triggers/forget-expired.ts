import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.js';
import { Database } from '../platform/database/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { forgetAnswers } from './answering/awaited-answers.js';
import { forgetSignatures } from './used-signatures.js';

const sweepEachMs = 60_000;

/** Removes what is kept for a while only: signatures that were taken, answers that were given, samples that nobody came for. */
@Injectable()
export class ForgetExpired implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sweeping = new RepeatedWork({
    eachMs: sweepEachMs,
    work: () => this.sweep(),
    logger: new Logger(ForgetExpired.name),
    failure: 'Expired signatures, answers and samples could not be removed',
  });

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.runsWorker) this.sweeping.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sweeping.stop();
  }

  private async sweep(): Promise<false> {
    await forgetSignatures(this.database);
    await forgetAnswers(this.database);
    await this.database.query(
      `update listeners set caught = null where (caught ->> 'at')::timestamptz < now() - interval '1 hour'`,
    );
    return false;
  }
}
