import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { ExpressionsModule } from '../expressions/expressions.module.js';
import { FlowsModule } from '../flows/flows.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { TriggersModule } from '../triggers/triggers.module.js';
import { AppCheck } from './app-check.service.js';
import { AppDirectory } from './app-directory.service.js';
import { AppDoorController } from './app-door.controller.js';
import { AppDoor } from './app-door.service.js';
import { AppWrites } from './app-writes.service.js';
import { FlowCalls } from './flow-calls.service.js';
import { OpalAppsController } from './opal-apps.controller.js';
import { OpalAppsService } from './opal-apps.service.js';

/** Custom apps of Opal: this server answers as the customer's API of Opal's contract. */
@Module({
  imports: [AuditModule, ConnectionsModule, ExpressionsModule, FlowsModule, OperationsModule, TriggersModule],
  controllers: [OpalAppsController, AppDoorController],
  providers: [AppCheck, AppDirectory, AppDoor, AppWrites, FlowCalls, OpalAppsService],
  exports: [OpalAppsService],
})
export class OpalAppsModule {}
