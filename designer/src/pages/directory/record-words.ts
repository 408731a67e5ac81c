import type { DirectoryAccountRow, DirectoryChange, DirectoryGroupRow, DirectoryMembershipRow } from '@castellan/api';
import { inline } from '../../ui/format.js';
import type { Look } from '../../ui/status-badge.js';

/** What accounts may be, and how that looks. */
export const accountStates: Record<DirectoryAccountRow['status'], { look: Look; word: string }> = {
  ACTIVE: { look: 'succeeded', word: 'Active' },
  INACTIVE: { look: 'neutral', word: 'Inactive' },
  SUSPENDED: { look: 'waiting', word: 'Suspended' },
  DELETED: { look: 'failed', word: 'Deleted' },
};

export const removedState = { look: 'skipped', word: 'Removed' } as const;

export const accountTypeWords: Record<DirectoryAccountRow['accountType'], string> = {
  USER: 'Person',
  SERVICE: 'Service',
  SHARED: 'Shared',
  GUEST: 'Guest',
};

export const mfaWords: Record<DirectoryAccountRow['mfaState'], string> = {
  UNKNOWN: 'Unknown',
  DISABLED: 'Off',
  ENABLED: 'On',
  ENFORCED: 'Enforced',
};

export const groupWords: Record<DirectoryGroupRow['classification'], string> = {
  SECURITY: 'Gives access',
  DISTRIBUTION: 'For mail',
  TEAM: 'Team',
  DYNAMIC: 'By a rule',
};

export const roleWords: Record<DirectoryMembershipRow['role'], string> = {
  MEMBER: 'Member',
  MAINTAINER: 'Maintainer',
  MANAGER: 'Manager',
  OWNER: 'Owner',
};

export const changeWords: Record<DirectoryChange['kind'], string> = {
  account_created: 'Account appeared',
  account_changed: 'Account changed',
  account_disabled: 'Account can no longer be used',
  group_joined: 'Joined',
  group_left: 'Left',
};

/** The best name that is known of a record. */
export const nameOf = (row: { displayName: string | null; email: string | null; externalId: string }): string =>
  row.displayName ?? row.email ?? row.externalId;

const fieldWords: Record<string, Record<string, string>> = {
  status: Object.fromEntries(Object.entries(accountStates).map(([status, { word }]) => [status, word])),
  accountType: accountTypeWords,
  mfaState: mfaWords,
};

/** A value of a field of an account, as the pages say it. */
export const valueWord = (field: string, value: unknown): string => fieldWords[field]?.[String(value)] ?? inline(value);
