import { connectionRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { ConnectionEditor } from './connection-editor.service.js';

@Controller()
export class ConnectionsController {
  constructor(private readonly connections: ConnectionEditor) {}

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
}
