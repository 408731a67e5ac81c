import { createHash } from 'node:crypto';
import type { DirectoryAccount, DirectoryGroup, JsonObject } from '@castellan/sdk';
import { prepared, type Sql } from '../../platform/database/index.js';
import { changedFields, isDisabled } from './changed-fields.js';
import type { NewChange } from './directory-changes.js';
import type { SyncUnderWay } from './sync-under-way.js';

/** A record that the filter lets in. */
export interface Taken<T> {
  form: T;
  payload: JsonObject;
}

/** What became of the records of a page. */
export interface KeptRecords {
  /** Of all of them: so are they known in the end. */
  seqs: number[];
  created: number;
  changed: number;
  unchanged: number;
  /** Of accounts, what is to be told. */
  changes: NewChange[];
}

/** Whose records they are. */
export type RecordScope = Pick<SyncUnderWay, 'workspaceId' | 'integrationId' | 'connector' | 'instanceId'>;

interface Row {
  externalId: string;
  hash: string;
  record: JsonObject;
  payload: JsonObject;
}

interface Known {
  id: string;
  seq: number;
  externalId: string;
  isGone: boolean;
  isSame: boolean;
  /** Null where it is the same. */
  record: JsonObject | null;
}

/** Adds accounts and changes those that are others than before; what is the same costs no write. */
export async function keepAccounts(
  tx: Sql,
  scope: RecordScope,
  taken: Taken<DirectoryAccount>[],
): Promise<KeptRecords> {
  const rows = latest(taken.map(({ form, payload }) => ({ ...rowOf(form, payload), ...accountColumns(form) })));
  return keep(tx, scope, 'accounts', rows);
}

/** The same for groups, of which nobody is told. */
export async function keepGroups(tx: Sql, scope: RecordScope, taken: Taken<DirectoryGroup>[]): Promise<KeptRecords> {
  const rows = latest(
    taken.map(({ form, payload }) => ({
      ...rowOf(form, payload),
      email: form.email?.toLowerCase() ?? null,
      displayName: form.displayName ?? null,
    })),
  );
  return { ...(await keep(tx, scope, 'groups', rows)), changes: [] };
}

function rowOf({ externalId, ...form }: DirectoryAccount | DirectoryGroup, payload: JsonObject): Row {
  const record = form as JsonObject;
  const hash = createHash('sha256')
    .update(JSON.stringify([record, payload]))
    .digest('base64url');
  return { externalId, hash, record, payload };
}

function accountColumns(form: DirectoryAccount) {
  const email = form.email?.toLowerCase() ?? null;
  const aliases = (form.emailAliases ?? []).map((alias) => alias.toLowerCase());
  return {
    email,
    emails: [...new Set(email === null ? aliases : [email, ...aliases])],
    displayName: form.displayName ?? null,
    department: form.department ?? null,
    accountType: form.accountType ?? 'USER',
    status: form.status ?? 'ACTIVE',
    managerEmail: form.managerEmail?.toLowerCase() ?? null,
    managerExternalId: form.managerExternalId ?? null,
  };
}

/** A record that a page tells twice counts as the last one says. */
const latest = <T extends Row>(rows: T[]): T[] => [...new Map(rows.map((row) => [row.externalId, row])).values()];

const shared = [
  ['email', 'email text'],
  ['displayName', 'display_name text'],
] as const;
const ofAccounts = [
  ...shared,
  ['emails', 'emails text[]'],
  ['department', 'department text'],
  ['accountType', 'account_type text'],
  ['status', 'status text'],
  ['managerEmail', 'manager_email text'],
  ['managerExternalId', 'manager_external_id text'],
] as const;

const tables = {
  accounts: { table: 'directory_accounts', upsert: upsertSql('directory_accounts', ofAccounts) },
  groups: { table: 'directory_groups', upsert: upsertSql('directory_groups', shared) },
};

function upsertSql(table: string, own: readonly (readonly [string, string])[]): string {
  const columns = own.map(([, column]) => column.split(' ')[0] as string);
  const given = own.map(([name, column]) => `"${name}" ${column.split(' ')[1]}`);
  const all = ['external_id', ...columns, 'record', 'payload', 'profile_hash'];
  return `insert into ${table} (workspace_id, integration_id, connector, instance_id, ${all.join(', ')})
    select $1, $2, $3, $4, g."externalId", ${own.map(([name]) => `g."${name}"`).join(', ')}, g.record, g.payload, g.hash
      from jsonb_to_recordset($5::jsonb) as g("externalId" text, ${given.join(', ')}, record jsonb, payload jsonb, hash text)
    on conflict (workspace_id, connector, instance_id, external_id) do update set
      integration_id = excluded.integration_id, changed_at = now(), removed_at = null,
      ${all
        .slice(1)
        .map((column) => `${column} = excluded.${column}`)
        .join(', ')}
    returning id, seq, external_id as "externalId"`;
}

async function keep(tx: Sql, of: RecordScope, kind: 'accounts' | 'groups', rows: Row[]): Promise<KeptRecords> {
  const { table, upsert } = tables[kind];
  const scope = [of.workspaceId, of.integrationId, of.connector, of.instanceId];
  const known = await tx.query<Known>(
    prepared(`select r.id, r.seq, r.external_id as "externalId", r.removed_at is not null as "isGone", same.is as "isSame",
            case when not same.is then r.record end as record
       from unnest($5::text[], $6::text[]) g(external_id, hash)
       join ${table} r on r.workspace_id = $1 and r.connector = $3 and r.instance_id = $4 and r.external_id = g.external_id
      cross join lateral (select r.profile_hash = g.hash and r.removed_at is null and r.integration_id = $2 as is) same`),
    [...scope, rows.map(({ externalId }) => externalId), rows.map(({ hash }) => hash)],
  );
  const byId = new Map(known.map((one) => [one.externalId, one]));
  const others = rows.filter(({ externalId }) => byId.get(externalId)?.isSame !== true);
  const written =
    others.length === 0
      ? []
      : await tx.query<Pick<Known, 'id' | 'seq' | 'externalId'>>(prepared(upsert), [...scope, JSON.stringify(others)]);
  const ids = new Map(written.map(({ externalId, id }) => [externalId, id]));
  const isNew = ({ externalId }: Row) => byId.get(externalId)?.isGone !== false;
  const created = others.filter(isNew).length;
  return {
    seqs: [...known.filter(({ isSame }) => isSame), ...written].map(({ seq }) => seq),
    created,
    changed: others.length - created,
    unchanged: rows.length - others.length,
    changes: others.flatMap((row) => changesOf(row, byId.get(row.externalId), ids.get(row.externalId))),
  };
}

function changesOf({ record }: Row, before: Known | undefined, accountId = ''): NewChange[] {
  if (!before || before.isGone) {
    return [{ kind: 'account_created', accountId, detail: { returned: before !== undefined } }];
  }
  const fields = changedFields(before.record ?? {}, record);
  if (fields.length === 0) return [];
  const changed: NewChange = { kind: 'account_changed', accountId, detail: { fields } };
  const disabled: NewChange = { kind: 'account_disabled', accountId, detail: { gone: false } };
  return isDisabled(before.record ?? {}, record) ? [changed, disabled] : [changed];
}
