import { inFlightRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { InFlightService } from './in-flight.service.js';

@Controller()
export class InFlightController {
  constructor(private readonly inFlight: InFlightService) {}

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.inFlight.get(actor, params.id);
  }
}
