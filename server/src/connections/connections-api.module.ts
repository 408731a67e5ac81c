import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConnectorRegistryModule } from '../connector-registry/connector-registry.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { SimulatorsModule } from '../simulators/simulators.module.js';
import { Connection } from './connection.entity.js';
import { ConnectionEditor } from './connection-editor.service.js';
import { ConnectionTests } from './connection-tests.service.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsModule } from './connections.module.js';
import { Consents } from './tokens/consents.service.js';

/** What people do with connections; apart from `ConnectionsModule`, on which the operations that test them stand. */
@Module({
  imports: [
    TypeOrmModule.forFeature([Connection]),
    ConnectorRegistryModule,
    ConnectionsModule,
    OperationsModule,
    SimulatorsModule,
  ],
  controllers: [ConnectionsController],
  providers: [ConnectionEditor, ConnectionTests, Consents],
  exports: [ConnectionEditor, ConnectionTests],
})
export class ConnectionsApiModule {}
