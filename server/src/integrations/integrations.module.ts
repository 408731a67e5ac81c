import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { ConnectionsApiModule } from '../connections/connections-api.module.js';
import { ExpressionsModule } from '../expressions/expressions.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { TriggersModule } from '../triggers/triggers.module.js';
import { DirectoryConnection } from './directory-connection.service.js';
import { DirectoryReader } from './directory-reader.service.js';
import { FilterPreview } from './filter-preview.service.js';
import { IntegrationEntity } from './integration.entity.js';
import { IntegrationsController } from './integrations.controller.js';
import { IntegrationsService } from './integrations.service.js';
import { SyncActivities } from './sync/sync-activities.js';
import { SyncKeeper } from './sync/sync-keeper.js';
import { SyncPage } from './sync/sync-page.service.js';
import { SyncsService } from './syncs.service.js';
import { ToldFlows } from './told-flows.service.js';

/** Connections whose directory is synced: who may be read, how often, and what each reading changed. */
@Module({
  imports: [
    TypeOrmModule.forFeature([IntegrationEntity]),
    AuditModule,
    ConnectionsModule,
    ConnectionsApiModule,
    ExpressionsModule,
    OperationsModule,
    RunsModule,
    TriggersModule,
  ],
  controllers: [IntegrationsController],
  providers: [
    DirectoryConnection,
    DirectoryReader,
    FilterPreview,
    IntegrationsService,
    SyncActivities,
    SyncKeeper,
    SyncPage,
    SyncsService,
    ToldFlows,
  ],
})
export class IntegrationsModule {}
