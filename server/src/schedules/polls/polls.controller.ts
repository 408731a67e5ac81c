import { routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../../platform/routes/index.js';
import { PollOrders } from './poll-orders.service.js';

const { polls } = routes;

@Controller()
export class PollsController {
  constructor(private readonly orders: PollOrders) {}

  @On(polls.now)
  now(@Actor() actor: Actor, @Input() { params }: Input<typeof polls.now>) {
    return this.orders.now(actor, params.id, params.trigger);
  }

  @On(polls.repeats)
  repeats(@Actor() actor: Actor, @Input() { params, query }: Input<typeof polls.repeats>) {
    return this.orders.repeats(actor, params.id, params.trigger, query.from);
  }

  @On(polls.startAgain)
  startAgain(@Actor() actor: Actor, @Input() { params, body }: Input<typeof polls.startAgain>) {
    return this.orders.startAgain(actor, params.id, params.trigger, new Date(body.from));
  }
}
