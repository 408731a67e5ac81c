import { routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { RetriesService } from './retries.service.js';

const { retries } = routes;

@Controller()
export class RetriesController {
  constructor(private readonly service: RetriesService) {}

  @On(retries.preview)
  preview(@Actor() actor: Actor, @Input() { params, body }: Input<typeof retries.preview>) {
    return this.service.preview(actor, params.id, body);
  }

  @On(retries.make)
  make(@Actor() actor: Actor, @Input() { params, body }: Input<typeof retries.make>) {
    return this.service.make(actor, params.id, body);
  }

  @On(retries.chain)
  chain(@Actor() actor: Actor, @Input() { params }: Input<typeof retries.chain>) {
    return this.service.chain(actor, params.id);
  }
}
