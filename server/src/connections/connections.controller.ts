import { connectionRoutes as routes } from '@castellan/api';
import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readSessionCookie } from '../auth/session-cookie.js';
import { Actor, Input, On } from '../platform/routes/index.js';
import { ConnectionEditor } from './connection-editor.service.js';
import { Consents } from './tokens/consents.service.js';

@Controller()
export class ConnectionsController {
  constructor(
    private readonly connections: ConnectionEditor,
    private readonly consents: Consents,
  ) {}

  @On(routes.list)
  list(@Actor() actor: Actor, @Input() { query }: Input<typeof routes.list>) {
    return this.connections.list(actor, query);
  }

  @On(routes.create)
  create(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.create>) {
    return this.connections.create(actor, body);
  }

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.connections.get(actor, params.id);
  }

  @On(routes.save)
  save(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.save>) {
    return this.connections.save(actor, params.id, body);
  }

  @On(routes.remove)
  remove(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.remove>) {
    return this.connections.remove(actor, params.id);
  }

  @On(routes.test)
  test(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.test>) {
    return this.connections.test(actor, params.id);
  }

  @On(routes.askConsent)
  askConsent(
    @Actor() actor: Actor,
    @Input() { params }: Input<typeof routes.askConsent>,
    @Req() request: FastifyRequest,
  ) {
    return this.consents.begin(actor, params.id, readSessionCookie(request));
  }

  @On(routes.endConsent)
  endConsent(
    @Actor() actor: Actor,
    @Input() { body }: Input<typeof routes.endConsent>,
    @Req() request: FastifyRequest,
  ) {
    return this.consents.end(actor, body, readSessionCookie(request));
  }
}
