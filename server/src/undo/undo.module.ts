import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ConnectorsModule } from '../connectors/connectors.module.js';
import { FlowsModule } from '../flows/flows.module.js';
import { UndoController } from './undo.controller.js';
import { UndoMaking } from './undo-making.service.js';
import { UndoReading } from './undo-reading.service.js';

/** Undo of runs: what they did is taken back by a plan, which is applied like any other. */
@Module({
  imports: [AuditModule, ConnectorsModule, FlowsModule],
  controllers: [UndoController],
  providers: [UndoMaking, UndoReading],
})
export class UndoModule {}
