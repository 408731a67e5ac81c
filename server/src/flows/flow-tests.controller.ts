import { flowTestRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { FlowTestsService } from './flow-tests.service.js';

@Controller()
export class FlowTestsController {
  constructor(private readonly tests: FlowTestsService) {}

  @On(routes.list)
  list(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.list>) {
    return this.tests.list(actor, params.id);
  }

  @On(routes.create)
  create(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.create>) {
    return this.tests.create(actor, params.id, body);
  }

  @On(routes.fromRun)
  fromRun(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.fromRun>) {
    return this.tests.fromRun(actor, params.id, body);
  }

  @On(routes.play)
  play(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.play>) {
    return this.tests.play(actor, params.id, body);
  }

  @On(routes.playFile)
  playFile(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.playFile>) {
    return this.tests.playFile(actor, body);
  }

  @On(routes.accept)
  accept(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.accept>) {
    return this.tests.accept(actor, params.id, params.test, body);
  }

  @On(routes.save)
  save(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.save>) {
    return this.tests.save(actor, params.id, params.test, body);
  }

  @On(routes.remove)
  remove(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.remove>) {
    return this.tests.remove(actor, params.id, params.test);
  }
}
