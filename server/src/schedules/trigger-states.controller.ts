import { routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { TriggerStates } from './trigger-states.service.js';

const { flows } = routes;

@Controller()
export class TriggerStatesController {
  constructor(private readonly states: TriggerStates) {}

  @On(flows.triggers)
  of(@Actor() actor: Actor, @Input() { params }: Input<typeof flows.triggers>) {
    return this.states.of(actor, params.id);
  }
}
