import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { Database } from '../platform/database/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { eventsOfStored, readStored } from './arrived-events.js';
import { IntakeService } from './intake.service.js';

const matchEachMs = 3_000;

/** Tries deliveries again whose filter or key failed at the door, until they are matched or shown as a problem. */
@Injectable()
export class LateMatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LateMatcher.name);
  private readonly matching = new RepeatedWork({
    eachMs: matchEachMs,
    work: () => this.matchOne(),
    logger: this.logger,
    failure: 'Stored deliveries could not be matched',
  });

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly intake: IntakeService,
    private readonly connections: ConnectionsService,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.runsWorker) this.matching.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.matching.stop();
  }

  /** Those that were not tried yet come first, so that none waits for poison. Answers whether one was due. */
  private matchOne(): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const [delivery] = await readStored(
        tx,
        `where status = 'unmatched' and attempts < 5 and received_at < now() - attempts * interval '10 seconds'
         order by attempts, received_at limit 1 for update skip locked`,
      );
      if (!delivery) return false;
      await tx.query('update deliveries set attempts = attempts + 1 where id = $1', [delivery.id]);
      const events = await eventsOfStored(tx, this.connections, delivery);
      const { status, reason } = await this.intake.takeStored(tx, delivery, events);
      if (status === 'unmatched') this.logger.warn(`Delivery ${delivery.id}: ${reason}`);
      return true;
    });
  }
}
