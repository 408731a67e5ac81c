import { peopleRoutes as routes } from '@castellan/api';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MeService } from '../auth/me.service.js';
import { Input, On } from '../platform/routes/index.js';
import { InvitesService } from './invites.service.js';

/** The public half of an invitation: whoever holds the link. */
@Controller()
export class AcceptInviteController {
  constructor(
    private readonly invites: InvitesService,
    private readonly people: MeService,
  ) {}

  @On(routes.inviteState)
  describe(@Input() { params }: Input<typeof routes.inviteState>) {
    return this.invites.describe(params.code);
  }

  @On(routes.acceptInvite)
  async accept(
    @Input() { params, body }: Input<typeof routes.acceptInvite>,
    @Req() { ip }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.people.welcome(await this.invites.accept(params.code, body, ip), reply);
  }
}
