import { type DirectoryAccountDetail, type directoryRoutes } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import { numberCursor, toPage } from '../platform/paging.js';
import type { Actor, Input } from '../platform/routes/index.js';
import {
  accountRow,
  groupRow,
  historySql,
  listName,
  membershipsSql,
  recordColumns,
  type StoredChange,
  type StoredMembership,
  type StoredRecord,
} from './directory-rows.js';
import { nameCursor, readNameCursor } from './name-cursor.js';

type Query<Route extends keyof typeof directoryRoutes> = Input<(typeof directoryRoutes)[Route]>['query'];

/** Which records are listed: those that are there, those that are gone, or all. */
const isShown = (of: string, place: string): string =>
  `(${place} = 'all' or (${of}.removed_at is null) = (${place} = 'present'))`;

const matches = (of: string, place: string): string =>
  `(${place}::text is null or position(lower(${place}) in lower(concat_ws(' ', ${of}.display_name, ${of}.email, ${of}.external_id))) > 0)`;

/** What integrations have read: accounts, groups, and who is in which. */
@Injectable()
export class AccountsService {
  constructor(private readonly database: Database) {}

  async accounts({ workspaceId }: Actor, query: Query<'accounts'>) {
    const { name, seq } = readNameCursor(query.cursor);
    const rows = await this.database.query<StoredRecord>(
      `select ${recordColumns('a')} from directory_accounts a join integrations i on i.id = a.integration_id
        where a.workspace_id = $1 and ${isShown('a', '$2')} and ${matches('a', '$3')}
          and ($4::uuid is null or a.integration_id = $4) and ($5::text is null or a.status = $5)
          and ($6::text is null or a.account_type = $6) and ($7::text is null or lower(a.department) = lower($7))
          and ($8::uuid is null or exists (select from directory_memberships m
                where m.group_id = $8 and m.account_id = a.id and m.removed_at is null))
          and ($9::text is null or (${listName('a')}, a.seq) > ($9, $10))
        order by ${listName('a')}, a.seq limit $11`,
      [
        ...[workspaceId, query.gone, query.q ?? null, query.integration ?? null, query.status ?? null],
        ...[query.type ?? null, query.department ?? null, query.group ?? null, name, seq, query.limit + 1],
      ],
    );
    return toPage(rows, query.limit, { item: accountRow, place: nameCursor });
  }

  async account({ workspaceId }: Actor, id: string): Promise<DirectoryAccountDetail> {
    const [stored] = await this.database.query<StoredRecord & { payload: unknown }>(
      `select ${recordColumns('a')}, a.payload from directory_accounts a join integrations i on i.id = a.integration_id
        where a.workspace_id = $1 and a.id = $2`,
      [workspaceId, id],
    );
    const row = found(stored, 'account');
    const memberships = await this.database.query<StoredMembership>(
      `${membershipsSql('m.account_id = $1', 'm.removed_at is not null, m.added_at desc, m.seq')} limit 500`,
      [id],
    );
    const history = await this.database.query<StoredChange>(historySql, [[id]]);
    return { ...accountRow(row), payload: row.payload, memberships: memberships.map(withoutSeq), history };
  }

  async groups({ workspaceId }: Actor, query: Query<'groups'>) {
    const { name, seq } = readNameCursor(query.cursor);
    const rows = await this.database.query<StoredRecord & { members: number }>(
      `select ${recordColumns('g')}, ${members} from directory_groups g join integrations i on i.id = g.integration_id
        where g.workspace_id = $1 and ${isShown('g', '$2')} and ${matches('g', '$3')}
          and ($4::uuid is null or g.integration_id = $4)
          and ($5::text is null or (${listName('g')}, g.seq) > ($5, $6))
        order by ${listName('g')}, g.seq limit $7`,
      [workspaceId, query.gone, query.q ?? null, query.integration ?? null, name, seq, query.limit + 1],
    );
    return toPage(rows, query.limit, { item: (row) => groupRow(row, row.members), place: nameCursor });
  }

  async group({ workspaceId }: Actor, id: string) {
    const [stored] = await this.database.query<StoredRecord & { members: number; payload: unknown }>(
      `select ${recordColumns('g')}, ${members}, g.payload
         from directory_groups g join integrations i on i.id = g.integration_id
        where g.workspace_id = $1 and g.id = $2`,
      [workspaceId, id],
    );
    const row = found(stored, 'group');
    return { ...groupRow(row, row.members), payload: row.payload };
  }

  async memberships({ workspaceId }: Actor, query: Query<'memberships'>) {
    const rows = await this.database.query<StoredMembership>(
      `${membershipsSql(
        `m.workspace_id = $1 and ${isShown('m', '$2')} and ($3::uuid is null or m.integration_id = $3)
         and ($4::uuid is null or m.account_id = $4) and ($5::uuid is null or m.group_id = $5)
         and ($6::bigint is null or m.seq > $6)`,
        'm.seq',
      )} limit $7`,
      [
        ...[workspaceId, query.gone, query.integration ?? null, query.account ?? null, query.group ?? null],
        ...[numberCursor(query.cursor), query.limit + 1],
      ],
    );
    return toPage(rows, query.limit, { item: withoutSeq, place: ({ seq }) => seq });
  }
}

const members = `(select count(*)::int from directory_memberships m where m.group_id = g.id and m.removed_at is null) as members`;

export const withoutSeq = ({ seq: _, ...row }: StoredMembership) => row;
