import { peopleRoutes as routes } from '@castellan/api';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config.js';
import { Input, On, type Person, SignedIn } from '../platform/routes/index.js';
import { MeService } from './me.service.js';
import { clearSessionCookie, readSessionCookie } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';
import { SetupService } from './setup.service.js';

@Controller()
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly setup: SetupService,
    private readonly people: MeService,
    private readonly config: Config,
  ) {}

  @On(routes.setupState)
  setupState() {
    return this.setup.state();
  }

  @On(routes.setup)
  async firstAdministrator(
    @Input() { body }: Input<typeof routes.setup>,
    @Req() { ip }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.people.welcome(await this.setup.finish(body, ip), reply);
  }

  @On(routes.signIn)
  async signIn(
    @Input() { body }: Input<typeof routes.signIn>,
    @Req() { ip }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.people.welcome(await this.sessions.signIn(body, ip), reply);
  }

  @On(routes.signOut)
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    await this.sessions.end(readSessionCookie(request) ?? '');
    clearSessionCookie(reply, { https: this.config.https });
  }

  @On(routes.me)
  me(@SignedIn() person: Person) {
    return this.people.describe(person.userId);
  }
}
