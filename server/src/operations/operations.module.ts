import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { ConnectionGates } from './connection-gates.js';
import { OperationsService } from './operations.service.js';

@Module({ imports: [ConnectionsModule], providers: [ConnectionGates, OperationsService], exports: [OperationsService] })
export class OperationsModule {}
