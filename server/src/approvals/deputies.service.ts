import {
  type Deputy,
  type DeputyFields,
  longestDeputyDays,
  mostDeputies,
  type Role,
  rolePermissions,
} from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { announce } from '../events/changes.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { wholePage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { readDeputies } from './deputy-rows.js';

/** Who decides approvals for whom while they are away. One stands in for a person, never for that person's own people. */
@Injectable()
export class DeputiesService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async list({ workspaceId }: Actor) {
    return wholePage(await readDeputies(this.database, workspaceId));
  }

  name(actor: Actor, { personId = actor.userId, deputyId, from, until }: DeputyFields): Promise<Deputy> {
    requireOwn(actor, personId);
    if (personId === deputyId) throw new ApiError('invalid_input', '/body/deputyId: name somebody else.');
    checkTime(from, until);
    return this.database.transaction(async (tx) => {
      await tx.query('select from workspaces where id = $1 for no key update', [actor.workspaceId]);
      await this.requireDecider(tx, actor, { userId: personId, field: 'personId' });
      await this.requireDecider(tx, actor, { userId: deputyId, field: 'deputyId' });
      const known = await readDeputies(tx, actor.workspaceId);
      if (known.filter(({ person }) => person.userId === personId).length >= mostDeputies) {
        throw new ApiError('too_large', `A person has at most ${mostDeputies} deputies; take one back first.`);
      }
      const id = newId();
      await tx.query(
        `insert into deputies (id, workspace_id, user_id, deputy_id, from_at, until_at, named_by)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [id, actor.workspaceId, personId, deputyId, from, until, actor.email],
      );
      const named = found((await readDeputies(tx, actor.workspaceId, id))[0], 'deputy');
      await this.note(tx, actor, { action: 'deputy.name', named, after: factsOf(named) });
      return named;
    });
  }

  takeBack(actor: Actor, id: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      const named = found((await readDeputies(tx, actor.workspaceId, id))[0], 'deputy');
      requireOwn(actor, named.person.userId);
      await tx.query('update deputies set ended_at = now() where id = $1', [id]);
      await this.note(tx, actor, { action: 'deputy.take_back', named, before: factsOf(named) });
    });
  }

  private async requireDecider(
    tx: Sql,
    { workspaceId }: Actor,
    { userId, field }: { userId: string; field: 'personId' | 'deputyId' },
  ): Promise<void> {
    const [member] = await tx.query<{ role: Role }>(
      'select role from members where workspace_id = $1 and user_id = $2',
      [workspaceId, userId],
    );
    if (member && rolePermissions[member.role].includes('approval:decide')) return;
    throw new ApiError('invalid_input', `/body/${field}: name a member with the role approver or admin.`);
  }

  private async note(
    tx: Sql,
    actor: Actor,
    { named, ...fact }: { action: string; named: Deputy; before?: unknown; after?: unknown },
  ): Promise<void> {
    const { workspaceId } = actor;
    const { id, person } = named;
    await this.audit.record(tx, {
      ...{ actor, workspaceId, objectType: 'deputy', objectId: id, objectName: person.email },
      ...fact,
    });
    await announce(tx, workspaceId, 'approvals', [id]);
  }
}

/** A token decides nothing, so it lets nobody else decide either. */
function requireOwn(actor: Actor, personId: string): void {
  if (actor.tokenId !== null) {
    throw new ApiError('forbidden', 'Deputies are named by a person who is signed in, not by a token.');
  }
  if (personId === actor.userId || actor.permissions.has('member:write')) return;
  throw new ApiError('forbidden', 'Deputies are named by the person themselves, or by an administrator.');
}

function checkTime(from: string, until: string): void {
  const [start, end] = [Date.parse(from), Date.parse(until)];
  if (end <= start || end <= Date.now()) {
    throw new ApiError('invalid_input', '/body/until: give a time after the beginning, and after now.');
  }
  if (end - start > longestDeputyDays * 86_400_000) {
    throw new ApiError('invalid_input', `/body/until: somebody stands in for at most ${longestDeputyDays} days.`);
  }
}

const factsOf = ({ person, deputy, from, until }: Deputy) => ({
  ...{ person: person.email, deputy: deputy.email, from, until },
});
