import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConnectorsModule } from '../connectors/connectors.module.js';
import { ExpressionsModule } from '../expressions/expressions.module.js';
import { DraftVersionsService } from './draft-versions.service.js';
import { FlowEntity } from './flow.entity.js';
import { FlowStore } from './flow-store.service.js';
import { FlowTestsController } from './flow-tests.controller.js';
import { FlowTestsService } from './flow-tests.service.js';
import { FlowsController } from './flows.controller.js';
import { FlowsService } from './flows.service.js';
import { HistoryService } from './history.service.js';
import { InFlightController } from './in-flight.controller.js';
import { InFlightService } from './in-flight.service.js';
import { PublishService } from './publish.service.js';
import { RehearsalVersionsService } from './rehearsal-versions.service.js';
import { SwitchService } from './switch.service.js';
import { UnusedDrafts } from './unused-drafts.js';
import { VersionEntity } from './version.entity.js';
import { VersionFits } from './version-fits.js';
import { VersionsModule } from './versions.module.js';

/** Flows: drafts, versions, switching on and off. */
@Module({
  imports: [TypeOrmModule.forFeature([FlowEntity, VersionEntity]), ConnectorsModule, ExpressionsModule, VersionsModule],
  controllers: [FlowsController, FlowTestsController, InFlightController],
  providers: [
    FlowStore,
    DraftVersionsService,
    FlowTestsService,
    FlowsService,
    HistoryService,
    InFlightService,
    PublishService,
    RehearsalVersionsService,
    SwitchService,
    UnusedDrafts,
    VersionFits,
  ],
  exports: [FlowStore, DraftVersionsService, PublishService, RehearsalVersionsService, VersionsModule],
})
export class FlowsModule {}
