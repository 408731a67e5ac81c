import { peopleRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On, type Person, SignedIn } from '../platform/routes/index.js';
import { InvitesService } from './invites.service.js';
import { MembersService } from './members.service.js';
import { TokensService } from './tokens.service.js';
import { WorkspacesService } from './workspaces.service.js';

@Controller()
export class WorkspacesController {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly members: MembersService,
    private readonly invites: InvitesService,
    private readonly tokens: TokensService,
  ) {}

  @On(routes.workspaces)
  list(@SignedIn() person: Person) {
    return this.workspaces.list(person);
  }

  @On(routes.makeWorkspace)
  make(@SignedIn() person: Person, @Input() { body }: Input<typeof routes.makeWorkspace>) {
    return this.workspaces.make(person, body);
  }

  @On(routes.members)
  listMembers(@Actor() actor: Actor) {
    return this.members.list(actor);
  }

  @On(routes.setRole)
  setRole(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.setRole>) {
    return this.members.setRole(actor, params.id, body.role);
  }

  @On(routes.removeMember)
  removeMember(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.removeMember>) {
    return this.members.remove(actor, params.id);
  }

  @On(routes.invites)
  listInvites(@Actor() actor: Actor) {
    return this.invites.list(actor);
  }

  @On(routes.invite)
  invite(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.invite>) {
    return this.invites.make(actor, body);
  }

  @On(routes.withdrawInvite)
  withdrawInvite(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.withdrawInvite>) {
    return this.invites.withdraw(actor, params.id);
  }

  @On(routes.tokens)
  listTokens(@Actor() actor: Actor) {
    return this.tokens.list(actor);
  }

  @On(routes.makeToken)
  makeToken(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.makeToken>) {
    return this.tokens.make(actor, body);
  }

  @On(routes.revokeToken)
  revokeToken(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.revokeToken>) {
    return this.tokens.revoke(actor, params.id);
  }
}
