import { routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { DeputiesService } from './deputies.service.js';

const { deputies } = routes;

@Controller()
export class DeputiesController {
  constructor(private readonly service: DeputiesService) {}

  @On(deputies.list)
  list(@Actor() actor: Actor) {
    return this.service.list(actor);
  }

  @On(deputies.name)
  name(@Actor() actor: Actor, @Input() { body }: Input<typeof deputies.name>) {
    return this.service.name(actor, body);
  }

  @On(deputies.takeBack)
  takeBack(@Actor() actor: Actor, @Input() { params }: Input<typeof deputies.takeBack>) {
    return this.service.takeBack(actor, params.id);
  }
}
