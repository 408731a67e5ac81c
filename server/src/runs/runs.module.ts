import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { ExpressionsModule } from '../expressions/expressions.module.js';
import { FlowsModule } from '../flows/flows.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { SafetyModule } from '../safety/safety.module.js';
import { BulkController } from './bulk/bulk.controller.js';
import { BulkService } from './bulk/bulk.service.js';
import { BulkRunner } from './bulk/bulk-runner.service.js';
import { WorkerService } from './carriers/worker.service.js';
import { ControlsService } from './controls.service.js';
import { RetriesController } from './retries.controller.js';
import { RetriesService } from './retries.service.js';
import { RetrySource } from './retry-source.js';
import { RunStreams } from './run-stream.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';
import { TurnKeeper } from './turns/turn-keeper.js';

@Module({
  imports: [AuditModule, ConnectionsModule, ExpressionsModule, FlowsModule, OperationsModule, SafetyModule],
  controllers: [RunsController, RetriesController, BulkController],
  providers: [
    BulkRunner,
    BulkService,
    ControlsService,
    RetriesService,
    RetrySource,
    RunStreams,
    RunsService,
    TurnKeeper,
    WorkerService,
  ],
  exports: [ControlsService, RunsService],
})
export class RunsModule {}
