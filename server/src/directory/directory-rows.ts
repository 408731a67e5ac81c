import type {
  DirectoryAccountRow,
  DirectoryChange,
  DirectoryGroupRow,
  DirectoryMembershipRow,
  Person,
} from '@castellan/api';
import { isoInstant } from '../platform/database/index.js';

/** The integration `i` of a record, as answers name it. */
export const integrationPart = `jsonb_build_object('id', i.id, 'name', i.name, 'connector', i.connector,
  'primaryDirectory', i.primary_directory) as integration`;

/** The name by which a record is found in lists, as their index has it. `of` is the table's alias. */
export const listName = (of: string): string =>
  `left(lower(coalesce(${of}.display_name, ${of}.email, ${of}.external_id)), 100) collate "C"`;

const part = (of: string): string =>
  `jsonb_build_object('id', ${of}.id, 'externalId', ${of}.external_id, 'email', ${of}.email, 'displayName', ${of}.display_name)`;

type Record = { [Field in string]?: string | string[] | boolean | number };

export interface StoredRecord {
  managerEmail?: string | null;
  id: string;
  seq: number;
  integration: Person['accounts'][number]['integration'];
  externalId: string;
  record: Record;
  firstSeenAt: string;
  changedAt: string;
  removedAt: string | null;
  /** By which it is found in lists. */
  listName: string;
}

/** The address of an account's manager, who may be told by the system's own id. */
export const managerEmail = `coalesce(a.manager_email, (select b.email from directory_accounts b
     where a.manager_external_id is not null and b.workspace_id = a.workspace_id and b.connector = a.connector
       and b.instance_id = a.instance_id and b.external_id = a.manager_external_id and b.removed_at is null))`;

/** Of `directory_accounts a` or `directory_groups g`, beside `integrations i`. */
export const recordColumns = (of: string): string => `${of}.id, ${of}.seq, ${integrationPart},
  ${of}.external_id as "externalId", ${of}.record, ${isoInstant(`${of}.first_seen_at`)} as "firstSeenAt",
  ${isoInstant(`${of}.changed_at`)} as "changedAt", ${isoInstant(`${of}.removed_at`)} as "removedAt",
  ${listName(of)} as "listName"${of === 'a' ? `, ${managerEmail} as "managerEmail"` : ''}`;

const text = (value: Record[string]): string | null => (typeof value === 'string' ? value : null);

export function accountRow(row: StoredRecord) {
  const { id, integration, externalId, record, firstSeenAt, changedAt, removedAt } = row;
  return {
    ...{ id, integration, externalId, firstSeenAt, changedAt, removedAt },
    secondaryKey: text(record.secondaryKey),
    email: text(record.email),
    emailAliases: (record.emailAliases as string[] | undefined) ?? [],
    phoneNumber: text(record.phoneNumber),
    displayName: text(record.displayName),
    givenName: text(record.givenName),
    familyName: text(record.familyName),
    jobTitle: text(record.jobTitle),
    department: text(record.department),
    location: text(record.location),
    organizationUnit: text(record.organizationUnit),
    managerEmail: row.managerEmail ?? null,
    avatarUrl: text(record.avatarUrl),
    accountType: (record.accountType ?? 'USER') as DirectoryAccountRow['accountType'],
    status: (record.status ?? 'ACTIVE') as DirectoryAccountRow['status'],
    mfaState: (record.mfaState ?? 'UNKNOWN') as DirectoryAccountRow['mfaState'],
    lastLoginAt: text(record.lastLoginAt),
    beginsAt: text(record.addedAt),
    endsAt: text(record.removedAt),
  } satisfies DirectoryAccountRow;
}

export function groupRow(
  { id, integration, externalId, record, firstSeenAt, changedAt, removedAt }: StoredRecord,
  members: number,
) {
  return {
    ...{ id, integration, externalId, firstSeenAt, changedAt, removedAt, members },
    email: text(record.email),
    displayName: text(record.displayName),
    description: text(record.description),
    classification: (record.classification ?? 'TEAM') as DirectoryGroupRow['classification'],
    status: (record.status ?? 'ACTIVE') as DirectoryGroupRow['status'],
    externalSharingAllowed: record.externalSharingAllowed === true,
  } satisfies DirectoryGroupRow;
}

/** Rows of memberships that are as answers show them; `where` is over `m`, account `a`, group `g`. */
export const membershipsSql = (where: string, order: string): string => `
  select m.seq, m.id, ${integrationPart}, ${part('a')} as account, ${part('g')} as "group", m.role,
         ${isoInstant('m.added_at')} as "addedAt", ${isoInstant('m.removed_at')} as "removedAt"
    from directory_memberships m join directory_accounts a on a.id = m.account_id
    join directory_groups g on g.id = m.group_id join integrations i on i.id = m.integration_id
   where ${where} order by ${order}`;

export type StoredMembership = DirectoryMembershipRow & { seq: number };

/** Changes of the accounts $1, newest first, at most 100. */
export const historySql = `
  select c.id, c.kind, ${isoInstant('c.at')} as at, ${integrationPart}, c.account_id as "accountId",
         case when g.id is null then null else ${part('g')} end as "group",
         coalesce(c.detail -> 'fields', '[]'::jsonb) as fields
    from directory_changes c join integrations i on i.id = c.integration_id
    left join directory_groups g on g.id = c.group_id
   where c.account_id = any($1) order by c.seq desc limit 100`;

export type StoredChange = DirectoryChange;
