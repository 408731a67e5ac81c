import { routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { FilterTrialsService } from './filter-trials.service.js';
import { ListenersService } from './listeners.service.js';

const { webhooks } = routes;

@Controller()
export class WebhooksController {
  constructor(
    private readonly listeners: ListenersService,
    private readonly trials: FilterTrialsService,
  ) {}

  @On(webhooks.listen)
  listen(@Actor() actor: Actor, @Input() { params }: Input<typeof webhooks.listen>) {
    return this.listeners.listen(actor, params.id, params.trigger);
  }

  @On(webhooks.listener)
  listener(@Actor() actor: Actor, @Input() { params }: Input<typeof webhooks.listener>) {
    return this.listeners.state(actor, params.id, params.trigger);
  }

  @On(webhooks.stopListening)
  stopListening(@Actor() actor: Actor, @Input() { params }: Input<typeof webhooks.stopListening>) {
    return this.listeners.stop(actor, params.id, params.trigger);
  }

  @On(webhooks.tryFilter)
  tryFilter(@Actor() actor: Actor, @Input() { params, body }: Input<typeof webhooks.tryFilter>) {
    return this.trials.try(actor, params.id, params.trigger, body);
  }
}
