import { type Trigger, trigger } from '@castellan/sdk';
import { z } from 'zod';

const docs = 'https://docs.theopenlane.io/docs/developers/integrations/development/directory-sync';

const integration = z.object({
  id: z.string(),
  name: z.string(),
  connector: z.string(),
  primaryDirectory: z.boolean().describe('It is the workspace’s primary directory.'),
});

const account = z.object({
  id: z.string(),
  externalId: z.string().describe('The system’s own id.'),
  email: z.string().nullable(),
  displayName: z.string().nullable(),
  givenName: z.string().nullable(),
  familyName: z.string().nullable(),
  jobTitle: z.string().nullable(),
  department: z.string().nullable(),
  location: z.string().nullable(),
  managerEmail: z.string().nullable(),
  accountType: z.string(),
  status: z.string(),
});

const group = z.object({
  id: z.string(),
  externalId: z.string(),
  displayName: z.string().nullable(),
  email: z.string().nullable(),
});

const at = z.string().describe('When the sync saw it, ISO 8601.');

const sampleIntegration = {
  id: '01981f2e-1a00-7c11-8d42-5b6c7d8e9f01',
  name: 'Google Workspace',
  connector: 'google-workspace',
  primaryDirectory: true,
};
const sampleAccount = {
  id: '8f14e45f-ceea-467f-a9d2-3b1c5d6e7f02',
  externalId: '112233445566778899001',
  email: 'jane.doe@example.com',
  displayName: 'Jane Doe',
  givenName: 'Jane',
  familyName: 'Doe',
  jobTitle: 'Engineer',
  department: 'Engineering',
  location: 'Berlin',
  managerEmail: 'maria.garcia@example.com',
  accountType: 'USER',
  status: 'ACTIVE',
};
const sampleGroup = {
  id: 'c9f0f895-fb98-4b91-8f2d-4c5d6e7f8a03',
  externalId: '01abcde23fghij4',
  displayName: 'Engineering',
  email: 'engineering@example.com',
};
const sampleAt = '2026-03-01T09:00:00.000Z';
const about = { integration: sampleIntegration, account: sampleAccount, at: sampleAt };

const counts = z.object({
  read: z.int(),
  created: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  removed: z.int(),
  filtered: z.int(),
  failed: z.int(),
});
const sampleCounts = { read: 120, created: 1, changed: 2, unchanged: 117, removed: 0, filtered: 0, failed: 0 };
const nothing = { read: 0, created: 0, changed: 0, unchanged: 0, removed: 0, filtered: 0, failed: 0 };

/** What syncs notice after an integration has been read whole for the first time: until then nothing is news. */
export const directoryEvents: Record<string, Trigger> = {
  accountCreated: trigger({
    title: 'Account created',
    docs,
    summary: 'A sync has found an account that was not there, or that is there again.',
    payload: z.object({ integration, account, at, returned: z.boolean().describe('It was there before.') }),
    sample: { ...about, returned: false },
  }),
  accountChanged: trigger({
    title: 'Account changed',
    docs,
    summary: 'Fields of an account are others than at the sync before. The time of its last sign-in does not count.',
    payload: z.object({
      integration,
      account,
      at,
      fields: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
    }),
    sample: { ...about, fields: [{ field: 'department', before: 'Sales', after: 'Engineering' }] },
  }),
  accountDisabled: trigger({
    title: 'Account disabled',
    docs,
    summary: 'An account was active and is no longer, or it is gone from the system.',
    payload: z.object({ integration, account, at, gone: z.boolean().describe('The system has it no longer.') }),
    sample: { ...about, account: { ...sampleAccount, status: 'SUSPENDED' }, gone: false },
  }),
  groupJoined: trigger({
    title: 'Group joined',
    docs,
    summary: 'An account is in a group in which it was not.',
    payload: z.object({ integration, account, group, at, role: z.string() }),
    sample: { ...about, group: sampleGroup, role: 'MEMBER' },
  }),
  groupLeft: trigger({
    title: 'Group left',
    docs,
    summary:
      'An account is in a group no longer. Told only when the whole list of its members was read without a failure.',
    payload: z.object({ integration, account, group, at, role: z.string() }),
    sample: { ...about, group: sampleGroup, role: 'MEMBER' },
  }),
  syncCompleted: trigger({
    title: 'Sync completed',
    docs,
    summary: 'An integration has been read whole.',
    payload: z.object({
      integration,
      at,
      syncRunId: z.string(),
      counts: z.object({ accounts: counts, groups: counts, memberships: counts }),
    }),
    sample: {
      ...{ integration: sampleIntegration, at: sampleAt, syncRunId: '01981f2e-2b00-7d22-9e53-6c7d8e9f0a04' },
      counts: { accounts: sampleCounts, groups: nothing, memberships: nothing },
    },
  }),
  syncFailed: trigger({
    title: 'Sync failed',
    docs,
    summary: 'An integration could not be read to its end.',
    payload: z.object({
      integration,
      at,
      syncRunId: z.string(),
      error: z.object({ code: z.string(), message: z.string() }),
    }),
    sample: {
      ...{ integration: sampleIntegration, at: sampleAt, syncRunId: '01981f2e-2b00-7d22-9e53-6c7d8e9f0a04' },
      error: { code: 'E_AUTH', message: 'Google refused the credentials (401).' },
    },
  }),
};
