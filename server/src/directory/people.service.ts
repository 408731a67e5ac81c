import type { DirectoryAccountRow, directoryRoutes, Person, PersonDetail } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { Database, isoInstant } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import { toPage } from '../platform/paging.js';
import type { Actor, Input } from '../platform/routes/index.js';
import { withoutSeq } from './accounts.service.js';
import {
  accountRow,
  historySql,
  membershipsSql,
  recordColumns,
  type StoredChange,
  type StoredMembership,
  type StoredRecord,
} from './directory-rows.js';

/** People: one for each e-mail address, over the accounts of all integrations. */
@Injectable()
export class PeopleService {
  constructor(private readonly database: Database) {}

  /** An address that is an alias of somebody else’s is no person of its own. */
  async list({ workspaceId }: Actor, query: Input<typeof directoryRoutes.people>['query']) {
    const chosen = await this.database.query<{ email: string }>(
      `select distinct a.email collate "C" as email from directory_accounts a
        where a.workspace_id = $1 and a.removed_at is null and a.email is not null
          and ($2::text is null or a.email collate "C" > $2)
          and ($3::text is null or lower(a.department) = lower($3))
          and ($4::text is null or position(lower($4) in lower(concat_ws(' ', a.display_name, a.email))) > 0)
          and not exists (select from directory_accounts o
                where o.workspace_id = $1 and o.removed_at is null and o.emails @> array[a.email] and o.email <> a.email
                  and (o.email < a.email or not a.emails @> array[o.email]))
        order by 1 limit $5`,
      [workspaceId, query.cursor ?? null, query.department ?? null, query.q ?? null, query.limit + 1],
    );
    const accounts = await this.accountsOf(
      workspaceId,
      chosen.map(({ email }) => email),
    );
    const item = ({ email }: { email: string }) => personOf(email, (accounts.get(email) ?? []).filter(isPresent));
    return toPage(chosen, query.limit, { item, place: ({ email }) => email });
  }

  async get({ workspaceId }: Actor, key: string): Promise<PersonDetail> {
    const email = key.toLowerCase();
    const all = (await this.accountsOf(workspaceId, [email])).get(email) ?? [];
    const allAccounts = found(all.length > 0 ? all : null, 'person');
    const ids = allAccounts.map(({ id }) => id);
    const person = personOf(email, allAccounts.some(isPresent) ? allAccounts.filter(isPresent) : allAccounts);
    const memberships = await this.database.query<StoredMembership>(
      `${membershipsSql('m.account_id = any($1)', 'm.removed_at is not null, m.added_at desc, m.seq')} limit 500`,
      [ids],
    );
    return {
      ...person,
      manager: await this.managerOf(workspaceId, person),
      allAccounts,
      memberships: memberships.map(withoutSeq),
      history: await this.database.query<StoredChange>(historySql, [ids]),
      runs: await this.runsAbout(workspaceId, allAccounts),
    };
  }

  /** The accounts with these addresses, the primary directory’s first, then by age. */
  private async accountsOf(workspaceId: string, emails: string[]): Promise<Map<string, DirectoryAccountRow[]>> {
    const rows = await this.database.query<StoredRecord & { wanted: string }>(
      `select w.email as wanted, ${recordColumns('a')}
         from unnest($2::text[]) w(email) join directory_accounts a on a.workspace_id = $1 and a.emails @> array[w.email]
         join integrations i on i.id = a.integration_id
        order by a.removed_at is not null, i.primary_directory desc, a.first_seen_at, a.seq`,
      [workspaceId, emails],
    );
    const byEmail = new Map<string, DirectoryAccountRow[]>();
    for (const row of rows) byEmail.set(row.wanted, [...(byEmail.get(row.wanted) ?? []), accountRow(row)]);
    return byEmail;
  }

  private async managerOf(workspaceId: string, { managerEmail }: Person): Promise<PersonDetail['manager']> {
    if (managerEmail === null) return null;
    const key = managerEmail.toLowerCase();
    const accounts = (await this.accountsOf(workspaceId, [key])).get(key) ?? [];
    return { key, displayName: personOf(key, accounts).displayName };
  }

  /** Addresses are found as systems spell them, and in lower case. */
  private runsAbout(workspaceId: string, accounts: DirectoryAccountRow[]): Promise<PersonDetail['runs']> {
    const spelled = accounts.flatMap(({ email, emailAliases }) => [email ?? [], emailAliases].flat());
    const emails = [...new Set(spelled.flatMap((email) => [email, email.toLowerCase()]))];
    return this.database.query<PersonDetail['runs'][number]>(
      `with about as (
         select distinct e.root_id, e.key
           from unnest($2::text[]) w(email) join effects e on e.workspace_id = $1 and e.changes <> '[]' and e.changes @>
                  jsonb_build_array(jsonb_build_object('subject', jsonb_build_object('email', w.email)))
       )
       select e.run_id as "runId", jsonb_build_object('id', f.id, 'name', f.name) as flow, e.step_id as "stepId",
              n.name as connection, e.operation, c.change ->> 'action' as action, c.change -> 'object' as object, e.state,
              ${isoInstant('e.created_at')} as at
         from about join effects e using (root_id, key) cross join lateral jsonb_array_elements(e.changes) c(change)
         join runs r on r.id = e.run_id join flows f on f.id = r.flow_id left join connections n on n.id = e.connection_id
        where c.change -> 'subject' ->> 'email' = any($2)
        order by e.created_at desc limit 50`,
      [workspaceId, emails],
    );
  }
}

const isPresent = ({ removedAt }: DirectoryAccountRow): boolean => removedAt === null;

/** What is said of a person: by the first account that says it. Without the primary directory, one account that works is enough. */
function personOf(key: string, accounts: DirectoryAccountRow[]): Person {
  const [first] = accounts;
  const isPrimary = first?.integration.primaryDirectory ?? false;
  const said = isPrimary && first ? [first] : accounts;
  const of = (field: 'displayName' | 'jobTitle' | 'department' | 'location' | 'managerEmail') =>
    said.map((account) => account[field]).find((value) => value !== null) ?? null;
  const active = said.find(({ status }) => status === 'ACTIVE') ?? first;
  return {
    ...{ key, isPrimary, status: active?.status ?? 'DELETED' },
    ...{ displayName: of('displayName'), jobTitle: of('jobTitle'), department: of('department') },
    ...{ location: of('location'), managerEmail: of('managerEmail') },
    accounts: accounts.map(({ id, integration, externalId, status }) => ({ id, integration, externalId, status })),
  };
}
