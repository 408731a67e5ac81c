import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Context } from '@temporalio/activity';
import { FeatureActivities } from '../../platform/temporal/feature-activities.js';
import type { DirectoryActivities, SyncedPage } from '../../workflows/contract.js';
import { SyncPage } from './sync-page.service.js';

/** A worker that has died is told by its silence. */
const heartbeatMs = 1_000;

/** Gives the worker what syncs ask of the world. */
@Injectable()
export class SyncActivities implements OnModuleInit {
  constructor(
    private readonly activities: FeatureActivities,
    private readonly pages: SyncPage,
  ) {}

  onModuleInit(): void {
    this.activities.add({ syncPage: (sync) => this.page(sync) } satisfies DirectoryActivities);
  }

  private async page(sync: string): Promise<SyncedPage> {
    const context = Context.current();
    const heartbeat = setInterval(() => context.heartbeat(), heartbeatMs);
    try {
      return await this.pages.next(sync);
    } finally {
      clearInterval(heartbeat);
    }
  }
}
