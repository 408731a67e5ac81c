import { type Deputy, type Role, rolePermissions } from '@castellan/api';
import { prepared, type Sql } from '../platform/database/index.js';
import type { Decider } from './who-decides.js';

const inForce = 'd.ended_at is null and d.from_at <= now() and d.until_at > now()';

/** Those for whom somebody decides now. Whoever is no member any more, or may not decide, is stood in for by nobody. */
export async function standsInFor(
  sql: Sql,
  { workspaceId, userId }: { workspaceId: string; userId: string },
): Promise<Decider[]> {
  const rows = await sql.query<{ email: string; name: string; role: Role }>(
    prepared(`select distinct u.email, u.name, m.role from deputies d
         join members m on m.workspace_id = d.workspace_id and m.user_id = d.user_id join users u on u.id = d.user_id
        where d.workspace_id = $1 and d.deputy_id = $2 and ${inForce} order by u.email`),
    [workspaceId, userId],
  );
  return rows.map((row) => ({ ...row, permissions: new Set(rolePermissions[row.role]) }));
}

/** Who decides now for which of these addresses (in lower case), by address. */
export function deputiesOf(
  sql: Sql,
  workspaceId: string,
  emails: string[],
): Promise<{ person: string; deputy: string; name: string; role: Role }[]> {
  return sql.query(
    `select lower(p.email) as person, lower(u.email) as deputy, u.name, dm.role from deputies d
       join users p on p.id = d.user_id join users u on u.id = d.deputy_id
       join members pm on pm.workspace_id = d.workspace_id and pm.user_id = d.user_id
       join members dm on dm.workspace_id = d.workspace_id and dm.user_id = d.deputy_id
      where d.workspace_id = $1 and lower(p.email) = any($2) and ${inForce} order by d.id`,
    [workspaceId, emails],
  );
}

/** In force and ahead, the next first. */
export function readDeputies(sql: Sql, workspaceId: string, id: string | null = null): Promise<Deputy[]> {
  const person = (alias: string) =>
    `json_build_object('userId', ${alias}.id, 'email', ${alias}.email, 'name', ${alias}.name)`;
  return sql.query<Deputy>(
    `select d.id, ${person('p')} as person, ${person('u')} as deputy, d.from_at as "from", d.until_at as until,
            d.named_by as "namedBy", d.named_at as "namedAt"
       from deputies d join users p on p.id = d.user_id join users u on u.id = d.deputy_id
      where d.workspace_id = $1 and d.ended_at is null and d.until_at > now() and ($2::uuid is null or d.id = $2)
      order by d.from_at, d.id`,
    [workspaceId, id],
  );
}

/** Whose time has begun is asked of what is open already, in every chat of the workspace. */
export async function tellNewDeputies(sql: Sql): Promise<void> {
  await sql.query(
    prepared(`with begun as (
         update deputies set told_at = now() where ended_at is null and told_at is null and from_at <= now()
         returning workspace_id
       ) update approvals a set told = null, tell_at = now()
          where a.status = 'open' and a.ask is not null and a.workspace_id in (select workspace_id from begun)`),
  );
}
