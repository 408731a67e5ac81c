import { z } from 'zod';
import type { ConnectionFields } from './auth.js';
import type { DirectoryPush } from './directory-push.js';
import type { Host, JsonObject, JsonValue } from './types.js';

/**
 * A directory that an integration syncs: accounts, groups and memberships, read page by page and brought into one form.
 * The three forms and their words are those of https://docs.theopenlane.io (directory sync), so that what was synced
 * there can be compared with what is synced here.
 */

/** What accounts are for. A guest is somebody of another organisation. */
export const accountTypes = ['USER', 'SERVICE', 'SHARED', 'GUEST'] as const;
export const accountStatuses = ['ACTIVE', 'INACTIVE', 'SUSPENDED', 'DELETED'] as const;
/** Of second factors: enforced means that nobody comes in without one. */
export const mfaStates = ['UNKNOWN', 'DISABLED', 'ENABLED', 'ENFORCED'] as const;
export const groupClassifications = ['SECURITY', 'DISTRIBUTION', 'TEAM', 'DYNAMIC'] as const;
export const groupStatuses = ['ACTIVE', 'INACTIVE', 'DELETED'] as const;
export const membershipRoles = ['MEMBER', 'MAINTAINER', 'MANAGER', 'OWNER'] as const;

const externalId = z.string().min(1).max(500).describe('The system’s own id, which never changes.');
const instant = z.iso.datetime({ offset: true });
const word = z.string().min(1).max(1_000);

/** One account of a system in the common form. What a system does not tell is left out. */
export const directoryAccount = z.strictObject({
  externalId,
  secondaryKey: word.optional().describe('Another stable name, such as an employee’s number.'),
  email: z.email().optional(),
  emailAliases: z.array(z.email()).optional(),
  phoneNumber: word.optional(),
  displayName: word.optional(),
  givenName: word.optional(),
  familyName: word.optional(),
  jobTitle: word.optional(),
  department: word.optional(),
  location: word.optional(),
  organizationUnit: word.optional(),
  managerEmail: z.email().optional(),
  managerExternalId: externalId.optional(),
  avatarUrl: z.url().max(2_048).optional(),
  accountType: z.enum(accountTypes).optional(),
  status: z.enum(accountStatuses).optional(),
  mfaState: z.enum(mfaStates).optional(),
  lastLoginAt: instant.optional(),
  /** The account's own beginning and end, where the system tells them: employment, for a system of people. */
  addedAt: instant.optional(),
  removedAt: instant.optional(),
});
export type DirectoryAccount = z.output<typeof directoryAccount>;

/** One group of a system in the common form. */
export const directoryGroup = z.strictObject({
  externalId,
  email: z.email().optional(),
  displayName: word.optional(),
  description: z.string().max(10_000).optional(),
  classification: z.enum(groupClassifications).optional(),
  status: z.enum(groupStatuses).optional(),
  externalSharingAllowed: z.boolean().optional(),
  memberCount: z.int().nonnegative().optional(),
});
export type DirectoryGroup = z.output<typeof directoryGroup>;

/** Who is in a group. The account is named by its id or, where the system gives only that, by its e-mail address. */
export const directoryMembership = z.strictObject({
  account: z.union([z.strictObject({ externalId }), z.strictObject({ email: z.email() })]),
  role: z.enum(membershipRoles).optional(),
});
export type DirectoryMembership = z.output<typeof directoryMembership>;

/** A record as the system gave it: the filter of an integration reads this, and nothing of it is changed. */
export interface DirectoryEnvelope {
  /** A stable id; for a membership that of the group. */
  resource: string;
  payload: JsonObject;
}

/** Some envelopes, and where the next ones begin; null after the last. */
export interface DirectoryPage {
  envelopes: DirectoryEnvelope[];
  next: JsonValue | null;
}

/**
 * How one kind of record is read. Reading from one place again gives it again; nothing that was there all the time may
 * be left out. Rejects with ConnectorError, and then nothing is taken as removed.
 */
export interface DirectoryRecords<T, Of extends unknown[] = []> {
  /** One page, of some hundreds of records at most. `page` is null for the first, else the `next` of the one before. */
  read(host: Host, settings: JsonObject, page: JsonValue | null, ...of: Of): Promise<DirectoryPage>;
  /** The common form; pure. Null for what is no such record: a group within a group, for example. */
  record(payload: JsonObject): T | null;
}

/** What a connector offers to integrations. */
export interface DirectorySource {
  /** It gives out identities and so may be the workspace's primary directory, which enriches people and drives their life cycle. */
  mayBePrimary: boolean;
  /** Asked when an integration is made; only what JSON Schema can say, all with defaults. */
  settings: z.ZodObject;
  /**
   * The organisation that the connection reaches: accounts are told by it and their id. `id` is the same for each
   * connection to it; null where the system names its organisation nowhere. `name` is for people, and another one when the
   * connection's address is.
   */
  instance(host: Host, settings: JsonObject, fields: ConnectionFields): Promise<{ id: string | null; name: string }>;
  /**
   * Ids of accounts are those of no other organisation. So accounts that are known tell which one it is, where it has
   * several names, such as a domain of its own, or none.
   */
  accountsTellInstance?: true;
  accounts: DirectoryRecords<DirectoryAccount>;
  groups?: DirectoryRecords<DirectoryGroup>;
  /** Of one group, as the list of groups gave it; goes with `groups`. */
  memberships?: DirectoryRecords<DirectoryMembership, [group: DirectoryEnvelope]> & {
    /** The system gives all members of a group in one answer, however many there are. */
    inOneAnswer?: true;
  };
  /** How a group's members are written; left out: the system is only read. */
  push?: DirectoryPush;
  /** Why they are not, as a sentence; goes with `groups` where there is no `push`. */
  onlyRead?: string;
}
