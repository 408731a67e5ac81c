import { subscriptionRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { InvocationsService } from './invocations.service.js';
import { SubscriptionsService } from './subscriptions.service.js';

@Controller()
export class SubscriptionsController {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly told: InvocationsService,
  ) {}

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.subscriptions.state(actor, params.id, params.event);
  }

  @On(routes.save)
  save(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.save>) {
    return this.subscriptions.save(actor, params.id, params.event, body);
  }

  @On(routes.remove)
  remove(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.remove>) {
    return this.subscriptions.remove(actor, params.id, params.event);
  }

  @On(routes.tryFilter)
  tryFilter(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.tryFilter>) {
    return this.subscriptions.tryFilter(actor, params.id, params.event, body);
  }

  @On(routes.test)
  test(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.test>) {
    return this.subscriptions.test(actor, params.id, params.event, body.payload);
  }

  @On(routes.invocations)
  invocations(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.invocations>) {
    return this.told.list(actor, params.id, params.event);
  }

  @On(routes.answerOfRun)
  answerOfRun(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.answerOfRun>) {
    return this.told.answerOfRun(actor, params.id);
  }
}
