import { z } from 'zod';
import { Id, Instant, Page, PageQuery } from './page.js';
import { route } from './route.js';

/** The words of the common form, which connectors use alike. A guest is somebody of another organisation. */
export const accountTypes = ['USER', 'SERVICE', 'SHARED', 'GUEST'] as const;
export const accountStatuses = ['ACTIVE', 'INACTIVE', 'SUSPENDED', 'DELETED'] as const;
export const mfaStates = ['UNKNOWN', 'DISABLED', 'ENABLED', 'ENFORCED'] as const;
export const groupClassifications = ['SECURITY', 'DISTRIBUTION', 'TEAM', 'DYNAMIC'] as const;
export const groupStatuses = ['ACTIVE', 'INACTIVE', 'DELETED'] as const;
export const membershipRoles = ['MEMBER', 'MAINTAINER', 'MANAGER', 'OWNER'] as const;

const text = z.string().nullable();
const IntegrationPart = z.object({ id: Id, name: z.string(), connector: z.string(), primaryDirectory: z.boolean() });

/** One account of a system. What the system does not tell is null. */
export const DirectoryAccountRow = z
  .object({
    id: Id,
    integration: IntegrationPart,
    externalId: z.string(),
    secondaryKey: text,
    email: text,
    emailAliases: z.array(z.string()),
    phoneNumber: text,
    displayName: text,
    givenName: text,
    familyName: text,
    jobTitle: text,
    department: text,
    location: text,
    organizationUnit: text,
    managerEmail: text,
    avatarUrl: text,
    accountType: z.enum(accountTypes),
    status: z.enum(accountStatuses),
    mfaState: z.enum(mfaStates),
    lastLoginAt: Instant.nullable(),
    /** The account's own beginning and end, as the system tells them. */
    beginsAt: Instant.nullable(),
    endsAt: Instant.nullable(),
    firstSeenAt: Instant,
    changedAt: Instant,
    /** Gone from the system, or from what is synced. */
    removedAt: Instant.nullable(),
  })
  .meta({ id: 'DirectoryAccount' });
export type DirectoryAccountRow = z.infer<typeof DirectoryAccountRow>;

export const DirectoryGroupRow = z
  .object({
    id: Id,
    integration: IntegrationPart,
    externalId: z.string(),
    email: text,
    displayName: text,
    description: text,
    classification: z.enum(groupClassifications),
    status: z.enum(groupStatuses),
    externalSharingAllowed: z.boolean(),
    /** Accounts that are in it here; what the system itself counts may include others. */
    members: z.number().int(),
    firstSeenAt: Instant,
    changedAt: Instant,
    removedAt: Instant.nullable(),
  })
  .meta({ id: 'DirectoryGroup' });
export type DirectoryGroupRow = z.infer<typeof DirectoryGroupRow>;

const AccountPart = z.object({ id: Id, externalId: z.string(), email: text, displayName: text });
const GroupPart = z.object({ id: Id, externalId: z.string(), email: text, displayName: text });

export const DirectoryMembershipRow = z
  .object({
    id: Id,
    integration: IntegrationPart,
    account: AccountPart,
    group: GroupPart,
    role: z.enum(membershipRoles),
    addedAt: Instant,
    removedAt: Instant.nullable(),
  })
  .meta({ id: 'DirectoryMembership' });
export type DirectoryMembershipRow = z.infer<typeof DirectoryMembershipRow>;

export const directoryChangeKinds = [
  'account_created',
  'account_changed',
  'account_disabled',
  'group_joined',
  'group_left',
] as const;

/** One thing that became of an account after the first sync. */
export const DirectoryChange = z
  .object({
    id: Id,
    kind: z.enum(directoryChangeKinds),
    at: Instant,
    integration: IntegrationPart,
    accountId: Id,
    group: GroupPart.nullable(),
    /** Of account_changed: which fields, and how. */
    fields: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
  })
  .meta({ id: 'DirectoryChange' });
export type DirectoryChange = z.infer<typeof DirectoryChange>;

