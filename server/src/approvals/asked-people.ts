import { type Role, rolePermissions } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';
import type { Actor } from '../platform/routes/index.js';
import { deputiesOf } from './deputy-rows.js';
import { isBarred, type Question } from './who-decides.js';

/** The member with an e-mail address as who acts in a workspace, as if they had signed in; null where there is none. */
export async function actorByEmail(sql: Sql, workspaceId: string, email: string): Promise<Actor | null> {
  const [found] = await sql.query<{ userId: string; email: string; name: string; role: Role }>(
    `select u.id as "userId", u.email, u.name, m.role
       from users u join members m on m.user_id = u.id and m.workspace_id = $1 where lower(u.email) = lower($2)`,
    [workspaceId, email],
  );
  return found ? { ...found, tokenId: null, workspaceId, permissions: new Set(rolePermissions[found.role]) } : null;
}

/** Somebody to be asked, by an address in lower case. */
export interface AskedPerson {
  email: string;
  /** Of a deputy: who was asked. */
  for: string | null;
}

/** Those whom an approval names, roles as their members, and their deputies of now; never who must not decide it. */
export async function askedPeople(
  sql: Sql,
  question: Pick<Question, 'approvers' | 'subject' | 'startedBy'> & { workspaceId: string },
): Promise<AskedPerson[]> {
  const { workspaceId, approvers } = question;
  const roles = approvers.flatMap((who) => (who.startsWith('role:') ? [who.slice('role:'.length)] : []));
  const named = approvers.filter((who) => !who.startsWith('role:'));
  const members = await sql.query<{ email: string; name: string }>(
    `select lower(u.email) as email, u.name from members m join users u on u.id = m.user_id
      where m.workspace_id = $1 and (m.role = any($2) or lower(u.email) = any($3)) order by 1`,
    [workspaceId, roles, named],
  );
  const names = new Map(members.map(({ email, name }) => [email, name]));
  const asked = [...new Set([...named, ...names.keys()])].filter(
    (email) => !isBarred({ email, name: names.get(email) ?? email }, question),
  );
  const people = new Map(asked.map((email) => [email, { email, for: null as string | null }]));
  for (const { person, deputy: email, name, role } of await deputiesOf(sql, workspaceId, asked)) {
    const may = rolePermissions[role].includes('approval:decide') && !isBarred({ email, name }, question);
    if (may && !people.has(email)) people.set(email, { email, for: person });
  }
  return [...people.values()];
}
