import { mostProtected, type ProtectedFields, type ProtectedIdentity } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { wholePage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { readProtected, removeProtected, writeProtected } from './protected-rows.js';
import { entriesFor } from './protection.js';

/** The list of those whom no flow changes by itself. Every change of it is in the audit. */
@Injectable()
export class ProtectedList {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async list({ workspaceId }: Actor, { of }: { of?: string | undefined }) {
    const entries = await readProtected(this.database, workspaceId);
    return wholePage(of === undefined ? entries : entriesFor(entries, of).flatMap((entry) => byId(entries, entry.id)));
  }

  add(actor: Actor, fields: ProtectedFields): Promise<ProtectedIdentity> {
    return this.change(actor, null, fields);
  }

  save(actor: Actor, id: string, fields: ProtectedFields): Promise<ProtectedIdentity> {
    return this.change(actor, id, fields);
  }

  async remove(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const before = await this.find(tx, actor, id);
      await removeProtected(tx, id);
      await this.note(tx, actor, { action: 'protected.remove', id, name: before.name, before });
    });
  }

  private change(actor: Actor, known: string | null, fields: ProtectedFields): Promise<ProtectedIdentity> {
    if (fields.addresses.length + fields.patterns.length + fields.ids.length === 0) {
      throw new ApiError('invalid_input', '/body/addresses: give an address, a group of addresses, or an id.');
    }
    return this.database.transaction(async (tx) => {
      const entries = await this.locked(tx, actor);
      const before = known === null ? null : found(byId(entries, known)[0], 'entry');
      if (before === null && entries.length >= mostProtected) {
        throw new ApiError(
          'too_large',
          `A workspace protects at most ${mostProtected} entries; use groups of addresses.`,
        );
      }
      const id = known ?? newId();
      await writeProtected(tx, actor.workspaceId, { id, ...fields, addedBy: before?.addedBy ?? actor.email });
      const action = before ? 'protected.change' : 'protected.add';
      await this.note(tx, actor, { action, id, name: fields.name, before, after: fields });
      return this.find(tx, actor, id);
    });
  }

  /** So that two who add at once do not pass the limit together. */
  private async locked(tx: Sql, { workspaceId }: Actor): Promise<ProtectedIdentity[]> {
    await tx.query('select from workspaces where id = $1 for no key update', [workspaceId]);
    return readProtected(tx, workspaceId);
  }

  private async find(tx: Sql, { workspaceId }: Actor, id: string): Promise<ProtectedIdentity> {
    return found(byId(await readProtected(tx, workspaceId), id)[0], 'entry');
  }

  private note(
    tx: Sql,
    actor: Actor,
    { id, name, ...fact }: { action: string; id: string; name: string; before?: unknown; after?: unknown },
  ): Promise<void> {
    const { workspaceId } = actor;
    return this.audit.record(tx, {
      ...{ actor, workspaceId, objectType: 'protected', objectId: id, objectName: name },
      ...fact,
    });
  }
}

const byId = (entries: ProtectedIdentity[], id: string): ProtectedIdentity[] =>
  entries.filter((entry) => entry.id === id);
