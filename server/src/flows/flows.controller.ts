import { flowRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { FlowsService } from './flows.service.js';
import { HistoryService } from './history.service.js';
import { PublishService } from './publish.service.js';
import { SwitchService } from './switch.service.js';

@Controller()
export class FlowsController {
  constructor(
    private readonly flows: FlowsService,
    private readonly publishing: PublishService,
    private readonly switches: SwitchService,
    private readonly history: HistoryService,
  ) {}

  @On(routes.list)
  list(@Actor() actor: Actor, @Input() { query }: Input<typeof routes.list>) {
    return this.flows.list(actor, query);
  }

  @On(routes.create)
  create(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.create>) {
    return this.flows.create(actor, body);
  }

  @On(routes.import)
  import(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.import>) {
    return this.flows.import(actor, body);
  }

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.flows.get(actor, params.id);
  }

  @On(routes.save)
  save(@Actor() actor: Actor, @Input() { params, revision, body }: Input<typeof routes.save>) {
    return this.flows.save(actor, params.id, revision, body);
  }

  @On(routes.remove)
  remove(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.remove>) {
    return this.flows.remove(actor, params.id);
  }

  @On(routes.validate)
  validate(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.validate>) {
    return this.flows.validate(actor, params.id, body);
  }

  @On(routes.export)
  export(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.export>) {
    return this.flows.export(actor, params.id);
  }

  @On(routes.publish)
  publish(@Actor() actor: Actor, @Input() { params, revision, body }: Input<typeof routes.publish>) {
    return this.publishing.publish(actor, params.id, revision, body);
  }

  @On(routes.enable)
  enable(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.enable>) {
    return this.switches.enable(actor, params.id);
  }

  @On(routes.disable)
  disable(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.disable>) {
    return this.switches.disable(actor, params.id);
  }

  @On(routes.versions)
  versions(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.versions>) {
    return this.history.list(actor, params.id, query);
  }

  @On(routes.version)
  version(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.version>) {
    return this.history.get(actor, params.id, params.n);
  }

  @On(routes.restore)
  restore(@Actor() actor: Actor, @Input() { params, revision, body }: Input<typeof routes.restore>) {
    return this.history.restore(actor, params.id, revision, body);
  }
}
