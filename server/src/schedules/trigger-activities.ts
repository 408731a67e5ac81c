import { Injectable, type OnModuleInit } from '@nestjs/common';
import { FeatureActivities } from '../platform/temporal/feature-activities.js';
import type { TriggerActivities } from '../workflows/contract.js';
import { FiresService } from './fires.service.js';

/** Gives the worker what the workflows of triggers ask of the world. */
@Injectable()
export class TriggerActivitiesProvider implements OnModuleInit {
  constructor(
    private readonly activities: FeatureActivities,
    private readonly fires: FiresService,
  ) {}

  onModuleInit(): void {
    this.activities.add({ storeFire: (request) => this.fires.store(request) } satisfies TriggerActivities);
  }
}
