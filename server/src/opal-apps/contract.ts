import { type OpalAppReadName, type OpalAppWriteName, opalAppReads } from '@castellan/api';

/** A call of Opal's contract for custom connectors, read off its method and path. */
export type AppCall =
  | { kind: 'status' }
  | { kind: 'read'; read: OpalAppReadName; of: string | null }
  | { kind: 'one'; read: 'resources' | 'groups'; id: string }
  | { kind: 'write'; write: OpalAppWriteName; ids: Record<string, string>; body: string | null };

/** What Opal is answered instead of what it asked for, in the contract's shape of an error. */
export class CallRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'CallRefusal';
  }
}

interface Line {
  method: 'GET' | 'POST' | 'DELETE';
  /** Parts that begin with a colon are ids. */
  path: string[];
  call(ids: Record<string, string>): AppCall;
}

const list = (path: string, read: OpalAppReadName): Line => ({
  method: 'GET',
  path: path.split('/'),
  call: (ids) => ({ kind: 'read', read, of: Object.values(ids)[0] ?? null }),
});

const one = (path: string, read: 'resources' | 'groups'): Line => ({
  method: 'GET',
  path: path.split('/'),
  call: (ids) => ({ kind: 'one', read, id: Object.values(ids)[0] as string }),
});

/** What is given comes in the body, by the name `body`; what is taken away stands in the path. */
const write = (method: 'POST' | 'DELETE', path: string, name: OpalAppWriteName, body: string | null = null): Line => ({
  method,
  path: path.split('/'),
  call: (ids) => ({ kind: 'write', write: name, ids, body }),
});

/** Every path of the contract. */
const lines: Line[] = [
  { method: 'GET', path: ['status'], call: () => ({ kind: 'status' }) },
  list('users', 'users'),
  list('events', 'events'),
  list('resources', 'resources'),
  one('resources/:resourceId', 'resources'),
  list('resources/:resourceId/access_levels', 'accessLevels'),
  list('resources/:resourceId/users', 'resourceUsers'),
  write('POST', 'resources/:resourceId/users', 'addResourceUser', 'user_id'),
  write('DELETE', 'resources/:resourceId/users/:userId', 'removeResourceUser'),
  list('groups', 'groups'),
  one('groups/:groupId', 'groups'),
  list('groups/:groupId/users', 'groupUsers'),
  write('POST', 'groups/:groupId/users', 'addGroupUser', 'user_id'),
  write('DELETE', 'groups/:groupId/users/:userId', 'removeGroupUser'),
  list('groups/:groupId/resources', 'groupResources'),
  write('POST', 'groups/:groupId/resources', 'addGroupResource', 'resource_id'),
  write('DELETE', 'groups/:groupId/resources/:resourceId', 'removeGroupResource'),
  list('groups/:groupId/member-groups', 'memberGroups'),
  write('POST', 'groups/:groupId/member-groups', 'addMemberGroup', 'group_id'),
  write('DELETE', 'groups/:groupId/member-groups/:memberGroupId', 'removeMemberGroup'),
];

/** The call that a method and a path (below the app's address, without its first slash) name; null if it is none. */
export function callOf(method: string, path: string): AppCall | null {
  const parts = path.split('/').map(decoded);
  if (parts.some((part) => part === null || part === '')) return null;
  for (const line of lines) {
    if (line.method !== method || line.path.length !== parts.length) continue;
    const ids = idsIn(line.path, parts as string[]);
    if (ids) return line.call(ids);
  }
  return null;
}

function idsIn(path: string[], parts: string[]): Record<string, string> | null {
  const ids: Record<string, string> = {};
  for (const [index, part] of path.entries()) {
    const given = parts[index] as string;
    if (part.startsWith(':')) ids[part.slice(1)] = given;
    else if (part !== given) return null;
  }
  return ids;
}

function decoded(part: string): string | null {
  try {
    const text = decodeURIComponent(part);
    return isText(text) ? text : null;
  } catch {
    return null;
  }
}

/** Whether it is text that can be kept: whole characters and no NUL. */
export function isText(text: string): boolean {
  return !text.includes('\0') && text === Buffer.from(text).toString();
}

/** An item of a list as the contract writes it, out of the flat fields that serve it. */
export function itemOf(read: OpalAppReadName, flat: Record<string, string | null>): Record<string, unknown> {
  const given = Object.fromEntries(Object.entries(flat).filter(([, value]) => value !== null));
  if (read === 'events') {
    const { event_id, occurred_at, user_id, user_email, resource_id } = given;
    return {
      ...{ event_id, event_type: 'login.success', occurred_at },
      // The contract names this field in two ways: in its list of properties, and in what it requires.
      occurredAt: occurred_at,
      actor_user_identifier: { user_id, user_email },
      ...(resource_id === undefined ? {} : { event_content: { resource_id } }),
    };
  }
  const { access_level_id: id, access_level_name: name = id, ...rest } = given;
  return id === undefined ? rest : { ...rest, access_level: { id, name } };
}

/** The fields of an item that are missing, by name. */
export function missingIn(read: OpalAppReadName, flat: Record<string, string | null>): string[] {
  return Object.entries(opalAppReads[read].fields).flatMap(([name, { required }]) =>
    required && !flat[name] ? [name] : [],
  );
}
