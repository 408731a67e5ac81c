import { Module } from '@nestjs/common';
import { ConnectionsApiModule } from '../connections/connections-api.module.js';
import { ConnectorsModule } from '../connectors/connectors.module.js';
import { FlowsModule } from '../flows/flows.module.js';
import { OpalAppsModule } from '../opal-apps/opal-apps.module.js';
import { TablesModule } from '../tables/tables.module.js';
import { InstallService } from './install.service.js';
import { TemplatesController } from './templates.controller.js';
import { TemplatesService } from './templates.service.js';

/** Ready-made flows, as data. */
@Module({
  imports: [ConnectorsModule, ConnectionsApiModule, FlowsModule, OpalAppsModule, TablesModule],
  controllers: [TemplatesController],
  providers: [TemplatesService, InstallService],
})
export class TemplatesModule {}
