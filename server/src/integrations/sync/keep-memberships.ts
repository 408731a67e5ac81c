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

/** Members of one group, as they are to be kept. */
export interface GivenMembers {
  group: ReadGroup;
  members: DirectoryMembership[];
}

export interface KeptMemberships {
  /** By the group’s id, of those that are there now. */
  seqs: Map<string, number[]>;
  created: number;
  changed: number;
  unchanged: number;
  /** Of accounts that are not synced: the filter keeps them out, or they are of another kind. */
  filtered: number;
  changes: NewChange[];
}

/** So many of the groups that this sync has met, in their order, from one on; the members of paused ones are not read. */
export function groupsFrom(sql: Sql, syncId: string, seq: number, limit: number): Promise<ReadGroup[]> {
  return sql.query<ReadGroup>(
    prepared(`select g.id, g.seq, g.external_id as "externalId", g.payload from directory_groups g
      where g.seq in (select distinct met from directory_seen s cross join lateral unnest(s.seqs) met
                       where s.sync_run_id = $1 and s.kind = 'groups' and met >= $2
                         and not exists (select from directory_resources r join directory_groups p on p.id = r.group_id
                               where p.seq = met and r.mode = 'paused')
                       order by met limit $3)
      order by g.seq`),
    [syncId, seq, limit],
  );
}

interface Wanted {
  groupId: string;
  accountId: string;
  role: string;
}

/** Adds memberships and changes roles, of several groups at once; what is the same costs no write. */
export async function keepMemberships(tx: Sql, sync: SyncUnderWay, given: GivenMembers[]): Promise<KeptMemberships> {
  const { wanted, filtered } = await wantedOf(tx, sync, given);
  const known = await tx.query<Wanted & { seq: number }>(
    prepared(`select m.seq, m.group_id as "groupId", m.account_id as "accountId", m.role
       from unnest($1::uuid[], $2::uuid[]) w(group_id, account_id)
       join directory_memberships m on m.group_id = w.group_id and m.account_id = w.account_id and m.removed_at is null`),
    [wanted.map(({ groupId }) => groupId), wanted.map(({ accountId }) => accountId)],
  );
  const roles = new Map(known.map((one) => [keyOf(one), one.role]));
  const fresh = wanted.filter((one) => !roles.has(keyOf(one)));
  const changed = wanted.filter((one) => roles.has(keyOf(one)) && roles.get(keyOf(one)) !== one.role);
  const made = await insert(tx, sync, fresh);
  await changeRoles(tx, changed);
  const seqs = new Map<string, number[]>(given.map(({ group }) => [group.id, []]));
  for (const { groupId, seq } of [...known, ...made]) seqs.get(groupId)?.push(seq);
  return {
    ...{ seqs, filtered, created: fresh.length, changed: changed.length },
    unchanged: wanted.length - fresh.length - changed.length,
    changes: fresh.map(({ role, ...of }) => ({ kind: 'group_joined', ...of, detail: { role } })),
  };
}

const keyOf = ({ groupId, accountId }: Pick<Wanted, 'groupId' | 'accountId'>): string => `${groupId} ${accountId}`;

