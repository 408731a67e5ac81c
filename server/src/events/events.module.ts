import { Module } from '@nestjs/common';
import { EventsController } from './events.controller.js';
import { WorkspaceEvents } from './workspace-events.service.js';

@Module({ controllers: [EventsController], providers: [WorkspaceEvents] })
export class EventsModule {}
