import { type Role, rolePermissions } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';
import type { Actor } from '../platform/routes/index.js';

/** The member with an e-mail address as who acts in a workspace, as if they had signed in; null where there is none. */
export async function actorByEmail(sql: Sql, workspaceId: string, email: string): Promise<Actor | null> {
  const [found] = await sql.query<{ userId: string; email: string; name: string; role: Role }>(
    `select u.id as "userId", u.email, u.name, m.role
       from users u join members m on m.user_id = u.id and m.workspace_id = $1 where lower(u.email) = lower($2)`,
    [workspaceId, email],
  );
  return found ? { ...found, tokenId: null, workspaceId, permissions: new Set(rolePermissions[found.role]) } : null;
}

/** The addresses of those whom an approval names, in lower case: roles become their members. Never whom it is about. */
export async function addressesOf(
  sql: Sql,
  { workspaceId, approvers, subject }: { workspaceId: string; approvers: string[]; subject: string | null },
): Promise<string[]> {
  const roles = approvers.flatMap((who) => (who.startsWith('role:') ? [who.slice('role:'.length)] : []));
  const members = await sql.query<{ email: string }>(
    `select lower(u.email) as email from members m join users u on u.id = m.user_id
      where m.workspace_id = $1 and m.role = any($2) order by 1`,
    [workspaceId, roles],
  );
  const named = approvers.filter((who) => !who.startsWith('role:'));
  const all = new Set([...named, ...members.map(({ email }) => email)]);
  return [...all].filter((email) => email !== subject?.toLowerCase());
}
