import { streamRoutes as routes } from '@castellan/api';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Actor, On } from '../platform/routes/index.js';
import { WorkspaceEvents } from './workspace-events.service.js';

@Controller()
export class EventsController {
  constructor(private readonly events: WorkspaceEvents) {}

  @On(routes.workspace)
  open(@Actor() actor: Actor, @Res() reply: FastifyReply) {
    this.events.open(actor, reply);
  }
}
