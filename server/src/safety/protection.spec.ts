import { disables } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { destructiveChanges } from './destructive.js';
import { entriesFor, type ProtectedEntry, protectedBy } from './protection.js';

const ada: ProtectedEntry = {
  ...{ id: 'ada', name: 'Ada', addresses: ['ada@example.com', 'ciso@example.com'], patterns: [], reason: 'CISO' },
  ...{ ids: [{ connector: 'opal', id: 'U-ADA' }], breakGlass: false },
};
const accounts: ProtectedEntry = {
  ...{ id: 'svc', name: 'Service accounts', addresses: [], patterns: ['svc-*@example.com'], ids: [] },
  ...{ reason: 'Jobs run as them', breakGlass: true },
};
const entries = [ada, accounts];
const revokeOf = (id: string, email?: string) => [
  { action: 'revoke' as const, subject: { type: 'user', id, ...(email ? { email } : {}) } },
];
const caught = (connector: string, changes: Parameters<typeof protectedBy>[1]['changes'], input: unknown = {}) =>
  protectedBy(entries, { connector, changes, input }).map(({ id }) => id);

describe('a protected person', () => {
  it('is known by an address, an alias, and the id in that system', () => {
    expect(caught('okta', revokeOf('x', 'Ada+okta@example.com'))).toEqual(['ada']);
    expect(caught('okta', revokeOf('CISO@example.com'))).toEqual(['ada']);
    expect(caught('opal', revokeOf('u-ada'))).toEqual(['ada']);
    expect(caught('okta', revokeOf('u-ada'))).toEqual([]);
    expect(caught('okta', revokeOf('x', 'jane@example.com'))).toEqual([]);
  });

  it('is found in the whole input where no change names an address', () => {
    const changes = [{ action: 'delete' as const, object: { type: 'url', id: 'https://idp.example.com/users' } }];
    expect(caught('http', changes, { url: 'https://idp.example.com/users/ada%40example.com' })).toEqual(['ada']);
    expect(caught('opal', [{ action: 'delete' }], { path: ['users', 'U-ADA'] })).toEqual(['ada']);
    expect(
      caught('sql', [{ action: 'update' }], { sql: "delete from people where mail = 'svc-a@example.com'" }),
    ).toEqual(['svc']);
  });

  it('comes after the account that nobody lets through', () => {
    expect(caught('opal', [...revokeOf('ada@example.com'), ...revokeOf('svc-a@example.com')])).toEqual(['svc', 'ada']);
  });

  it('can be looked for by what people type', () => {
    expect(entriesFor(entries, 'u-ada').map(({ id }) => id)).toEqual(['ada']);
    expect(entriesFor(entries, 'SVC-x@example.com').map(({ id }) => id)).toEqual(['svc']);
  });
});

describe('what a write takes away', () => {
  it('is what it revokes and deletes, and the updates that disable somebody', () => {
    const update = [{ action: 'update' as const }];
    expect(destructiveChanges('write', [{ action: 'grant' }, { action: 'revoke' }], {})).toEqual([
      { action: 'revoke' },
    ]);
    expect(destructiveChanges('write', update, { title: 'Chief' })).toEqual([]);
    expect(destructiveChanges('write', update, { suspended: true })).toEqual(update);
    expect(destructiveChanges('destructive', update, {})).toEqual(update);
    expect(destructiveChanges('destructive', [{ action: 'notify' }], {})).toHaveLength(1);
    expect(destructiveChanges('read', [{ action: 'delete' }], {})).toEqual([]);
  });

  it.each([
    [{ active: false }],
    [{ operations: [{ op: 'replace', path: 'active', value: false }] }],
    [{ operations: [{ op: 'replace', value: { active: 'False' } }] }],
    [{ json: { account_enabled: false } }],
    [{ changes: { status: 'DEPROVISIONED' } }],
    [{ lifecycleState: 'terminated' }],
  ])('%j disables somebody', (input) => {
    expect(disables(input)).toBe(true);
  });

  it.each([[{ active: true }], [{ suspended: false }], [{ status: 'open' }], [{ note: 'inactive' }]])(
    '%j disables nobody',
    (input) => {
      expect(disables(input)).toBe(false);
    },
  );
});
