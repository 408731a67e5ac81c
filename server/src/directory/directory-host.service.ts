import { type Directory, type DirectoryGroupEntry, type DirectoryPerson, FatalError } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import { managerEmail } from './directory-rows.js';

/** Nobody is known where no workspace asks. */
const nobody: Directory = {
  findPerson: async () => null,
  listPeople: async () => [],
  getGroup: async () => null,
  listGroups: async () => [],
  listGroupMembers: async () => [],
};

const personColumns = `jsonb_strip_nulls(jsonb_build_object('id', a.id, 'externalId', a.external_id,
  'email', coalesce(a.email, ''), 'name', coalesce(a.display_name, a.email, a.external_id),
  'givenName', a.record -> 'givenName', 'familyName', a.record -> 'familyName', 'jobTitle', a.record -> 'jobTitle',
  'department', a.record -> 'department', 'location', a.record -> 'location', 'status', a.status,
  'managerEmail', ${managerEmail}))`;

const groupColumns = `jsonb_strip_nulls(jsonb_build_object('id', g.id, 'externalId', g.external_id,
  'name', coalesce(g.display_name, g.email, g.external_id), 'email', g.email, 'integration', i.name, 'members',
  (select count(*) from directory_memberships m where m.group_id = g.id and m.removed_at is null))) as one`;

/** Of the primary directory, where there is one, else of all. */
const ofPeople = `from directory_accounts a join integrations i on i.id = a.integration_id and i.removed_at is null
  where a.workspace_id = $1 and a.removed_at is null
    and (i.primary_directory or not exists (select from integrations p
          where p.workspace_id = $1 and p.primary_directory and p.removed_at is null))`;

const ofGroups = `from directory_groups g join integrations i on i.id = g.integration_id and i.removed_at is null
  where g.workspace_id = $1 and g.removed_at is null`;

/** What integrations have read, as operations of connectors see it. */
@Injectable()
export class DirectoryHost {
  constructor(private readonly database: Database) {}

  of(workspaceId: string | undefined): Directory {
    if (workspaceId === undefined) return nobody;
    return {
      findPerson: (who) => this.findPerson(workspaceId, who),
      listPeople: (where) => this.listPeople(workspaceId, where),
      getGroup: (group) => this.getGroup(workspaceId, group),
      listGroups: async ({ limit }) =>
        this.read<DirectoryGroupEntry>(
          `select ${groupColumns} ${ofGroups} order by lower(coalesce(g.display_name, g.email, g.external_id)), g.seq limit $2`,
          [workspaceId, limit],
        ),
      listGroupMembers: (group, { limit }) => this.members(workspaceId, group, limit),
    };
  }

  private async findPerson(workspaceId: string, who: Parameters<Directory['findPerson']>[0]) {
    const [email, externalId] = typeof who === 'string' ? [who.toLowerCase(), null] : [null, who.externalId];
    const [person] = await this.read<DirectoryPerson>(
      `select ${personColumns} as one ${ofPeople}
         and ($2::text is null or a.emails @> array[$2]) and ($3::text is null or a.external_id = $3)
       order by a.email = $2 desc, a.status = 'ACTIVE' desc, a.first_seen_at, a.seq limit 1`,
      [workspaceId, email, externalId],
    );
    return person ?? null;
  }

  private listPeople(workspaceId: string, where: Parameters<Directory['listPeople']>[0]): Promise<DirectoryPerson[]> {
    const { department = null, jobTitle = null, location = null, status = null, limit } = where;
    return this.read(
      `select ${personColumns} as one ${ofPeople}
         and ($2::text is null or lower(a.department) = lower($2))
         and ($3::text is null or lower(a.record ->> 'jobTitle') = lower($3))
         and ($4::text is null or lower(a.record ->> 'location') = lower($4)) and ($5::text is null or a.status = $5)
       order by lower(coalesce(a.display_name, a.email, a.external_id)), a.seq limit $6`,
      [workspaceId, department, jobTitle, location, status, limit],
    );
  }

  /** What names it for good comes before its name. */
  private async getGroup(workspaceId: string, group: string): Promise<DirectoryGroupEntry | null> {
    const named = await this.read<DirectoryGroupEntry & { rank: number }>(
      `select ${groupColumns} ${ofGroups}
         and (g.id::text = $2 or g.external_id = $2 or lower(g.email) = lower($2) or lower(g.display_name) = lower($2))
       order by case when g.id::text = $2 or g.external_id = $2 then 0 when lower(g.email) = lower($2) then 1 else 2 end, g.seq
       limit 2`,
      [workspaceId, group],
    );
    const [first, second] = named;
    const isName = first?.name.toLowerCase() === group.toLowerCase() && first.externalId !== group;
    if (isName && second?.name.toLowerCase() === group.toLowerCase()) {
      throw new FatalError(`Several groups are named “${group}”: give the id or the e-mail address of one.`, {
        code: 'E_INPUT',
      });
    }
    return first ?? null;
  }

  private async members(workspaceId: string, group: string, limit: number) {
    const id = (await this.getGroup(workspaceId, group))?.id ?? null;
    return this.read<DirectoryPerson & { role: string }>(
      `select ${personColumns} || jsonb_build_object('role', m.role) as one
         from directory_memberships m join directory_accounts a on a.id = m.account_id
        where m.workspace_id = $1 and m.group_id = $2 and m.removed_at is null
        order by lower(coalesce(a.display_name, a.email, a.external_id)), a.seq limit $3`,
      [workspaceId, id, limit],
    );
  }

  private async read<Row>(text: string, values: unknown[]): Promise<Row[]> {
    const rows = await this.database.query<{ one: Row }>(text, values);
    return rows.map(({ one }) => one);
  }
}
