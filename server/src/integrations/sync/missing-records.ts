import type { SyncRun } from '@castellan/api';
import type { Sql } from '../../platform/database/index.js';
import { inParts, partSize } from '../removed-records.js';
import { type NewChange, noteChanges } from './directory-changes.js';
import type { SyncUnderWay } from './sync-under-way.js';

export type Missing = NonNullable<SyncRun['asks']>[number];

/** More than so many, and so great a share, is not marked without asking. */
const asksFrom = { count: 10, share: 0.2 };

export const looksWrong = ({ gone, of }: Pick<Missing, 'gone' | 'of'>): boolean =>
  gone > asksFrom.count && gone >= of * asksFrom.share;

const tables = { accounts: 'directory_accounts', groups: 'directory_groups' } as const;

/** Records that were there and that this sync, which is whole, has not met. */
const unmet = (kind: Missing['kind']): string => `with met as materialized (
    select distinct seq from directory_seen s cross join lateral unnest(s.seqs) seq
     where s.sync_run_id = $1 and s.kind = '${kind}'
  ), missing as materialized (
    select r.id, r.display_name, r.email, r.external_id from ${tables[kind]} r
     where r.integration_id = $2 and r.removed_at is null and r.seq not in (select seq from met)
  )`;

/** How many records are missing, of how many. */
export async function countMissing(sql: Sql, sync: SyncUnderWay, kind: Missing['kind']): Promise<Missing> {
  const [row] = await sql.query<Omit<Missing, 'kind'>>(
    `${unmet(kind)} select (select count(*)::int from missing) as gone,
        (select count(*)::int from ${tables[kind]} where integration_id = $2 and removed_at is null) as of,
        array(select coalesce(display_name, email, external_id) from missing order by 1 limit 5) as examples`,
    [sync.id, sync.integrationId],
  );
  return { kind, gone: 0, of: 0, examples: [], ...row };
}

/** Marks what is missing as removed, with the memberships of it, and notes what became of accounts. */
export async function markMissing(
  tx: Sql,
  sync: SyncUnderWay,
  kind: Missing['kind'],
  { isTold }: { isTold: boolean },
): Promise<{ removed: number; memberships: number }> {
  let memberships = 0;
  const removed = await inParts(async () => {
    const rows = await tx.query<{ id: string }>(
      `${unmet(kind)} update ${tables[kind]} set removed_at = now(), changed_at = now()
         where id in (select id from missing limit ${partSize}) returning id`,
      [sync.id, sync.integrationId],
    );
    const ids = rows.map(({ id }) => id);
    const left = await endMemberships(tx, kind, ids);
    memberships += left.length;
    const disabled = kind === 'accounts' ? ids.map(gone) : [];
    if (isTold) await noteChanges(tx, sync, [...disabled, ...left]);
    return rows.length;
  });
  return { removed, memberships };
}

const gone = (accountId: string): NewChange => ({ kind: 'account_disabled', accountId, detail: { gone: true } });

async function endMemberships(tx: Sql, kind: Missing['kind'], ids: string[]): Promise<NewChange[]> {
  const column = kind === 'accounts' ? 'account_id' : 'group_id';
  const changes: NewChange[] = [];
  await inParts(async () => {
    const rows = await tx.query<{ accountId: string; groupId: string; role: string }>(
      `update directory_memberships set removed_at = now() where id in (
         select id from directory_memberships where ${column} = any($1) and removed_at is null limit ${partSize})
       returning account_id as "accountId", group_id as "groupId", role`,
      [ids],
    );
    for (const { role, ...of } of rows) changes.push({ kind: 'group_left', ...of, detail: { role } });
    return rows.length;
  });
  return changes;
}
