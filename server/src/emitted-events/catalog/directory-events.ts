import { z } from 'zod';
import { isoInstant } from '../../platform/database/index.js';
import { defineEvent, type EventFacts, type EventKind } from './event-kind.js';
import { Instant } from './parts.js';

const text = z.string().nullable();

const IntegrationPart = z.object({ id: z.uuid(), name: z.string(), connector: z.string() });
const AccountPart = z.object({
  id: z.uuid(),
  externalId: z.string().describe('The system’s own id'),
  email: text,
  displayName: text,
  status: z.string(),
});
const GroupPart = z.object({ id: z.uuid(), externalId: z.string(), email: text, displayName: text });

const AccountEvent = z.object({ integration: IntegrationPart, account: AccountPart, at: Instant });
const MembershipEvent = AccountEvent.extend({ group: GroupPart, role: z.string() });
const SyncEvent = z.object({ integration: IntegrationPart, syncId: z.uuid(), at: Instant });

const integration = {
  id: '01981f2e-1a00-7c11-8d42-5b6c7d8e9f01',
  name: 'Google Workspace',
  connector: 'google-workspace',
};
const account = {
  id: '8f14e45f-ceea-467f-a9d2-3b1c5d6e7f02',
  externalId: '112233445566778899001',
  email: 'jane.doe@example.com',
  displayName: 'Jane Doe',
  status: 'ACTIVE',
};
const group = {
  id: 'c9f0f895-fb98-4b91-8f2d-4c5d6e7f8a03',
  externalId: '01abcde23fghij4',
  email: 'engineering@example.com',
  displayName: 'Engineering',
};
const at = '2026-05-04T09:00:00.000Z';
const sampleAccountEvent = { integration, account, at };
const sampleSync = { integration, syncId: '01981f2e-2b00-7d22-9e53-6c7d8e9f0a04', at };

const part = (of: string): string =>
  `jsonb_build_object('id', ${of}.id, 'externalId', ${of}.external_id, 'email', ${of}.email, 'displayName', ${of}.display_name)`;
const integrationSql = `'integration', jsonb_build_object('id', i.id, 'name', i.name, 'connector', i.connector),
  'at', ${isoInstant('changed.at')}`;
const accountSql = `${integrationSql}, 'account', ${part('a')} || jsonb_build_object('status', a.status)`;

/** `changed` are rows of `directory_changes`; `more` are further pairs of the data. */
const factsOf = (kind: string, joins: string, data: string): EventFacts => ({
  joins: `join integrations i on i.id = changed.integration_id ${joins}`,
  when: `changed.kind = '${kind}'`,
  data: `jsonb_build_object(${data})`,
  depth: '0',
});
const ofAccount = (kind: string, more: string): EventFacts =>
  factsOf(kind, 'join directory_accounts a on a.id = changed.account_id', `${accountSql}${more}`);
const ofGroup = (kind: string): EventFacts =>
  factsOf(
    kind,
    'join directory_accounts a on a.id = changed.account_id join directory_groups g on g.id = changed.group_id',
    `${accountSql}, 'group', ${part('g')}, 'role', changed.detail -> 'role'`,
  );
const ofSync = (kind: string, more: string): EventFacts =>
  factsOf(kind, '', `${integrationSql}, 'syncId', changed.sync_run_id${more}`);

const accountPage = ({ account: { id } }: { account: { id: string } }) => `directory/accounts/${id}`;
const integrationPage = ({ integration: { id } }: { integration: { id: string } }) => `integrations/${id}`;

const accountCreated = defineEvent({
  type: 'directory.account_created',
  title: 'Account created',
  description:
    'A sync has found an account that was not there, or that is there again. The first sync of an integration tells none.',
  data: AccountEvent.extend({ returned: z.boolean().describe('It was there before') }),
  sample: { ...sampleAccountEvent, returned: false },
  page: accountPage,
  facts: ofAccount('account_created', `, 'returned', changed.detail -> 'returned'`),
});

const accountChanged = defineEvent({
  type: 'directory.account_changed',
  title: 'Account changed',
  description: 'Fields of an account are others than at the sync before. The time of its last sign-in does not count.',
  data: AccountEvent.extend({
    fields: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
  }),
  sample: { ...sampleAccountEvent, fields: [{ field: 'department', before: 'Sales', after: 'Engineering' }] },
  page: accountPage,
  facts: ofAccount('account_changed', `, 'fields', changed.detail -> 'fields'`),
});

const accountDisabled = defineEvent({
  type: 'directory.account_disabled',
  title: 'Account disabled',
  description: 'An account was active and is no longer, or it is gone from the system.',
  data: AccountEvent.extend({ gone: z.boolean().describe('The system has it no longer') }),
  sample: { ...sampleAccountEvent, account: { ...account, status: 'SUSPENDED' }, gone: false },
  page: accountPage,
  facts: ofAccount('account_disabled', `, 'gone', changed.detail -> 'gone'`),
});

const groupJoined = defineEvent({
  type: 'directory.group_joined',
  title: 'Group joined',
  description: 'An account is in a group in which it was not before: a sync has found it there, or a team was pushed.',
  data: MembershipEvent,
  sample: { ...sampleAccountEvent, group, role: 'MEMBER' },
  page: accountPage,
  facts: ofGroup('group_joined'),
});

const groupLeft = defineEvent({
  type: 'directory.group_left',
  title: 'Group left',
  description:
    'An account is in a group no longer, as a whole reading of the group’s members shows, or since a team was pushed.',
  data: MembershipEvent,
  sample: { ...sampleAccountEvent, group, role: 'MEMBER' },
  page: accountPage,
  facts: ofGroup('group_left'),
});

const counts = z.object({
  ...{ read: z.int(), created: z.int(), changed: z.int(), unchanged: z.int() },
  ...{ removed: z.int(), filtered: z.int(), failed: z.int() },
});
const nothing = { read: 0, created: 0, changed: 0, unchanged: 0, removed: 0, filtered: 0, failed: 0 };

const syncCompleted = defineEvent({
  type: 'directory.sync_completed',
  title: 'Directory sync completed',
  description: 'An integration has been read whole.',
  data: SyncEvent.extend({ counts: z.object({ accounts: counts, groups: counts, memberships: counts }) }),
  sample: {
    ...sampleSync,
    counts: { accounts: { ...nothing, read: 120, created: 120 }, groups: nothing, memberships: nothing },
  },
  page: integrationPage,
  facts: ofSync('sync_completed', `, 'counts', changed.detail -> 'counts'`),
});

const syncFailed = defineEvent({
  type: 'directory.sync_failed',
  title: 'Directory sync failed',
  description:
    'An integration could not be read to its end. What was read until then is kept, and nothing is taken as removed.',
  data: SyncEvent.extend({ error: z.object({ code: z.string(), message: z.string() }) }),
  sample: { ...sampleSync, error: { code: 'E_AUTH', message: 'Google refused the credentials (401).' } },
  page: integrationPage,
  facts: ofSync('sync_failed', `, 'error', changed.detail -> 'error'`),
});

/** What is told of directories that are synced. */
export const directoryEventKinds: readonly EventKind[] = [
  ...[accountCreated, accountChanged, accountDisabled, groupJoined, groupLeft],
  ...[syncCompleted, syncFailed],
];
