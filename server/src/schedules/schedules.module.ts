import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { FlowsModule } from '../flows/flows.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { TriggersModule } from '../triggers/triggers.module.js';
import { FiresService } from './fires.service.js';
import { DuePolls } from './polls/due-polls.js';
import { PollOrders } from './polls/poll-orders.service.js';
import { PolledEvents } from './polls/polled-events.js';
import { PollsController } from './polls/polls.controller.js';
import { PollsService } from './polls/polls.service.js';
import { ScheduleKeeper } from './schedule-keeper.js';
import { DueSweeps } from './sweeps/due-sweeps.js';
import { LostEvents } from './sweeps/lost-events.js';
import { SweepOrders } from './sweeps/sweep-orders.service.js';
import { SweepsController } from './sweeps/sweeps.controller.js';
import { SweepsService } from './sweeps/sweeps.service.js';
import { TriggerActivitiesProvider } from './trigger-activities.js';
import { TriggerStatesController } from './trigger-states.controller.js';
import { TriggerStates } from './trigger-states.service.js';
import { WaitingFires } from './waiting-fires.js';

/** What starts flows by the clock, and how triggers stand. */
@Module({
  imports: [AuditModule, ConnectionsModule, FlowsModule, OperationsModule, TriggersModule],
  controllers: [PollsController, SweepsController, TriggerStatesController],
  providers: [
    DuePolls,
    DueSweeps,
    FiresService,
    LostEvents,
    PolledEvents,
    PollOrders,
    PollsService,
    ScheduleKeeper,
    SweepOrders,
    SweepsService,
    TriggerActivitiesProvider,
    TriggerStates,
    WaitingFires,
  ],
})
export class SchedulesModule {}
