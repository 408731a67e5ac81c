import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { Database } from '../platform/database/index.js';
import { eventsOfStored } from './arrived-events.js';
import { IntakeService } from './intake.service.js';

const lookEachMs = 3_000;

/** Tries deliveries again whose filter or key failed at the door, until they are matched or shown as a problem. */
@Injectable()
export class LateMatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LateMatcher.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly intake: IntakeService,
    private readonly connections: ConnectionsService,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.runsWorker) this.timer = setInterval(() => void this.look(), lookEachMs);
  }

  private async look(): Promise<void> {
    try {
      await this.intake.matchLate(this.database, (sql, delivery) => eventsOfStored(sql, this.connections, delivery));
    } catch (error) {
      this.logger.warn(`Stored deliveries could not be matched: ${(error as Error).message}`);
    }
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
