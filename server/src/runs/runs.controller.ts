import { routes } from '@castellan/api';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Actor, Input, On } from '../platform/routes/index.js';
import { RunStreams } from './run-stream.js';
import { RunsService } from './runs.service.js';

const { runs } = routes;

@Controller()
export class RunsController {
  constructor(
    private readonly service: RunsService,
    private readonly streams: RunStreams,
  ) {}

  @On(runs.list)
  list(@Actor() actor: Actor, @Input() { query }: Input<typeof runs.list>) {
    return this.service.list(actor, query);
  }

  @On(runs.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof runs.get>) {
    return this.service.get(actor, params.id);
  }

  @On(runs.steps)
  steps(@Actor() actor: Actor, @Input() { params, query }: Input<typeof runs.steps>) {
    return this.service.steps(actor, params.id, query);
  }

  /** As a list, or live for a caller that accepts text/event-stream. */
  @On(runs.events)
  async events(
    @Actor() actor: Actor,
    @Input() { params }: Input<typeof runs.events>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!request.headers.accept?.includes('text/event-stream')) {
      void reply.send(await this.service.history(actor, params.id));
      return;
    }
    await this.service.run(actor.workspaceId, params.id);
    this.streams.open(reply, actor.workspaceId, params.id, Number(request.headers['last-event-id'] ?? 0) || 0);
  }

  @On(runs.cancel)
  cancel(@Actor() actor: Actor, @Input() { params, body }: Input<typeof runs.cancel>) {
    return this.service.control(actor, params.id, 'cancel', body);
  }

  @On(runs.terminate)
  terminate(@Actor() actor: Actor, @Input() { params }: Input<typeof runs.terminate>) {
    return this.service.terminate(actor, params.id);
  }

  @On(runs.pause)
  pause(@Actor() actor: Actor, @Input() { params }: Input<typeof runs.pause>) {
    return this.service.control(actor, params.id, 'pause');
  }

  @On(runs.resume)
  resume(@Actor() actor: Actor, @Input() { params }: Input<typeof runs.resume>) {
    return this.service.control(actor, params.id, 'resume');
  }

  @On(runs.retryNow)
  retryNow(@Actor() actor: Actor, @Input() { params, body }: Input<typeof runs.retryNow>) {
    return this.service.retryNow(actor, params.id, body);
  }

  @On(runs.resolveOutcome)
  resolveOutcome(@Actor() actor: Actor, @Input() { params, body }: Input<typeof runs.resolveOutcome>) {
    return this.service.resolveOutcome(actor, params.id, params.step, body);
  }
}
