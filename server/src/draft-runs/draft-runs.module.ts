import { Module } from '@nestjs/common';
import { ConnectorsModule } from '../connectors/connectors.module.js';
import { ExpressionsModule } from '../expressions/expressions.module.js';
import { FlowsModule } from '../flows/flows.module.js';
import { TriggersModule } from '../triggers/triggers.module.js';
import { BusinessKeys } from './business-keys.service.js';
import { DraftRunsController } from './draft-runs.controller.js';
import { DraftRunsService } from './draft-runs.service.js';
import { PinsService } from './pins.service.js';
import { RunStarts } from './run-starts.service.js';
import { ShapesService } from './shapes.service.js';
import { StepRunsService } from './step-runs.service.js';

/** Trying a flow out while it is being built: runs of its draft, and outputs that are pinned to its steps. */
@Module({
  imports: [ConnectorsModule, ExpressionsModule, FlowsModule, TriggersModule],
  controllers: [DraftRunsController],
  providers: [BusinessKeys, DraftRunsService, PinsService, RunStarts, ShapesService, StepRunsService],
  exports: [BusinessKeys, PinsService, RunStarts],
})
export class DraftRunsModule {}
