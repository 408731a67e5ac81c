import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Authenticator } from '../platform/routes/index.js';
import { LoginLimits } from './login-limits.js';
import { MeService } from './me.service.js';
import { Session } from './session.entity.js';
import { SessionAuthenticator } from './session-authenticator.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { SetupService } from './setup.service.js';
import { User } from './user.entity.js';

/** Who calls: set-up, sign-in, sessions, tokens. Global, since the guard asks it for every request. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([User, Session])],
  controllers: [SessionsController],
  providers: [
    SessionsService,
    SetupService,
    MeService,
    LoginLimits,
    { provide: Authenticator, useClass: SessionAuthenticator },
  ],
  exports: [Authenticator, SessionsService, MeService, SetupService],
})
export class AuthModule {}
