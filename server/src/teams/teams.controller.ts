import { teamRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { PushSetups } from './push-setup.service.js';
import { PushesService } from './pushes.service.js';
import { ResourcesService } from './resources.service.js';
import { RulePreview } from './rule-preview.service.js';
import { TeamMembersService } from './team-members.service.js';
import { TeamsService } from './teams.service.js';

@Controller()
export class TeamsController {
  constructor(
    private readonly teams: TeamsService,
    private readonly people: TeamMembersService,
    private readonly preview: RulePreview,
  ) {}

  @On(routes.list)
  list(@Actor() actor: Actor, @Input() { query }: Input<typeof routes.list>) {
    return this.teams.list(actor, query);
  }

  @On(routes.create)
  create(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.create>) {
    return this.teams.create(actor, body);
  }

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.teams.get(actor, params.id);
  }

  @On(routes.save)
  save(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.save>) {
    return this.teams.save(actor, params.id, body);
  }

  @On(routes.remove)
  remove(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.remove>) {
    return this.teams.remove(actor, params.id, body.name);
  }

  @On(routes.members)
  members(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.members>) {
    return this.people.list(actor, params.id, query);
  }

  @On(routes.addMembers)
  addMembers(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.addMembers>) {
    return this.people.add(actor, params.id, body.emails);
  }

  @On(routes.removeMember)
  removeMember(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.removeMember>) {
    return this.people.remove(actor, params.id, body.email);
  }

  @On(routes.rulePreview)
  rulePreview(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.rulePreview>) {
    return this.preview.try(actor, body);
  }
}

@Controller()
export class ResourcesController {
  constructor(
    private readonly resources: ResourcesService,
    private readonly setups: PushSetups,
    private readonly pushesMade: PushesService,
  ) {}

  @On(routes.resources)
  list(@Actor() actor: Actor, @Input() { query }: Input<typeof routes.resources>) {
    return this.resources.list(actor, query);
  }

  @On(routes.setResource)
  set(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.setResource>) {
    return this.resources.set(actor, params.id, body);
  }

  @On(routes.dropResource)
  detach(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.dropResource>) {
    return this.resources.detach(actor, params.id);
  }

  @On(routes.difference)
  difference(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.difference>) {
    return this.resources.difference(actor, params.id, query.team);
  }

  @On(routes.setup)
  setup(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.setup>) {
    return this.setups.get(actor, params.id);
  }

  @On(routes.saveSetup)
  saveSetup(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.saveSetup>) {
    return this.setups.save(actor, params.id, body);
  }

  @On(routes.push)
  push(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.push>) {
    return this.setups.pushNow(actor, params.id);
  }

  @On(routes.pushes)
  pushes(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.pushes>) {
    return this.pushesMade.list(actor, params.id, query);
  }
}
