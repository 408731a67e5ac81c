import { integrationRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { FilterPreview } from './filter-preview.service.js';
import { IntegrationsService } from './integrations.service.js';
import { SyncsService } from './syncs.service.js';

@Controller()
export class IntegrationsController {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly runs: SyncsService,
    private readonly preview: FilterPreview,
  ) {}

  @On(routes.sources)
  sources() {
    return this.integrations.sources();
  }

  @On(routes.list)
  list(@Actor() actor: Actor) {
    return this.integrations.list(actor);
  }

  @On(routes.create)
  create(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.create>) {
    return this.integrations.create(actor, body);
  }

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.integrations.get(actor, params.id);
  }

  @On(routes.save)
  save(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.save>) {
    return this.integrations.save(actor, params.id, body);
  }

  @On(routes.remove)
  remove(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.remove>) {
    return this.integrations.remove(actor, params.id, body.name);
  }

  @On(routes.sync)
  sync(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.sync>) {
    return this.runs.now(actor, params.id);
  }

  @On(routes.pause)
  pause(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.pause>) {
    return this.integrations.setPaused(actor, params.id, true);
  }

  @On(routes.resume)
  resume(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.resume>) {
    return this.integrations.setPaused(actor, params.id, false);
  }

  @On(routes.health)
  health(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.health>) {
    return this.integrations.checkNow(actor, params.id);
  }

  @On(routes.syncs)
  syncs(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.syncs>) {
    return this.runs.list(actor, params.id, query);
  }

  @On(routes.decide)
  decide(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.decide>) {
    return this.runs.decide(actor, params.id, params.sync, body.remove);
  }

  @On(routes.filterPreview)
  filterPreview(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.filterPreview>) {
    return this.preview.try(actor, body);
  }
}
