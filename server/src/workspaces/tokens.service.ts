import { randomBytes } from 'node:crypto';
import type { Permission, Token as TokenDto } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { wholePage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { Token } from './token.entity.js';

/** Leaked tokens are found by this prefix. */
const prefix = 'cst_';

@Injectable()
export class TokensService {
  constructor(
    @InjectRepository(Token) private readonly tokens: Repository<Token>,
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly sealer: Sealer,
  ) {}

  /** One's own; administrators see those of everybody. */
  async list(actor: Actor) {
    const own = actor.permissions.has('member:write') ? {} : { userId: actor.userId };
    const where = { workspaceId: actor.workspaceId, ...own };
    const tokens = await this.tokens.find({ where, relations: { user: true }, order: { id: 'desc' } });
    return wholePage(tokens.map((token) => toToken(token, token.user.email)));
  }

  /** The secret stands only in this answer. */
  async make(
    actor: Actor,
    wish: { name: string; scopes: Permission[]; expiresInDays: number | null },
  ): Promise<TokenDto> {
    requireSession(actor);
    const missing = wish.scopes.filter((scope) => !actor.permissions.has(scope));
    if (missing.length > 0) throw new ApiError('forbidden', `You do not hold ${missing.join(', ')} yourself.`);
    const secret = prefix + randomBytes(32).toString('base64url');
    const token = {
      id: newId(),
      workspaceId: actor.workspaceId,
      userId: actor.userId,
      name: wish.name,
      prefix: secret.slice(0, prefix.length + 4),
      hash: this.sealer.hash(secret),
      scopes: [...new Set(wish.scopes)],
      createdAt: new Date(),
      expiresAt: wish.expiresInDays === null ? null : new Date(Date.now() + wish.expiresInDays * 86_400_000),
      lastUsedAt: null,
      revokedAt: null,
    };
    await this.database.transaction(async (tx) => {
      await tx.manager.insert(Token, token);
      await this.audit.record(tx, {
        actor,
        workspaceId: actor.workspaceId,
        action: 'token.create',
        objectType: 'token',
        objectId: token.id,
        objectName: token.name,
        after: { scopes: token.scopes, expiresAt: token.expiresAt },
      });
    });
    return { ...toToken(token, actor.email), secret };
  }

  async revoke(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const own = actor.permissions.has('member:write') ? {} : { userId: actor.userId };
      const token = found(await tx.manager.findOneBy(Token, { id, workspaceId: actor.workspaceId, ...own }), 'token');
      if (token.revokedAt !== null) return;
      await tx.manager.update(Token, { id }, { revokedAt: new Date() });
      await this.audit.record(tx, {
        actor,
        workspaceId: actor.workspaceId,
        action: 'token.revoke',
        objectType: 'token',
        objectId: id,
        objectName: token.name,
        before: { scopes: token.scopes },
      });
    });
  }
}

/** A token that could make tokens would outlive its own end. */
function requireSession(actor: Actor): void {
  if (actor.tokenId !== null) throw new ApiError('forbidden', 'A token cannot make tokens; sign in.');
}

function toToken(token: Omit<Token, 'user' | 'workspace'>, owner: string): TokenDto {
  const { id, name, scopes, createdAt, expiresAt, lastUsedAt, revokedAt } = token;
  return {
    ...{ id, name, prefix: token.prefix, scopes, owner },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
