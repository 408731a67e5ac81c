import { templateRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { InstallService } from './install.service.js';
import { TemplatesService } from './templates.service.js';

@Controller()
export class TemplatesController {
  constructor(
    private readonly templates: TemplatesService,
    private readonly installing: InstallService,
  ) {}

  @On(routes.list)
  list() {
    return this.templates.list();
  }

  @On(routes.get)
  get(@Input() { params }: Input<typeof routes.get>) {
    return this.templates.get(params.id);
  }

  @On(routes.install)
  install(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.install>) {
    return this.installing.install(actor, params.id, body);
  }
}
