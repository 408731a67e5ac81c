import { type Permission, type Role, rolePermissions } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Addresses } from '../platform/addresses.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { type Actor, Authenticator, type Person } from '../platform/routes/index.js';
import { isWrite, originOf } from './own-origin.js';
import { readSessionCookie } from './session-cookie.js';

interface Found {
  userId: string;
  email: string;
  name: string;
  /** In the workspace that was asked for; null if they are no member. */
  role: Role | null;
}
type FoundByToken = Found & { role: Role; tokenId: string; scopes: Permission[]; workspaceId: string };

const bearer = /^Bearer (cst_[\w-]{43})$/;

/** Knows people by their session's cookie and programs by their token. */
@Injectable()
export class SessionAuthenticator extends Authenticator {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly addresses: Addresses,
  ) {
    super();
  }

  async person(request: FastifyRequest): Promise<Person | null> {
    if (request.headers.authorization !== undefined) {
      // A token is good for its workspace; of the rest it may only read.
      const found = await this.byToken(request);
      if (found && isWrite(request)) throw new ApiError('forbidden', 'An API token cannot do this; sign in.');
      return found;
    }
    return this.bySession(request, null);
  }

  async actor(request: FastifyRequest, workspaceId: string): Promise<{ person: Person; actor: Actor | null } | null> {
    if (request.headers.authorization !== undefined) {
      const found = await this.byToken(request);
      if (!found) return null;
      return { person: personOf(found), actor: found.workspaceId === workspaceId ? programOf(found) : null };
    }
    const found = await this.bySession(request, workspaceId);
    if (!found) return null;
    const { role } = found;
    const person = personOf(found);
    const permissions = new Set(role === null ? [] : rolePermissions[role]);
    return { person, actor: role === null ? null : { ...person, workspaceId, role, permissions } };
  }

  async program(request: FastifyRequest): Promise<Actor | null> {
    const found = await this.byToken(request);
    return found && programOf(found);
  }

  private async bySession(
    request: FastifyRequest,
    workspaceId: string | null,
  ): Promise<(Found & { tokenId: null }) | null> {
    const id = readSessionCookie(request);
    if (id === null) return null;
    if (isWrite(request) && originOf(request, this.addresses.origin) !== 'own') {
      throw new ApiError('forbidden', 'This change did not come from a page of this server.');
    }
    const [found] = await this.database.query<Found>(
      `select u.id as "userId", u.email, u.name, m.role
       from sessions s
       join users u on u.id = s.user_id
       left join members m on m.user_id = u.id and m.workspace_id = $2
       where s.hash = $1 and s.expires_at > now()`,
      [this.sealer.hash(id), workspaceId],
    );
    return found ? { ...found, tokenId: null } : null;
  }

  private async byToken(request: FastifyRequest): Promise<FoundByToken | null> {
    const secret = bearer.exec(request.headers.authorization ?? '')?.[1];
    if (secret === undefined) return null;
    const [found] = await this.database.query<FoundByToken & { stale: boolean }>(
      `select u.id as "userId", u.email, u.name, t.id as "tokenId", t.scopes, m.role,
              t.workspace_id as "workspaceId",
              t.last_used_at is null or t.last_used_at < now() - interval '1 minute' as stale
       from tokens t
       join users u on u.id = t.user_id
       join members m on m.user_id = u.id and m.workspace_id = t.workspace_id
       where t.hash = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())`,
      [this.sealer.hash(secret)],
    );
    if (found?.stale)
      await this.database.query('update tokens set last_used_at = now() where id = $1', [found.tokenId]);
    return found ?? null;
  }
}

const personOf = ({ userId, email, name, tokenId }: Found & { tokenId: string | null }): Person => ({
  ...{ userId, email, name, tokenId },
});

/** What a token may do: what its owner may, cut to its scopes. */
function programOf(found: FoundByToken): Actor {
  const { workspaceId, role, scopes } = found;
  const permissions = new Set(rolePermissions[role].filter((one) => scopes.includes(one)));
  return { ...personOf(found), workspaceId, role, permissions };
}
