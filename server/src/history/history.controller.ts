import { historyRoutes as routes } from '@castellan/api';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Actor, Input, On } from '../platform/routes/index.js';
import { HistoryService } from './history.service.js';
import { RetentionService } from './retention.service.js';

@Controller()
export class HistoryController {
  constructor(
    private readonly service: HistoryService,
    private readonly retentions: RetentionService,
  ) {}

  @On(routes.value)
  async value(
    @Actor() actor: Actor,
    @Input() { params, query }: Input<typeof routes.value>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const json = await this.service.value(actor, { runId: params.id, ...query });
    const name = [query.step, query.iteration.replaceAll('.', '-'), query.part].filter(Boolean).join('-');
    // A file to keep and not a page: what a vendor answered never runs in the browser.
    void reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name.replace(/[^\w-]/g, '_')}.json"`)
      .header('x-content-type-options', 'nosniff')
      .send(json);
  }

  @On(routes.size)
  size(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.size>) {
    return this.service.size(actor, params.id);
  }

  @On(routes.clear)
  clear(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.clear>) {
    return this.service.clear(actor, params.id);
  }

  @On(routes.ofFlow)
  ofFlow(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.ofFlow>) {
    return this.retentions.ofFlow(actor, params.id, query.days);
  }

  @On(routes.retention)
  retention(@Actor() actor: Actor, @Input() { query }: Input<typeof routes.retention>) {
    return this.retentions.ofWorkspace(actor, query.days);
  }

  @On(routes.setRetention)
  setRetention(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.setRetention>) {
    return this.retentions.set(actor, body.days);
  }
}
