import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { PlansModule } from '../plans/plans.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { ApprovalAnswers } from './approval-answers.service.js';
import { ApprovalChats } from './approval-chats.service.js';
import { ApprovalCourier } from './approval-courier.service.js';
import { ApprovalLinks } from './approval-links.service.js';
import { ApprovalPlanner } from './approval-planner.service.js';
import { ApprovalReminders } from './approval-reminders.service.js';
import { ApprovalsController } from './approvals.controller.js';
import { ApprovalsService } from './approvals.service.js';
import { DeputiesController } from './deputies.controller.js';
import { DeputiesService } from './deputies.service.js';

@Module({
  imports: [AuditModule, ConnectionsModule, OperationsModule, PlansModule, RunsModule],
  controllers: [ApprovalsController, DeputiesController],
  providers: [
    ApprovalAnswers,
    ApprovalChats,
    ApprovalCourier,
    ApprovalLinks,
    ApprovalPlanner,
    ApprovalReminders,
    ApprovalsService,
    DeputiesService,
  ],
  exports: [ApprovalAnswers],
})
export class ApprovalsModule {}
