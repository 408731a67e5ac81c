import { Readable } from 'node:stream';
import { planRoutes as routes } from '@castellan/api';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Actor, Input, On } from '../platform/routes/index.js';
import { PlanApplying } from './plan-applying.service.js';
import { PlanMaking } from './plan-making.service.js';
import { PlanReading } from './plan-reading.service.js';

@Controller()
export class PlansController {
  constructor(
    private readonly making: PlanMaking,
    private readonly reading: PlanReading,
    private readonly applying: PlanApplying,
  ) {}

  @On(routes.make)
  make(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.make>) {
    return this.making.make(actor, params.id, body);
  }

  @On(routes.rest)
  rest(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.rest>) {
    return this.making.rest(actor, params.id, body);
  }

  @On(routes.list)
  list(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.list>) {
    return this.reading.list(actor, params.id, query);
  }

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.reading.get(actor, params.id);
  }

  @On(routes.rows)
  rows(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.rows>) {
    return this.reading.rows(actor, params.id, query);
  }

  @On(routes.ofRun)
  ofRun(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.ofRun>) {
    return this.reading.ofRun(actor, params.id);
  }

  @On(routes.apply)
  apply(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.apply>) {
    return this.applying.apply(actor, params.id, body.hash);
  }

  @On(routes.export)
  async export(
    @Actor() actor: Actor,
    @Input() { params, query }: Input<typeof routes.export>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { name, parts } = await this.reading.export(actor, params.id, query.format);
    void reply
      .header('content-type', query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('x-content-type-options', 'nosniff')
      .send(Readable.from(parts));
  }
}
