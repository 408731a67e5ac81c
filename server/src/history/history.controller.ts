import { historyRoutes as routes } from '@castellan/api';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Actor, Input, On } from '../platform/routes/index.js';
import { HistoryService } from './history.service.js';

@Controller()
export class HistoryController {
  constructor(private readonly service: HistoryService) {}

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
}
