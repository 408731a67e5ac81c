import type { Member as MemberDto, Role } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, type Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { Database, type Transaction } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { wholePage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { Member } from './member.entity.js';
import { Token } from './token.entity.js';

@Injectable()
export class MembersService {
  constructor(
    @InjectRepository(Member) private readonly members: Repository<Member>,
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async list(actor: Actor) {
    const members = await this.members.find({
      where: { workspaceId: actor.workspaceId },
      relations: { user: true },
      order: { user: { email: 'asc' } },
    });
    return wholePage(members.map(toMember));
  }

  async setRole(actor: Actor, userId: string, role: Role) {
    return this.database.transaction(async (tx) => {
      const member = await this.lock(tx, actor, userId);
      const before = member.role;
      if (before === 'admin' && role !== 'admin') await this.keepAnAdmin(tx, actor);
      await tx.manager.update(Member, { workspaceId: actor.workspaceId, userId }, { role });
      await this.record(tx, actor, 'member.set_role', member, { role: before }, { role });
      return toMember({ ...member, role });
    });
  }

  async remove(actor: Actor, userId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const member = await this.lock(tx, actor, userId);
      if (member.role === 'admin') await this.keepAnAdmin(tx, actor);
      await tx.manager.delete(Member, { workspaceId: actor.workspaceId, userId });
      const tokens = { workspaceId: actor.workspaceId, userId, revokedAt: IsNull() };
      await tx.manager.update(Token, tokens, { revokedAt: new Date() });
      await this.record(tx, actor, 'member.remove', member, { role: member.role }, null);
    });
  }

  /** Changes of one workspace's members go one after another, so that two cannot remove the last administrators together. */
  private async lock(tx: Transaction, actor: Actor, userId: string): Promise<Member> {
    await tx.query('select 1 from workspaces where id = $1 for no key update', [actor.workspaceId]);
    const where = { workspaceId: actor.workspaceId, userId };
    return found(await tx.manager.findOne(Member, { where, relations: { user: true } }), 'member');
  }

  private async keepAnAdmin(tx: Transaction, actor: Actor): Promise<void> {
    const admins = await tx.manager.countBy(Member, { workspaceId: actor.workspaceId, role: 'admin' });
    if (admins < 2) {
      throw new ApiError('conflict', 'This is the last administrator of the workspace; make another one first.');
    }
  }

  private record(tx: Transaction, actor: Actor, action: string, member: Member, before: unknown, after: unknown) {
    return this.audit.record(tx, {
      ...{ actor, workspaceId: actor.workspaceId, action, before, after },
      objectType: 'member',
      objectId: member.userId,
      objectName: member.user.email,
    });
  }
}

function toMember({ userId, user, role, joinedAt }: Member): MemberDto {
  return { userId, email: user.email, name: user.name, role, joinedAt: joinedAt.toISOString() };
}
