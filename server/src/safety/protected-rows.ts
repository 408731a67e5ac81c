import type { ProtectedIdentity } from '@castellan/api';
import { prepared, type Sql } from '../platform/database/index.js';

const columns = `id, name, addresses, patterns, ids, reason, break_glass as "breakGlass", added_by as "addedBy",
  added_at as "addedAt"`;

/** Whom no flow of a workspace changes by itself, in the order in which they were added. */
export function readProtected(sql: Sql, workspaceId: string): Promise<ProtectedIdentity[]> {
  return sql.query<ProtectedIdentity>(
    prepared(`select ${columns} from protected_identities where workspace_id = $1 and removed_at is null order by id`),
    [workspaceId],
  );
}

export async function writeProtected(
  tx: Sql,
  workspaceId: string,
  { id, name, addresses, patterns, ids, reason, breakGlass, addedBy }: Omit<ProtectedIdentity, 'addedAt'>,
): Promise<void> {
  await tx.query(
    `insert into protected_identities (id, workspace_id, name, addresses, patterns, ids, reason, break_glass, added_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (id) do update
        set name = excluded.name, addresses = excluded.addresses, patterns = excluded.patterns, ids = excluded.ids,
            reason = excluded.reason, break_glass = excluded.break_glass`,
    [id, workspaceId, name, addresses, patterns, JSON.stringify(ids), reason, breakGlass, addedBy],
  );
}

export async function removeProtected(tx: Sql, id: string): Promise<void> {
  await tx.query('update protected_identities set removed_at = now() where id = $1', [id]);
}
