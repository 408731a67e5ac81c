import type { Integration, RecordCounts, SyncRun } from '@castellan/api';
import { describe, expect, it } from 'vitest';
import { holding, outcomeOf, phaseOf, reading, reasonOf, rhythm, rhythms } from './sync-words.js';

const none: RecordCounts = { read: 0, created: 0, changed: 0, unchanged: 0, removed: 0, filtered: 0, failed: 0 };
const sync = (change: Partial<SyncRun>): SyncRun => ({
  ...{ id: 's', integrationId: 'i', reason: 'schedule', askedBy: null, status: 'completed', phase: null },
  counts: { accounts: none, groups: none, memberships: none },
  ...{ failures: [], error: null, asks: null, decision: null },
  ...{ createdAt: '2026-01-01T00:00:00Z', startedAt: null, endedAt: null },
  ...change,
});

describe('A sync in words', () => {
  it('tells what it did over all kinds of records, and says so when nothing changed', () => {
    const counts = {
      accounts: { ...none, created: 3, failed: 1 },
      groups: { ...none, created: 1, changed: 2 },
      memberships: { ...none, removed: 4 },
    };
    expect(outcomeOf(sync({ counts }))).toBe('4 new, 2 changed, 4 removed, 1 not taken');
    expect(outcomeOf(sync({}))).toBe('Nothing changed');
  });

  it('tells where it has come to', () => {
    const counts = { accounts: { ...none, read: 1200 }, groups: none, memberships: none };
    expect(phaseOf(sync({ status: 'waiting' }))).toBe('About to start');
    expect(phaseOf(sync({ phase: 'accounts', counts }))).toBe('Reading accounts, 1,200 so far');
    expect(phaseOf(sync({ phase: 'ending', counts }))).toBe('Comparing with what was here before');
  });

  it('tells what is missing while it waits for a decision', () => {
    const asks: SyncRun['asks'] = [
      { kind: 'accounts', gone: 42, of: 1050, examples: [] },
      { kind: 'groups', gone: 11, of: 12, examples: [] },
    ];
    expect(outcomeOf(sync({ status: 'asks', asks }))).toBe(
      '42 of 1,050 accounts and 11 of 12 groups are missing: a person decides',
    );
  });

  it('tells why it was made', () => {
    expect(reasonOf(sync({ reason: 'first' }))).toBe('First sync');
    expect(reasonOf(sync({ reason: 'schedule' }))).toBe('Schedule');
    expect(reasonOf(sync({ reason: 'person', askedBy: 'ada@example.com' }))).toBe('Asked for by ada@example.com');
  });
});

describe('The rhythm of an integration', () => {
  it('is told in hours or days', () => {
    expect([1, 6, 24, 72, 168].map(rhythm)).toEqual([
      ...['Every hour', 'Every 6 hours', 'Every day', 'Every 3 days', 'Every week'],
    ]);
  });

  it('is among those that are offered, also where the API set another', () => {
    expect(rhythms(24).map(({ value }) => value)).not.toContain('5');
    expect(rhythms(5).map(({ value }) => value)).toEqual(['1', '3', '5', '6', '12', '24', '72', '168', '720']);
  });
});

describe('An integration', () => {
  const of = (change: Partial<Integration>) =>
    holding({ present: { accounts: 12, groups: 0, memberships: 0 }, hasGroups: true, ...change } as Integration);

  it('holds accounts, and groups where they are read or were', () => {
    expect(of({})).toBe('12 accounts, 0 groups');
    expect(of({ hasGroups: false })).toBe('12 accounts');
    expect(of({ disableGroupSync: true })).toBe('12 accounts');
    expect(of({ disableGroupSync: true, present: { accounts: 1, groups: 2, memberships: 0 } })).toBe(
      '1 account, 2 groups',
    );
  });

  it('reads accounts with the attributes that the system tells', () => {
    const integration = { hasGroups: true, disableGroupSync: false } as Integration;
    const attributes = ['accountType', 'department', 'displayName', 'familyName', 'jobTitle', 'managerExternalId'];
    expect(reading({ ...integration, attributes })).toBe(
      'Accounts with department, job title, manager, name; groups, and who is in them',
    );
    expect(reading({ ...integration, attributes: [], disableGroupSync: true })).toBe('Accounts');
  });
});
