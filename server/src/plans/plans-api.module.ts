import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { ConnectorsModule } from '../connectors/connectors.module.js';
import { DraftRunsModule } from '../draft-runs/draft-runs.module.js';
import { ExpressionsModule } from '../expressions/expressions.module.js';
import { FlowsModule } from '../flows/flows.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { PlanApplying } from './plan-applying.service.js';
import { PlanMaking } from './plan-making.service.js';
import { PlanReading } from './plan-reading.service.js';
import { PlanState } from './plan-state.service.js';
import { PlansController } from './plans.controller.js';
import { PlansModule } from './plans.module.js';

/** Access plans: what a flow would change, looked at before, and carried out as it was looked at. */
@Module({
  imports: [
    AuditModule,
    ConnectionsModule,
    ConnectorsModule,
    DraftRunsModule,
    ExpressionsModule,
    FlowsModule,
    OperationsModule,
    PlansModule,
  ],
  controllers: [PlansController],
  providers: [PlanApplying, PlanMaking, PlanReading, PlanState],
})
export class PlansApiModule {}
