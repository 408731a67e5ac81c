import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config.js';
import { builtInConnectors } from '../../connector-registry/known-connectors.js';
import { Database, Notifications } from '../../platform/database/index.js';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { beginSweeps, type DueSweep, dueSweeps } from './sweep-rows.js';
import { SweepsService } from './sweeps.service.js';

/** Told when somebody asks for a sweep. */
export const sweepsChannel = 'castellan_sweeps';

const lookEachMs = 5_000;
const atOnce = 3;

/** Makes the sweeps that are due. Every worker looks, and the lease of each sweep lets one of them make it. */
@Injectable()
export class DueSweeps implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(DueSweeps.name);
  private readonly underWay = new Set<string>();
  private readonly looking: RepeatedWork;
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly sweeps: SweepsService,
  ) {
    this.looking = new RepeatedWork({
      eachMs: lookEachMs,
      work: () => this.look(),
      logger: this.logger,
      failure: 'Sweeps for lost events that are due could not be looked for',
    });
  }

  onApplicationBootstrap(): void {
    if (!this.config.runsWorker) return;
    this.stopListening = this.notifications.listen(sweepsChannel, () => this.looking.wake());
    this.looking.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopListening();
    await this.looking.stop();
  }

  private async look(): Promise<void> {
    await beginSweeps(this.database, sweptEvents);
    for (const due of await dueSweeps(this.database, atOnce * 2)) {
      const name = `${due.connectionId} ${due.event}`;
      if (this.underWay.size >= atOnce || this.underWay.has(name)) continue;
      void this.sweep(name, due);
    }
  }

  private async sweep(name: string, due: DueSweep): Promise<void> {
    this.underWay.add(name);
    try {
      await this.sweeps.sweep(due);
    } catch (error) {
      this.logger.warn(`A sweep for lost events is made again when its lease has ended: ${(error as Error).message}`);
    } finally {
      this.underWay.delete(name);
    }
  }
}

const sweptEvents = builtInConnectors.flatMap(({ connector: { id, triggers } }) =>
  Object.entries(triggers).flatMap(([event, { sweep }]) =>
    sweep ? [{ connector: id, event, isOn: sweep.caution === undefined }] : [],
  ),
);
