/** One list that Opal reads of a custom app, and what its items hold. */
export interface OpalAppRead {
  title: string;
  /** The list's name in the answer, as Opal's contract writes it. */
  list: string;
  /** Fields of an item; those with `required` must be found. */
  fields: Record<string, { title: string; required?: true }>;
  /** What the list is of: a resource or a group, whose id is handed to whoever serves it. */
  of?: 'resourceId' | 'groupId';
}

const level = { access_level_id: { title: 'Access level’s id' }, access_level_name: { title: 'Access level’s name' } };
const thing = {
  id: { title: 'Id', required: true },
  name: { title: 'Name', required: true },
  description: { title: 'Description' },
} as const;
const member = { user_id: { title: 'User’s id', required: true }, email: { title: 'E-mail' } } as const;

/** Our names of the lists that Opal reads of a custom app. */
export const opalAppReadNames = [
  'users',
  'resources',
  'accessLevels',
  'resourceUsers',
  'groups',
  'groupUsers',
  'memberGroups',
  'groupResources',
  'events',
] as const;
export type OpalAppReadName = (typeof opalAppReadNames)[number];

/** What Opal reads of a custom app. */
export const opalAppReads: Record<OpalAppReadName, OpalAppRead> = {
  users: {
    title: 'Users',
    list: 'users',
    fields: { id: { title: 'Id', required: true }, email: { title: 'E-mail', required: true } },
  },
  resources: { title: 'Resources', list: 'resources', fields: thing },
  accessLevels: {
    title: 'Access levels of a resource',
    list: 'access_levels',
    of: 'resourceId',
    fields: { id: thing.id, name: thing.name },
  },
  resourceUsers: {
    title: 'Users of a resource',
    list: 'users',
    of: 'resourceId',
    fields: { ...member, ...level },
  },
  groups: { title: 'Groups', list: 'groups', fields: thing },
  groupUsers: { title: 'Members of a group', list: 'users', of: 'groupId', fields: member },
  memberGroups: {
    title: 'Groups in a group',
    list: 'groups',
    of: 'groupId',
    fields: { group_id: { title: 'Group’s id', required: true }, name: thing.name, description: thing.description },
  },
  groupResources: {
    title: 'Resources of a group',
    list: 'resources',
    of: 'groupId',
    fields: { resource_id: { title: 'Resource’s id', required: true }, ...level },
  },
  events: {
    title: 'Sign-ins',
    list: 'events',
    fields: {
      event_id: { title: 'Id', required: true },
      occurred_at: { title: 'When', required: true },
      user_id: { title: 'User’s id', required: true },
      user_email: { title: 'E-mail', required: true },
      resource_id: { title: 'Resource’s id' },
    },
  },
};

/** What Opal asks a custom app to change, by our name of the call. Only flows do it. */
export const opalAppWrites = {
  addResourceUser: 'Give a user a resource',
  removeResourceUser: 'Take a resource from a user',
  addGroupUser: 'Add a user to a group',
  removeGroupUser: 'Remove a user from a group',
  addGroupResource: 'Add a resource to a group',
  removeGroupResource: 'Remove a resource from a group',
  addMemberGroup: 'Add a group to a group',
  removeMemberGroup: 'Remove a group from a group',
} as const;

export type OpalAppWriteName = keyof typeof opalAppWrites;
export const opalAppWriteNames = Object.keys(opalAppWrites) as [OpalAppWriteName, ...OpalAppWriteName[]];
