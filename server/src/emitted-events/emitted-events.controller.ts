import { type EmittedEventType, eventSubscriptionRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Addresses } from '../platform/addresses.js';
import { wholePage } from '../platform/paging.js';
import { Actor, Input, On } from '../platform/routes/index.js';
import { output } from './answer.js';
import { bodyOf, sampleOf, schemaOf } from './body.js';
import { eventKinds } from './catalog/index.js';
import { EventFilterTrial } from './filter-trial.service.js';
import { SendingsService } from './sendings.service.js';
import { SubscriptionsService } from './subscriptions.service.js';

@Controller()
export class EmittedEventsController {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly sendings: SendingsService,
    private readonly trial: EventFilterTrial,
    private readonly addresses: Addresses,
  ) {}

  @On(routes.types)
  types(@Actor() { workspaceId }: Actor) {
    return wholePage(
      eventKinds.map((kind): EmittedEventType => {
        const { type, title, description } = kind;
        const sample = bodyOf(sampleOf(kind, workspaceId), kind, this.addresses.origin);
        return { type, title, description, kind: 'FIRE_AND_FORGET', schema: schemaOf(kind), sample, output };
      }),
    );
  }

  @On(routes.list)
  list(@Actor() actor: Actor, @Input() { query }: Input<typeof routes.list>) {
    return this.subscriptions.list(actor, query);
  }

  @On(routes.create)
  create(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.create>) {
    return this.subscriptions.create(actor, body);
  }

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.subscriptions.get(actor, params.id);
  }

  @On(routes.save)
  save(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.save>) {
    return this.subscriptions.save(actor, params.id, body);
  }

  @On(routes.remove)
  remove(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.remove>) {
    return this.subscriptions.remove(actor, params.id);
  }

  @On(routes.switchOff)
  switchOff(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.switchOff>) {
    return this.subscriptions.switchOff(actor, params.id);
  }

  @On(routes.switchOn)
  switchOn(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.switchOn>) {
    return this.subscriptions.switchOn(actor, params.id, body);
  }

  @On(routes.rotate)
  rotate(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.rotate>) {
    return this.subscriptions.rotate(actor, params.id);
  }

  @On(routes.test)
  test(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.test>) {
    return this.sendings.test(actor, params.id, body.data);
  }

  @On(routes.tryFilter)
  tryFilter(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.tryFilter>) {
    return this.trial.try(actor, body);
  }

  @On(routes.sendings)
  deliveries(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.sendings>) {
    return this.sendings.list(actor, params.id, query);
  }

  @On(routes.resend)
  resend(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.resend>) {
    return this.sendings.resend(actor, params.id);
  }

  @On(routes.resendFailed)
  resendFailed(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.resendFailed>) {
    return this.sendings.resendFailed(actor, params.id);
  }
}
