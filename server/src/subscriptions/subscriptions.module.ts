import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { InvocationsService } from './invocations.service.js';
import { SubscribedEvents } from './subscribed-event.js';
import { SubscriptionsController } from './subscriptions.controller.js';
import { SubscriptionsService } from './subscriptions.service.js';

/** Events of connected systems that are subscribed to by their API. */
@Module({
  imports: [AuditModule, ConnectionsModule, OperationsModule],
  controllers: [SubscriptionsController],
  providers: [InvocationsService, SubscribedEvents, SubscriptionsService],
})
export class SubscriptionsModule {}
