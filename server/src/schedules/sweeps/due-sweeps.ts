import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config.js';
import { builtInConnectors } from '../../connector-registry/known-connectors.js';
import { Database, Notifications } from '../../platform/database/index.js';
import { DueWork } from '../due-work.js';
import { beginSweeps, type DueSweep, dueSweeps } from './sweep-rows.js';
import { SweepsService } from './sweeps.service.js';

/** Told when somebody asks for a sweep. */
export const sweepsChannel = 'castellan_sweeps';

/** Makes the sweeps that are due. */
@Injectable()
export class DueSweeps implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly work: DueWork<DueSweep>;

  constructor(config: Config, database: Database, notifications: Notifications, sweeps: SweepsService) {
    this.work = new DueWork(config, notifications, {
      ...{ what: 'A sweep for lost events', eachMs: 5_000, atOnce: 3, channel: sweepsChannel },
      find: async (most) => {
        await beginSweeps(database, sweptEvents);
        return dueSweeps(database, most);
      },
      nameOf: ({ connectionId, event }) => `${connectionId} ${event}`,
      make: (due) => sweeps.sweep(due),
    });
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.work.stop();
  }
}

const sweptEvents = builtInConnectors.flatMap(({ connector: { id, triggers } }) =>
  Object.entries(triggers).flatMap(([event, { sweep }]) =>
    sweep ? [{ connector: id, event, isOn: sweep.caution === undefined }] : [],
  ),
);
