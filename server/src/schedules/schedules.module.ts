import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { FlowsModule } from '../flows/flows.module.js';
import { TriggersModule } from '../triggers/triggers.module.js';
import { FiresService } from './fires.service.js';
import { ScheduleKeeper } from './schedule-keeper.js';
import { TriggerActivitiesProvider } from './trigger-activities.js';
import { TriggerStatesController } from './trigger-states.controller.js';
import { TriggerStates } from './trigger-states.service.js';
import { WaitingFires } from './waiting-fires.js';

/** What starts flows by the clock, and how triggers stand. */
@Module({
  imports: [ConnectionsModule, FlowsModule, TriggersModule],
  controllers: [TriggerStatesController],
  providers: [FiresService, ScheduleKeeper, TriggerActivitiesProvider, TriggerStates, WaitingFires],
})
export class SchedulesModule {}
