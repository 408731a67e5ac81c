import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { OperationsService } from './operations.service.js';

@Module({ imports: [ConnectionsModule], providers: [OperationsService], exports: [OperationsService] })
export class OperationsModule {}
