import type { DifferenceLine, Resource } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';

/** One line in which a team and a group of a system differ. */
export interface Line extends DifferenceLine {
  resourceId: string;
  /** Of whoever is added, removed or kept. */
  accountId: string | null;
}

export type Counts = NonNullable<Resource['difference']>;

const names: Record<DifferenceLine['what'], keyof Counts> = {
  ...{ add: 'adds', remove: 'removes', without_account: 'withoutAccount', kept: 'kept' },
};

/**
 * How teams differ from the groups they are tied to, over what was read: members without a membership, and memberships
 * of nobody who is a member. `r` gives id, team_id, group_id and integration_id of what is compared. People are told by
 * all their addresses; accounts without one are nobody, and left alone.
 */
const linesOf = (r: string): string => `with r as materialized (${r}),
  wanted as materialized (
    select r.id, r.integration_id, m.email from r join team_members m on m.team_id = r.team_id and m.removed_at is null
  ), here as materialized (
    select r.id, m.account_id, m.role, e.email
      from r join directory_memberships m on m.group_id = r.group_id and m.removed_at is null
      join directory_accounts a on a.id = m.account_id and a.removed_at is null cross join lateral unnest(a.emails) e(email)
  ), absent as (
    select w.* from wanted w left join here h on h.id = w.id and h.email = w.email where h.id is null
  ), surplus as (
    select h.id, h.account_id, h.role from here h left join wanted w on w.id = h.id and w.email = h.email
     group by h.id, h.account_id, h.role having bool_and(w.id is null)
  ), lines as (
    select b.id, case when a.id is null then 'without_account' else 'add' end as what, a.id as account_id, b.email,
           a.display_name
      from absent b left join lateral (
             select a.id, a.display_name from directory_accounts a
              where a.integration_id = b.integration_id and a.removed_at is null and a.emails @> array[b.email]
              order by (a.email = b.email) desc nulls last, a.seq limit 1) a on true
    union all
    select s.id, case when s.role = 'MEMBER' then 'remove' else 'kept' end, a.id, coalesce(a.email, a.emails[1]), a.display_name
      from surplus s join directory_accounts a on a.id = s.account_id
  )`;

/** Resources of a team, or of an integration, whose group is there. */
const tied = `select id, team_id, group_id, integration_id from directory_resources
  where id = any($1) and team_id is not null and group_id is not null`;

/** How much resources differ; those that differ in nothing are left out. */
export async function countDifferences(sql: Sql, resourceIds: string[]): Promise<Map<string, Counts>> {
  const rows = await sql.query<{ id: string; what: DifferenceLine['what']; count: number }>(
    `${linesOf(tied)} select id, what, count(*)::int as count from lines group by id, what`,
    [resourceIds],
  );
  const found = new Map<string, Counts>();
  for (const { id, what, count } of rows) {
    const counts = found.get(id) ?? { ...noDifference };
    counts[names[what]] = count;
    found.set(id, counts);
  }
  return found;
}

export const noDifference: Counts = { adds: 0, removes: 0, withoutAccount: 0, kept: 0 };

/**
 * What is to be written to resources, at most so many members to add and so many to remove. What pushes took from
 * `behind` on is left out.
 */
export function readWrites(
  sql: Sql,
  resourceIds: string[],
  { most, behind }: { most: number; behind: string | null },
): Promise<Line[]> {
  return sql.query<Line>(
    `${linesOf(tied)}, numbered as (
       select *, row_number() over (partition by what order by id, email) as n from lines where what in ('add', 'remove')
          and not exists (select from team_push_items i
                where i.resource_id = lines.id and i.push_id >= $3 and i.account_id = lines.account_id))
     select id as "resourceId", what, account_id as "accountId", email, display_name as "displayName"
       from numbered where n <= $2 order by what, n`,
    [resourceIds, most, behind],
  );
}

/** How a team differs from a group that it may not be tied to yet: counts, and the first lines of each kind. */
export async function readDifference(
  sql: Sql,
  { teamId, groupId, most }: { teamId: string; groupId: string; most: number },
): Promise<{ counts: Counts; items: DifferenceLine[] }> {
  const asked = `select g.id, $1::uuid as team_id, g.id as group_id, g.integration_id from directory_groups g where g.id = $2`;
  const rows = await sql.query<DifferenceLine & { n: number; all: number }>(
    `${linesOf(asked)}, numbered as (
       select *, row_number() over (partition by what order by email) as n, count(*) over (partition by what)::int as "all"
         from lines)
     select what, email, display_name as "displayName", n::int, "all" from numbered where n <= $3 order by what, n`,
    [teamId, groupId, most],
  );
  const counts = { ...noDifference };
  for (const { what, all } of rows) counts[names[what]] = all;
  return { counts, items: rows.map(({ what, email, displayName }) => ({ what, email, displayName })) };
}
