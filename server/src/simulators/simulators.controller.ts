import { simulatorRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { SimulatorsService } from './simulators.service.js';

@Controller()
export class SimulatorsController {
  constructor(private readonly simulators: SimulatorsService) {}

  @On(routes.list)
  list(@Actor() actor: Actor) {
    return this.simulators.list(actor);
  }

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.simulators.get(actor, params.id);
  }

  @On(routes.reset)
  reset(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.reset>) {
    return this.simulators.reset(actor, params.id);
  }
}
