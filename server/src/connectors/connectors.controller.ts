import { connectorRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { CatalogService } from './catalog.service.js';
import { ChoicesService } from './choices.service.js';
import { ConnectorsService } from './connectors.service.js';

@Controller()
export class ConnectorsController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly connectors: ConnectorsService,
    private readonly choices: ChoicesService,
  ) {}

  @On(routes.catalog)
  getCatalog(@Actor() actor: Actor) {
    return this.catalog.get(actor);
  }

  @On(routes.list)
  list(@Actor() actor: Actor) {
    return this.connectors.list(actor);
  }

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.connectors.get(actor, params.id);
  }

  @On(routes.options)
  options(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.options>) {
    return this.choices.list(actor, params.id, body);
  }
}