/** Whose memberships they are. One account counts once in a group, as the last record says. */
async function wantedOf(
  tx: Sql,
  sync: SyncUnderWay,
  given: GivenMembers[],
): Promise<{ wanted: Wanted[]; filtered: number }> {
  const named = given.flatMap(({ members }) => members.map(({ account }) => account));
  const ids = named.flatMap((account) => ('externalId' in account ? [account.externalId] : []));
  const emails = named.flatMap((account) => ('email' in account ? [account.email.toLowerCase()] : []));
  const accounts = await tx.query<{ id: string; externalId: string; emails: string[] }>(
    prepared(`select id, external_id as "externalId", emails from directory_accounts
      where workspace_id = $1 and connector = $2 and instance_id = $3 and removed_at is null and external_id = any($4)
      union
     select id, external_id, emails from directory_accounts
      where workspace_id = $1 and connector = $2 and instance_id = $3 and removed_at is null
        and cardinality($5::text[]) > 0 and emails && $5`),
    [sync.workspaceId, sync.connector, sync.instanceId, [...new Set(ids)], [...new Set(emails)]],
  );
  const byId = new Map(accounts.map(({ id, externalId }) => [externalId, id]));
  const byEmail = new Map(accounts.flatMap(({ id, emails }) => emails.map((email) => [email, id] as const)));
  const wanted = new Map<string, Wanted>();
  let filtered = 0;
  for (const { group, members } of given) {
    for (const { account, role = 'MEMBER' } of members) {
      const accountId =
        'externalId' in account ? byId.get(account.externalId) : byEmail.get(account.email.toLowerCase());
      const one = { groupId: group.id, accountId: accountId ?? '', role };
      if (accountId === undefined) filtered += 1;
      else wanted.set(keyOf(one), one);
    }
  }
  return { wanted: [...wanted.values()], filtered };
}

async function insert(tx: Sql, sync: SyncUnderWay, fresh: Wanted[]): Promise<{ seq: number; groupId: string }[]> {
  if (fresh.length === 0) return [];
  return tx.query(
    prepared(`insert into directory_memberships (workspace_id, integration_id, group_id, account_id, role)
     select $1, $2, * from unnest($3::uuid[], $4::uuid[], $5::text[]) returning seq, group_id as "groupId"`),
    [sync.workspaceId, sync.integrationId, ...listsOf(fresh)],
  );
}

async function changeRoles(tx: Sql, changed: Wanted[]): Promise<void> {
  if (changed.length === 0) return;
  await tx.query(
    prepared(`update directory_memberships m set role = c.role
       from unnest($1::uuid[], $2::uuid[], $3::text[]) c(group_id, account_id, role)
      where m.group_id = c.group_id and m.account_id = c.account_id and m.removed_at is null`),
    listsOf(changed),
  );
}

const listsOf = (rows: Wanted[]): string[][] => [
  rows.map(({ groupId }) => groupId),
  rows.map(({ accountId }) => accountId),
  rows.map(({ role }) => role),
];

/** A group whose members were read whole and without a failure. */
export interface WholeGroup {
  group: ReadGroup;
  /** Of the page at hand. */
  seqs: number[];
  /** Pages before met some of its members. */
  isContinued: boolean;
}

/**
 * Ends the memberships of groups that a whole reading of them did not meet. One whose account was not met either is left
 * to the end of the sync, which decides about accounts.
 */
export async function endMissing(tx: Sql, sync: SyncUnderWay, whole: WholeGroup[]): Promise<NewChange[]> {
  if (whole.length === 0) return [];
  const earlier = whole.filter(({ isContinued }) => isContinued);
  const left = await tx.query<Wanted>(
    prepared(`with met as materialized (
       select unnest($3::bigint[]) as seq union all
       select seq from directory_seen s cross join lateral unnest(s.seqs) seq where s.sync_run_id = $1 and s.kind = any($4)
     )
     update directory_memberships m set removed_at = now() from directory_accounts a
      where m.group_id = any($2) and m.removed_at is null and m.seq not in (select seq from met) and a.id = m.account_id
        and (a.removed_at is not null or exists (select from directory_seen s
               where s.sync_run_id = $1 and s.kind = 'accounts' and a.seq = any(s.seqs)))
     returning m.group_id as "groupId", m.account_id as "accountId", m.role`),
    [
      ...[sync.id, whole.map(({ group }) => group.id), whole.flatMap(({ seqs }) => seqs)],
      earlier.map(({ group }) => seenKind(group)),
    ],
  );
  return left.map(({ role, ...of }) => ({ kind: 'group_left', ...of, detail: { role } }));
}

/** How the memberships of a group that were met are noted, where it takes more than one page. */
export const seenKind = ({ seq }: ReadGroup): string => `group ${seq}`;
