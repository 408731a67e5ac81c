import { draftRunRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { DraftRunsService } from './draft-runs.service.js';
import { PinsService } from './pins.service.js';
import { ShapesService } from './shapes.service.js';

@Controller()
export class DraftRunsController {
  constructor(
    private readonly runs: DraftRunsService,
    private readonly outputs: PinsService,
    private readonly looks: ShapesService,
  ) {}

  @On(routes.start)
  start(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.start>) {
    return this.runs.start(actor, params.id, body);
  }

  @On(routes.pins)
  pins(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.pins>) {
    return this.outputs.list(actor, params.id);
  }

  @On(routes.pin)
  pin(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.pin>) {
    return this.outputs.pin(actor, params.id, params.step, body);
  }

  @On(routes.unpin)
  unpin(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.unpin>) {
    return this.outputs.unpin(actor, params.id, params.step);
  }

  @On(routes.shapes)
  shapes(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.shapes>) {
    return this.looks.of(actor, params.id, body);
  }
}
