import { Injectable } from '@nestjs/common';
import { Sealer } from '../platform/crypto/index.js';
import type { Sql } from '../platform/database/index.js';
import { type AuditEntry, firstLink, linkOf } from './chain.js';

/** Who did it: a person, or a name of ours such as `system` for what nobody asked for. */
export type AuditActor = { userId: string; email: string; tokenId?: string | null } | string;

/** One change as the feature that made it tells it. Before and after never hold secrets. */
export interface AuditFact {
  actor: AuditActor;
  workspaceId: string;
  /** `<object>.<verb>`, such as `flow.publish`. */
  action: string;
  objectType: string;
  objectId: string;
  objectName?: string | null;
  before?: unknown;
  after?: unknown;
}

/** Writes the audit. Each row carries a keyed hash over itself and the row before it in its workspace. */
@Injectable()
export class AuditService {
  constructor(private readonly sealer: Sealer) {}

  /** Call it in the transaction of the change: either both are kept or neither. Locks the workspace's chain until then. */
  async record(tx: Sql, fact: AuditFact): Promise<void> {
    const head = await this.lockHead(tx, fact.workspaceId);
    const entry: AuditEntry = {
      workspaceId: fact.workspaceId,
      seq: head.seq + 1,
      at: new Date().toISOString(),
      actor: nameOf(fact.actor),
      actorId: typeof fact.actor === 'string' ? null : fact.actor.userId,
      action: fact.action,
      objectType: fact.objectType,
      objectId: fact.objectId,
      objectName: fact.objectName ?? null,
      before: asStored(fact.before),
      after: asStored(fact.after),
      previous: head.hash,
    };
    const hash = this.sealer.mac(linkOf(entry));
    await tx.query(
      `insert into audit (workspace_id, seq, at, actor, actor_id, action, object_type, object_id, object_name, before, after, previous, hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        entry.workspaceId,
        entry.seq,
        entry.at,
        entry.actor,
        entry.actorId,
        entry.action,
        entry.objectType,
        entry.objectId,
        entry.objectName,
        JSON.stringify(entry.before),
        JSON.stringify(entry.after),
        entry.previous,
        hash,
      ],
    );
    await tx.query('update audit_heads set seq = $2, hash = $3 where workspace_id = $1', [
      entry.workspaceId,
      entry.seq,
      hash,
    ]);
  }

  private async lockHead(tx: Sql, workspaceId: string): Promise<{ seq: number; hash: string }> {
    await tx.query('insert into audit_heads (workspace_id, seq, hash) values ($1, 0, $2) on conflict do nothing', [
      workspaceId,
      firstLink,
    ]);
    const [head] = await tx.query<{ seq: number; hash: string }>(
      'select seq, hash from audit_heads where workspace_id = $1 for update',
      [workspaceId],
    );
    return head ?? { seq: 0, hash: firstLink };
  }
}

function nameOf(actor: AuditActor): string {
  if (typeof actor === 'string') return actor;
  return actor.tokenId ? `${actor.email} (token)` : actor.email;
}

/** The value as jsonb gives it back: instants as text, nothing undefined. */
function asStored(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
