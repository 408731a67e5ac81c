import { routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { DeliveriesService } from './deliveries.service.js';
import type { Taken } from './intake.service.js';
import { TriggersService } from './triggers.service.js';

const { triggers, flows } = routes;

@Controller()
export class TriggersController {
  constructor(
    private readonly service: TriggersService,
    private readonly log: DeliveriesService,
  ) {}

  @On(triggers.list)
  list(@Actor() actor: Actor, @Input() { query }: Input<typeof triggers.list>) {
    return this.service.list(actor, query);
  }

  @On(triggers.deliveries)
  deliveries(@Actor() actor: Actor, @Input() { query }: Input<typeof triggers.deliveries>) {
    return this.log.list(actor, query);
  }

  @On(triggers.redeliver)
  redeliver(@Actor() actor: Actor, @Input() { params, body }: Input<typeof triggers.redeliver>) {
    return this.log.redeliver(actor, params.id, body.status);
  }

  @On(triggers.redeliverable)
  redeliverable(@Actor() actor: Actor, @Input() { query }: Input<typeof triggers.redeliverable>) {
    return this.log.redeliverable(actor, query);
  }

  @On(triggers.redeliverAll)
  redeliverAll(@Actor() actor: Actor, @Input() { body }: Input<typeof triggers.redeliverAll>) {
    return this.log.redeliverAll(actor, body);
  }

  @On(flows.run)
  run(@Actor() actor: Actor, @Input() { params, body }: Input<typeof flows.run>) {
    return this.service.run(actor, params.id, body);
  }

  @On(flows.sendSample)
  async sendSample(@Actor() actor: Actor, @Input() { params, body }: Input<typeof flows.sendSample>) {
    return sampleAnswer(await this.service.sendSample(actor, params.id, body));
  }
}

const sampleAnswer = ({ deliveryId, runs, status, reason }: Taken) => ({
  deliveryId,
  runId: runs[0]?.runId ?? null,
  duplicate: runs[0]?.duplicate ?? false,
  filtered: status === 'filtered',
  reason,
});
