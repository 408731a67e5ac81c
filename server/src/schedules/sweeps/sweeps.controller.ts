import { routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../../platform/routes/index.js';
import { SweepOrders } from './sweep-orders.service.js';

const { sweeps } = routes;

@Controller()
export class SweepsController {
  constructor(private readonly orders: SweepOrders) {}

  @On(sweeps.list)
  list(@Actor() actor: Actor, @Input() { params }: Input<typeof sweeps.list>) {
    return this.orders.list(actor, params.id);
  }

  @On(sweeps.save)
  save(@Actor() actor: Actor, @Input() { params, body }: Input<typeof sweeps.save>) {
    return this.orders.save(actor, params.id, params.event, body.enabled);
  }

  @On(sweeps.now)
  now(@Actor() actor: Actor, @Input() { params }: Input<typeof sweeps.now>) {
    return this.orders.now(actor, params.id, params.event);
  }
}
