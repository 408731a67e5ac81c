import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AcceptInviteController } from './accept-invite.controller.js';
import { Invite } from './invite.entity.js';
import { InvitesService } from './invites.service.js';
import { Member } from './member.entity.js';
import { MembersService } from './members.service.js';
import { Token } from './token.entity.js';
import { TokensService } from './tokens.service.js';
import { Workspace } from './workspace.entity.js';
import { WorkspacesController } from './workspaces.controller.js';
import { WorkspacesService } from './workspaces.service.js';

/** Workspaces, their members, invitations and API tokens. */
@Module({
  imports: [TypeOrmModule.forFeature([Workspace, Member, Invite, Token])],
  controllers: [WorkspacesController, AcceptInviteController],
  providers: [WorkspacesService, MembersService, InvitesService, TokensService],
})
export class WorkspacesModule {}
