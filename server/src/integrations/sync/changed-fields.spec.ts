import { expect, test } from 'vitest';
import { changedFields, isDisabled } from './changed-fields.js';

test('fields that differ are told with what they were, one that is new or gone too, and sign-ins never', () => {
  const before = {
    department: 'Sales',
    emailAliases: ['a@b.c'],
    lastLoginAt: '2026-03-01T09:00:00Z',
    location: 'Berlin',
  };
  const after = {
    department: 'Legal',
    emailAliases: ['a@b.c'],
    lastLoginAt: '2026-03-02T09:00:00Z',
    jobTitle: 'Clerk',
  };
  expect(changedFields(before, after)).toEqual([
    { field: 'department', before: 'Sales', after: 'Legal' },
    { field: 'location', before: 'Berlin', after: null },
    { field: 'jobTitle', before: null, after: 'Clerk' },
  ]);
  expect(changedFields(before, { ...before, lastLoginAt: '2026-03-03T09:00:00Z' })).toEqual([]);
});

test('an account is disabled when it worked before, which one without a status does', () => {
  expect(isDisabled({}, { status: 'SUSPENDED' })).toBe(true);
  expect(isDisabled({ status: 'ACTIVE' }, { status: 'DELETED' })).toBe(true);
  expect(isDisabled({ status: 'SUSPENDED' }, { status: 'DELETED' })).toBe(false);
  expect(isDisabled({ status: 'SUSPENDED' }, {})).toBe(false);
});