export const DirectoryAccountDetail = DirectoryAccountRow.extend({
  /** As the system gave it. */
  payload: z.unknown(),
  memberships: z.array(DirectoryMembershipRow),
  /** Newest first, at most 100. */
  history: z.array(DirectoryChange),
}).meta({ id: 'DirectoryAccountDetail' });
export type DirectoryAccountDetail = z.infer<typeof DirectoryAccountDetail>;

/** One person: all accounts with one e-mail address. Names and work come from the primary directory if they are there. */
export const Person = z
  .object({
    /** Their e-mail address, in lower case. */
    key: z.string(),
    displayName: text,
    jobTitle: text,
    department: text,
    location: text,
    managerEmail: text,
    status: z.enum(accountStatuses),
    /** The primary directory knows them. */
    isPrimary: z.boolean(),
    accounts: z.array(
      z.object({ id: Id, integration: IntegrationPart, externalId: z.string(), status: z.enum(accountStatuses) }),
    ),
  })
  .meta({ id: 'Person' });
export type Person = z.infer<typeof Person>;

export const PersonDetail = Person.extend({
  manager: z.object({ key: z.string(), displayName: text }).nullable(),
  /** Also those that were removed. */
  allAccounts: z.array(DirectoryAccountRow),
  memberships: z.array(DirectoryMembershipRow),
  /** Newest first, at most 100, over all accounts. */
  history: z.array(DirectoryChange),
  /** What runs changed about them, newest first, at most 50. */
  runs: z.array(
    z.object({
      runId: Id,
      flow: z.object({ id: Id, name: z.string() }),
      stepId: z.string(),
      connection: z.string().nullable(),
      operation: z.string(),
      action: z.string(),
      object: z.object({ type: z.string(), id: z.string(), title: z.string().optional() }).nullable(),
      state: z.string(),
      at: Instant,
    }),
  ),
}).meta({ id: 'PersonDetail' });
export type PersonDetail = z.infer<typeof PersonDetail>;

const directory = '/workspaces/:ws/directory';

const q = z.string().trim().max(200).optional().describe('Part of a name, an address or an id');
const gone = z.enum(['present', 'removed', 'all']).default('present');

export const directoryRoutes = {
  accounts: route({
    method: 'GET',
    path: `${directory}/accounts`,
    access: 'directory:read',
    summary: 'Accounts of all integrations',
    query: PageQuery.extend({
      integration: Id.optional(),
      status: z.enum(accountStatuses).optional(),
      type: z.enum(accountTypes).optional(),
      department: z.string().max(1_000).optional(),
      /** Members of this one. */
      group: Id.optional(),
      gone,
      q,
    }),
    answer: Page(DirectoryAccountRow),
  }),
  account: route({
    method: 'GET',
    path: `${directory}/accounts/:id`,
    access: 'directory:read',
    summary: 'One account with what the system gave, its groups and its history',
    answer: DirectoryAccountDetail,
  }),
  groups: route({
    method: 'GET',
    path: `${directory}/groups`,
    access: 'directory:read',
    summary: 'Groups of all integrations',
    query: PageQuery.extend({ integration: Id.optional(), gone, q }),
    answer: Page(DirectoryGroupRow),
  }),
  group: route({
    method: 'GET',
    path: `${directory}/groups/:id`,
    access: 'directory:read',
    summary: 'One group with what the system gave; its members are listed as memberships',
    answer: DirectoryGroupRow.extend({ payload: z.unknown() }),
  }),
  memberships: route({
    method: 'GET',
    path: `${directory}/memberships`,
    access: 'directory:read',
    summary: 'Who is in which group',
    query: PageQuery.extend({ integration: Id.optional(), account: Id.optional(), group: Id.optional(), gone }),
    answer: Page(DirectoryMembershipRow),
  }),
  people: route({
    method: 'GET',
    path: `${directory}/people`,
    access: 'directory:read',
    summary: 'People: one for each e-mail address, over all integrations',
    query: PageQuery.extend({ department: z.string().max(1_000).optional(), q }),
    answer: Page(Person),
  }),
  person: route({
    method: 'GET',
    path: `${directory}/people/:key`,
    access: 'directory:read',
    summary: 'One person by e-mail address: accounts, groups, history, and what runs changed about them',
    answer: PersonDetail,
  }),
};
