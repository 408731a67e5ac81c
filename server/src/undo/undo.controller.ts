import { undoRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { UndoMaking } from './undo-making.service.js';
import { UndoReading } from './undo-reading.service.js';

@Controller()
export class UndoController {
  constructor(
    private readonly making: UndoMaking,
    private readonly reading: UndoReading,
  ) {}

  @On(routes.make)
  make(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.make>) {
    return this.making.make(actor, params.id, body);
  }

  @On(routes.ofRun)
  ofRun(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.ofRun>) {
    return this.reading.ofRun(actor, params.id);
  }

  @On(routes.writes)
  writes(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.writes>) {
    return this.reading.writes(actor, params.id, query);
  }
}
