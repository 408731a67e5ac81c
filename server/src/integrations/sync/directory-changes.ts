import { changedDirectory } from '../../emitted-events/changed-rows.js';
import { tellDirectoryChanges } from '../../emitted-events/told.js';
import { notify, type Sql } from '../../platform/database/index.js';

/** Told when there are changes that flows listen to. */
export const changesChannel = 'castellan_directory_changes';

export interface NewChange {
  kind:
    | 'account_created'
    | 'account_changed'
    | 'account_disabled'
    | 'group_joined'
    | 'group_left'
    | 'sync_completed'
    | 'sync_failed';
  accountId?: string;
  groupId?: string;
  detail: object;
}

/** Whose changes they are. */
export interface ChangedBy {
  id: string;
  workspaceId: string;
  integrationId: string;
}

/**
 * Notes what became of accounts, in the transaction that keeps it, and tells whoever subscribed to it. Flows are told
 * after the commit, from these rows; where none listens there is nothing to tell.
 */
export async function noteChanges(tx: Sql, by: ChangedBy, changes: NewChange[]): Promise<void> {
  if (changes.length === 0) return;
  const [{ isHeard = false } = {}] = await tx.query<{ isHeard: boolean }>(isHeardSql, [by.workspaceId]);
  await tx.query(
    `with changed as (
       insert into directory_changes (workspace_id, integration_id, sync_run_id, kind, account_id, group_id, detail, told_at)
       select $1, $2, $3, c.kind, c."accountId", c."groupId", c.detail, case when $5 then null else now() end
         from jsonb_to_recordset($4::jsonb) as c(kind text, "accountId" uuid, "groupId" uuid, detail jsonb)
       returning ${changedDirectory}
     ) ${tellDirectoryChanges} select count(*) from changed`,
    [by.workspaceId, by.integrationId, by.id, JSON.stringify(changes), isHeard],
  );
  if (isHeard) await notify(tx, changesChannel, by.workspaceId);
}

const isHeardSql = `select exists (
    select from triggers t join connections c on c.id = t.connection_id and c.connector = 'directory'
      join flows f on f.id = t.flow_id and f.removed_at is null
     where t.workspace_id = $1 and t.kind = 'connector' and t.enabled
  ) or exists (
    select from connections c join waits w on w.listener = c.id and w.closed_at is null
     where c.workspace_id = $1 and c.connector = 'directory' and c.removed_at is null
  ) as "isHeard"`;
