import { Global, Module } from '@nestjs/common';
import { FeatureActivities } from './feature-activities.js';
import { Schedules } from './schedules.js';
import { TemporalService } from './temporal.service.js';

@Global()
@Module({
  providers: [FeatureActivities, Schedules, TemporalService],
  exports: [FeatureActivities, Schedules, TemporalService],
})
export class TemporalModule {}
