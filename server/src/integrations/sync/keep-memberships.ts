import type { DirectoryMembership, JsonObject } from '@castellan/sdk';
import { prepared, type Sql } from '../../platform/database/index.js';
import type { NewChange } from './directory-changes.js';
import type { SyncUnderWay } from './sync-under-way.js';

/** The group whose memberships are read. */
export interface ReadGroup {
  id: string;
  seq: number;
  externalId: string;
  /** The group as the system gave it. */
  payload: JsonObject;
}

export interface KeptMemberships {
  seqs: number[];
  created: number;
  changed: number;
  unchanged: number;
  /** Of accounts that are not synced: the filter keeps them out, or they are of another kind. */
  filtered: number;
  changes: NewChange[];
}

/** The next group that this sync has met, behind one, whose members are read: of a paused one they are not. Null after the last. */
export async function groupBehind(sql: Sql, syncId: string, seq: number): Promise<ReadGroup | null> {
  const [group] = await sql.query<ReadGroup>(
    prepared(`select g.id, g.seq, g.external_id as "externalId", g.payload from directory_groups g
      where g.seq = (select min(met) from directory_seen s cross join lateral unnest(s.seqs) met
                      where s.sync_run_id = $1 and s.kind = 'groups' and met > $2
                        and not exists (select from directory_resources r join directory_groups p on p.id = r.group_id
                              where p.seq = met and r.mode = 'paused'))`),
    [syncId, seq],
  );
  return group ?? null;
}

export async function groupAt(sql: Sql, seq: number): Promise<ReadGroup | null> {
  const [group] = await sql.query<ReadGroup>(
    prepared('select id, seq, external_id as "externalId", payload from directory_groups where seq = $1'),
    [seq],
  );
  return group ?? null;
}

interface Wanted {
  accountId: string;
  role: string;
}

/** Adds memberships of one group and changes roles; what is the same costs no write. */
export async function keepMemberships(
  tx: Sql,
  sync: SyncUnderWay,
  group: ReadGroup,
  given: DirectoryMembership[],
): Promise<KeptMemberships> {
  const { wanted, filtered } = await wantedOf(tx, sync, given);
  const known = await tx.query<{ seq: number; accountId: string; role: string }>(
    prepared(`select seq, account_id as "accountId", role from directory_memberships
      where group_id = $1 and removed_at is null and account_id = any($2)`),
    [group.id, wanted.map(({ accountId }) => accountId)],
  );
  const roles = new Map(known.map(({ accountId, role }) => [accountId, role]));
  const fresh = wanted.filter(({ accountId }) => !roles.has(accountId));
  const changed = wanted.filter(({ accountId, role }) => roles.has(accountId) && roles.get(accountId) !== role);
  const made = await insert(tx, sync, group, fresh);
  await changeRoles(tx, group, changed);
  return {
    seqs: [...known, ...made].map(({ seq }) => seq),
    created: fresh.length,
    changed: changed.length,
    unchanged: wanted.length - fresh.length - changed.length,
    filtered,
    changes: fresh.map(({ accountId, role }) => ({
      ...{ kind: 'group_joined' as const, accountId, groupId: group.id, detail: { role } },
    })),
  };
}

/** Whose memberships they are. One account counts once, as the last record says. */
async function wantedOf(
  tx: Sql,
  sync: SyncUnderWay,
  given: DirectoryMembership[],
): Promise<{ wanted: Wanted[]; filtered: number }> {
  const ids = given.flatMap(({ account }) => ('externalId' in account ? [account.externalId] : []));
  const emails = given.flatMap(({ account }) => ('email' in account ? [account.email.toLowerCase()] : []));
  const accounts = await tx.query<{ id: string; externalId: string; emails: string[] }>(
    prepared(`select id, external_id as "externalId", emails from directory_accounts
      where workspace_id = $1 and connector = $2 and instance_id = $3 and removed_at is null and external_id = any($4)
      union
     select id, external_id, emails from directory_accounts
      where workspace_id = $1 and connector = $2 and instance_id = $3 and removed_at is null
        and cardinality($5::text[]) > 0 and emails && $5`),
    [sync.workspaceId, sync.connector, sync.instanceId, ids, emails],
  );
  const byId = new Map(accounts.map(({ id, externalId }) => [externalId, id]));
  const byEmail = new Map(accounts.flatMap(({ id, emails }) => emails.map((email) => [email, id] as const)));
  const wanted = new Map<string, Wanted>();
  let filtered = 0;
  for (const { account, role = 'MEMBER' } of given) {
    const accountId = 'externalId' in account ? byId.get(account.externalId) : byEmail.get(account.email.toLowerCase());
    if (accountId === undefined) filtered += 1;
    else wanted.set(accountId, { accountId, role });
  }
  return { wanted: [...wanted.values()], filtered };
}

async function insert(tx: Sql, sync: SyncUnderWay, group: ReadGroup, fresh: Wanted[]): Promise<{ seq: number }[]> {
  if (fresh.length === 0) return [];
  return tx.query(
    prepared(`insert into directory_memberships (workspace_id, integration_id, group_id, account_id, role)
     select $1, $2, $3, * from unnest($4::uuid[], $5::text[]) returning seq`),
    [
      ...[sync.workspaceId, sync.integrationId, group.id],
      ...[fresh.map(({ accountId }) => accountId), fresh.map(({ role }) => role)],
    ],
  );
}

async function changeRoles(tx: Sql, group: ReadGroup, changed: Wanted[]): Promise<void> {
  if (changed.length === 0) return;
  await tx.query(
    prepared(`update directory_memberships m set role = c.role from unnest($2::uuid[], $3::text[]) c(account_id, role)
      where m.group_id = $1 and m.account_id = c.account_id and m.removed_at is null`),
    [group.id, changed.map(({ accountId }) => accountId), changed.map(({ role }) => role)],
  );
}

/**
 * Ends the memberships of a group that a whole reading of it without failures did not meet. One whose account was not
 * met either is left to the end of the sync, which decides about accounts.
 */
export async function endMissing(tx: Sql, sync: SyncUnderWay, group: ReadGroup): Promise<NewChange[]> {
  const left = await tx.query<{ accountId: string; role: string }>(
    prepared(`with met as materialized (
       select distinct seq from directory_seen s cross join lateral unnest(s.seqs) seq where s.sync_run_id = $1 and s.kind = $2
     )
     update directory_memberships m set removed_at = now() from directory_accounts a
      where m.group_id = $3 and m.removed_at is null and m.seq not in (select seq from met) and a.id = m.account_id
        and (a.removed_at is not null or exists (select from directory_seen s
               where s.sync_run_id = $1 and s.kind = 'accounts' and a.seq = any(s.seqs)))
     returning m.account_id as "accountId", m.role`),
    [sync.id, seenKind(group), group.id],
  );
  return left.map(({ accountId, role }) => ({
    ...{ kind: 'group_left' as const, accountId, groupId: group.id, detail: { role } },
  }));
}

/** How the memberships of a group that were met are noted. */
export const seenKind = ({ seq }: ReadGroup): string => `group ${seq}`;
