import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { ConnectorRegistryModule } from '../connector-registry/connector-registry.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { SimulatorsModule } from '../simulators/simulators.module.js';
import { CatalogService } from './catalog.service.js';
import { ChoicesService } from './choices.service.js';
import { ConnectorsController } from './connectors.controller.js';
import { ConnectorsService } from './connectors.service.js';

@Module({
  imports: [ConnectionsModule, ConnectorRegistryModule, OperationsModule, SimulatorsModule],
  controllers: [ConnectorsController],
  providers: [ConnectorsService, CatalogService, ChoicesService],
  exports: [ConnectorsService, CatalogService],
})
export class ConnectorsModule {}
