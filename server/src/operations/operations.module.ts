import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { TablesModule } from '../tables/tables.module.js';
import { ConnectionGates } from './connection-gates.js';
import { OperationsService } from './operations.service.js';

@Module({
  imports: [ConnectionsModule, DirectoryModule, TablesModule],
  providers: [ConnectionGates, OperationsService],
  exports: [OperationsService],
})
export class OperationsModule {}
