import { type Change, cursorPaging, type Host, type JsonObject, type JsonValue, path, readPages } from '@castellan/sdk';
import { pageSize, resultPages } from './opal-reads.js';

/** One person's direct access to one thing at one level. */
export interface Held {
  granted: boolean;
  expirationDate: string | null;
  /** What was left when it was read, so that undo gives no more than there was; 0 is without end. */
  minutesLeft: number;
}

/** What a grant or a revoke is about. */
export interface Subject {
  userId: string;
  userEmail?: string;
  accessLevel: string;
}

/** Direct access to a resource: this list holds no inherited access. 404 is a person or a resource that is gone. */
export async function heldOnResource(host: Host, resourceId: string, { userId, accessLevel }: Subject): Promise<Held> {
  const paging = cursorPaging({ items: 'data', next: 'cursor', param: 'cursor' });
  const request = { method: 'GET' as const, path: path`/resources/${resourceId}/users/${userId}`, accept: [404] };
  const rows = (await readPages(host.http, request, paging)) as JsonObject[];
  return heldOf(rows, accessLevel, host.now());
}

/** Membership of a group. Opal has no call for one member, so the person's groups are read. */
export async function heldInGroup(host: Host, groupId: string, { userId, accessLevel }: Subject): Promise<Held> {
  const request = {
    method: 'GET' as const,
    path: path`/groups/users/${userId}`,
    query: { page_size: pageSize },
    accept: [404],
  };
  const rows = (await readPages(host.http, request, resultPages)) as JsonObject[];
  return heldOf(
    rows.filter((row) => row.group_id === groupId),
    accessLevel,
    host.now(),
  );
}

/** What rows of one person or identity say of one level. */
export function heldOf(rows: JsonObject[], accessLevel: string, now: Date): Held {
  const row = rows.find(({ access_level }) => (levelOf(access_level) ?? '') === accessLevel);
  if (!row) return { granted: false, expirationDate: null, minutesLeft: 0 };
  const expirationDate = typeof row.expiration_date === 'string' ? row.expiration_date : null;
  const left = expirationDate === null ? 0 : Math.ceil((Date.parse(expirationDate) - now.getTime()) / 60_000);
  return { granted: true, expirationDate, minutesLeft: expirationDate === null ? 0 : Math.max(1, left) };
}

function levelOf(level: JsonValue | undefined): string | undefined {
  return level && typeof level === 'object' ? String((level as JsonObject).access_level_remote_id) : undefined;
}

/** The one change of a grant or revoke; the person by e-mail where it is known, since protection goes by e-mail. */
export function accessChange(
  action: 'grant' | 'revoke' | 'update',
  object: { type: 'opal_resource' | 'opal_group'; id: string; name?: string },
  { userId, userEmail, accessLevel }: Subject,
): Change[] {
  const title = [object.name, accessLevel].filter(Boolean).join(' · ');
  return [
    {
      action,
      subject: { type: 'user', id: userId, ...(userEmail ? { email: userEmail } : {}) },
      object: { type: object.type, id: object.id, ...(title ? { title } : {}) },
    },
  ];
}
