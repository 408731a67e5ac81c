import { opalAppRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { AppCheck } from './app-check.service.js';
import { OpalAppsService } from './opal-apps.service.js';

@Controller()
export class OpalAppsController {
  constructor(
    private readonly apps: OpalAppsService,
    private readonly checks: AppCheck,
  ) {}

  @On(routes.list)
  list(@Actor() actor: Actor, @Input() { query }: Input<typeof routes.list>) {
    return this.apps.list(actor, query);
  }

  @On(routes.create)
  create(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.create>) {
    return this.apps.create(actor, body);
  }

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.apps.get(actor, params.id);
  }

  @On(routes.save)
  save(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.save>) {
    return this.apps.save(actor, params.id, body);
  }

  @On(routes.remove)
  remove(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.remove>) {
    return this.apps.remove(actor, params.id);
  }

  @On(routes.calls)
  calls(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.calls>) {
    return this.apps.calls(actor, params.id, query);
  }

  @On(routes.check)
  check(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.check>) {
    return this.checks.run(actor, params.id);
  }
}
