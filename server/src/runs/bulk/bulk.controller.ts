import { routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../../platform/routes/index.js';
import { BulkService } from './bulk.service.js';

const { bulk } = routes;

@Controller()
export class BulkController {
  constructor(private readonly service: BulkService) {}

  @On(bulk.preview)
  preview(@Actor() actor: Actor, @Input() { body }: Input<typeof bulk.preview>) {
    return this.service.preview(actor, body);
  }

  @On(bulk.start)
  start(@Actor() actor: Actor, @Input() { body }: Input<typeof bulk.start>) {
    return this.service.start(actor, body);
  }

  @On(bulk.list)
  list(@Actor() actor: Actor, @Input() { query }: Input<typeof bulk.list>) {
    return this.service.list(actor, query);
  }

  @On(bulk.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof bulk.get>) {
    return this.service.get(actor, params.id);
  }

  @On(bulk.runs)
  runs(@Actor() actor: Actor, @Input() { params, query }: Input<typeof bulk.runs>) {
    return this.service.runs(actor, params.id, query);
  }

  @On(bulk.stop)
  stop(@Actor() actor: Actor, @Input() { params }: Input<typeof bulk.stop>) {
    return this.service.stop(actor, params.id);
  }
}
