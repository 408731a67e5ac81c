import { Module } from '@nestjs/common';
import { ApprovalsModule } from '../approvals/approvals.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { ExpressionsModule } from '../expressions/expressions.module.js';
import { FlowsModule } from '../flows/flows.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { AnswerCourier } from './answering/answer-courier.service.js';
import { AnswerDecisions } from './answering/answer-decisions.service.js';
import { AnsweringService } from './answering/answering.service.js';
import { AnswersService } from './answers.service.js';
import { CatchSample } from './catch-sample.js';
import { DeliveriesService } from './deliveries.service.js';
import { FilterTrialsService } from './filter-trials.service.js';
import { ForgetExpired } from './forget-expired.js';
import { HooksController } from './hooks.controller.js';
import { HooksService } from './hooks.service.js';
import { IntakeService } from './intake.service.js';
import { LateMatcher } from './late-matcher.js';
import { ListenersService } from './listeners.service.js';
import { PastDeliveriesService } from './past-deliveries.service.js';
import { QueuedDeliveries } from './queued-deliveries.js';
import { RefusalsService } from './refusals.service.js';
import { TriggersController } from './triggers.controller.js';
import { TriggersService } from './triggers.service.js';
import { WebhookService } from './webhook.service.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({
  imports: [
    ApprovalsModule,
    AuditModule,
    ConnectionsModule,
    ExpressionsModule,
    FlowsModule,
    OperationsModule,
    RunsModule,
  ],
  controllers: [HooksController, TriggersController, WebhooksController],
  providers: [
    AnswerCourier,
    AnswerDecisions,
    AnsweringService,
    AnswersService,
    CatchSample,
    DeliveriesService,
    FilterTrialsService,
    ForgetExpired,
    HooksService,
    IntakeService,
    LateMatcher,
    ListenersService,
    PastDeliveriesService,
    QueuedDeliveries,
    RefusalsService,
    TriggersService,
    WebhookService,
  ],
  exports: [AnswersService, IntakeService, PastDeliveriesService, TriggersService],
})
export class TriggersModule {}
