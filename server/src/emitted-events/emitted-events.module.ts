import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ExpressionsModule } from '../expressions/expressions.module.js';
import { EmittedEventsController } from './emitted-events.controller.js';
import { EventCourier } from './event-courier.service.js';
import { ExpiringConnections } from './expiring-connections.js';
import { EventFilterTrial } from './filter-trial.service.js';
import { ForgetEvents } from './forget-events.js';
import { SendingsService } from './sendings.service.js';
import { SubscriptionsService } from './subscriptions.service.js';

/** Events that Castellan tells other systems: what happens is written by `telling`, and sent from here. */
@Module({
  imports: [AuditModule, ExpressionsModule],
  controllers: [EmittedEventsController],
  providers: [EventCourier, EventFilterTrial, ExpiringConnections, ForgetEvents, SendingsService, SubscriptionsService],
})
export class EmittedEventsModule {}
