import { shadowRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { ShadowsService } from './shadows.service.js';

@Controller()
export class ShadowsController {
  constructor(private readonly shadows: ShadowsService) {}

  @On(routes.start)
  start(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.start>) {
    return this.shadows.start(actor, params.id, body);
  }

  @On(routes.list)
  list(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.list>) {
    return this.shadows.list(actor, params.id, query);
  }

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.shadows.get(actor, params.id);
  }

  @On(routes.runs)
  runs(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.runs>) {
    return this.shadows.listRuns(actor, params.id, query);
  }

  @On(routes.run)
  run(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.run>) {
    return this.shadows.run(actor, params.id, params.run);
  }

  @On(routes.remove)
  remove(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.remove>) {
    return this.shadows.remove(actor, params.id);
  }
}
