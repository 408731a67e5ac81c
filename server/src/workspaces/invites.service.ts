import { randomBytes } from 'node:crypto';
import type { Invite as InviteDto, Role } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, MoreThan, type Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { hashPassword } from '../auth/passwords.js';
import { type NewSession, SessionsService } from '../auth/sessions.service.js';
import { User } from '../auth/user.entity.js';
import { Addresses } from '../platform/addresses.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database, type Transaction } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { wholePage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { Invite } from './invite.entity.js';
import { Member } from './member.entity.js';

const validDays = 7;
const minimumPassword = 12;

@Injectable()
export class InvitesService {
  constructor(
    @InjectRepository(Invite) private readonly invites: Repository<Invite>,
    private readonly database: Database,
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
    private readonly sealer: Sealer,
    private readonly addresses: Addresses,
  ) {}

  async list(actor: Actor) {
    const open = { workspaceId: actor.workspaceId, acceptedAt: IsNull(), expiresAt: MoreThan(new Date()) };
    const invites = await this.invites.find({ where: open, order: { id: 'desc' } });
    return wholePage(invites.map(toInvite));
  }

  /** The link stands only in this answer. An earlier invitation of the same address ends. */
  async make(actor: Actor, { email, role }: { email: string; role: Role }): Promise<InviteDto> {
    const code = randomBytes(32).toString('base64url');
    const { workspaceId } = actor;
    const invite = {
      ...{ id: newId(), workspaceId, email, role, acceptedAt: null },
      hash: this.sealer.hash(code),
      createdBy: actor.userId,
      expiresAt: new Date(Date.now() + validDays * 86_400_000),
    };
    await this.database.transaction(async (tx) => {
      const [member] = await tx.query(
        'select 1 from members m join users u on u.id = m.user_id where m.workspace_id = $1 and lower(u.email) = lower($2)',
        [workspaceId, email],
      );
      if (member) throw new ApiError('conflict', `${email} is a member already; change the role instead.`);
      await tx.query(
        'delete from invites where workspace_id = $1 and lower(email) = lower($2) and accepted_at is null',
        [workspaceId, email],
      );
      await tx.manager.insert(Invite, invite);
      await this.record(tx, actor, workspaceId, 'invite.create', invite, { after: { email, role } });
    });
    return { ...toInvite(invite), url: `${this.addresses.origin}/invite/${code}` };
  }

  async withdraw(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const where = { id, workspaceId: actor.workspaceId, acceptedAt: IsNull() };
      const invite = found(await tx.manager.findOneBy(Invite, where), 'invitation');
      await tx.manager.delete(Invite, { id });
      const before = { email: invite.email, role: invite.role };
      await this.record(tx, actor, actor.workspaceId, 'invite.withdraw', invite, { before });
    });
  }

  /** What the holder of a link is shown before signing in. */
  async describe(code: string) {
    const invite = await this.open(code);
    return {
      email: invite.email,
      workspace: invite.workspace.name,
      role: invite.role,
      accountExists: (await this.account(invite.email)) !== null,
    };
  }

  /** The holder of the link joins: with the password of the account that exists, or with a new account. */
  async accept(code: string, answer: { name?: string; password: string }, address: string): Promise<NewSession> {
    const invite = await this.open(code);
    const account = await this.account(invite.email);
    const userId = account
      ? (await this.sessions.prove({ email: invite.email, password: answer.password }, address)).id
      : newId();
    const passwordHash = account ? null : await hashPassword(wantedPassword(answer.password));
    await this.database.transaction(async (tx) => {
      const [taken] = await tx.query(
        'update invites set accepted_at = now() where id = $1 and accepted_at is null and expires_at > now() returning id',
        [invite.id],
      );
      if (!taken) throw noSuchInvite();
      const { email, role, workspaceId } = invite;
      const name = answer.name ?? email.split('@')[0] ?? email;
      if (passwordHash !== null) await tx.manager.insert(User, { id: userId, email, name, passwordHash });
      await tx.manager.upsert(Member, { workspaceId, userId, role }, ['workspaceId', 'userId']);
      await this.record(tx, { userId, email }, workspaceId, 'invite.accept', invite, { after: { email, role } });
    });
    return this.sessions.begin(userId);
  }

  private async open(code: string): Promise<Invite> {
    const where = { hash: this.sealer.hash(code), acceptedAt: IsNull(), expiresAt: MoreThan(new Date()) };
    const invite = await this.invites.findOne({ where, relations: { workspace: true } });
    if (!invite) throw noSuchInvite();
    return invite;
  }

  private async account(email: string): Promise<string | null> {
    const [user] = await this.database.query<{ id: string }>('select id from users where lower(email) = lower($1)', [
      email,
    ]);
    return user?.id ?? null;
  }

  private record(
    tx: Transaction,
    actor: { userId: string; email: string },
    workspaceId: string,
    action: string,
    invite: Pick<Invite, 'id' | 'email'>,
    change: { before?: unknown; after?: unknown },
  ) {
    return this.audit.record(tx, {
      ...{ actor, workspaceId, action, ...change },
      objectType: 'invite',
      objectId: invite.id,
      objectName: invite.email,
    });
  }
}

function wantedPassword(password: string): string {
  if (password.length >= minimumPassword) return password;
  const message = `Use at least ${minimumPassword} characters.`;
  throw new ApiError('invalid_input', message, { problems: [{ pointer: '/password', message }] });
}

function noSuchInvite(): ApiError {
  return new ApiError('not_found', 'This invitation is used, withdrawn or expired; ask for a new one.');
}

function toInvite({ id, email, role, expiresAt }: Pick<Invite, 'id' | 'email' | 'role' | 'expiresAt'>): InviteDto {
  return { id, email, role, expiresAt: expiresAt.toISOString() };
}
