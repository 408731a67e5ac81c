import { connectorImportRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { ConnectorImports } from './connector-imports.service.js';
import { ImportedConnectors } from './imported-connectors.service.js';

@Controller()
export class ConnectorImportsController {
  constructor(
    private readonly imports: ConnectorImports,
    private readonly connectors: ImportedConnectors,
  ) {}

  @On(routes.begin)
  begin(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.begin>) {
    return this.imports.begin(actor, body);
  }

  @On(routes.send)
  send(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.send>) {
    return this.imports.send(actor, params.id, body);
  }

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.imports.get(actor, params.id);
  }

  @On(routes.choose)
  choose(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.choose>) {
    return this.imports.choose(actor, params.id, body);
  }

  @On(routes.discard)
  discard(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.discard>) {
    return this.imports.discard(actor, params.id);
  }

  @On(routes.remove)
  remove(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.remove>) {
    return this.connectors.remove(actor, params.id);
  }
}
