import { policyRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { PolicyService } from './policy.service.js';

@Controller()
export class PolicyController {
  constructor(private readonly service: PolicyService) {}

  @On(routes.get)
  get(@Actor() actor: Actor) {
    return this.service.get(actor);
  }

  @On(routes.save)
  save(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.save>) {
    return this.service.save(actor, body);
  }

  @On(routes.except)
  except(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.except>) {
    return this.service.except(actor, body);
  }

  @On(routes.removeException)
  removeException(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.removeException>) {
    return this.service.removeException(actor, params.id, params.key);
  }
}
