import type { ConnectionRow } from '@castellan/api';
import { describe, expect, it } from 'vitest';
import { needOf, needs, untestedReason } from './connection-needs.js';

const now = Date.parse('2026-03-10T12:00:00Z');
const inDays = (days: number) => new Date(now + days * 86_400_000).toISOString();

const connection = {
  ...{ id: 'c', name: 'Jira', connector: 'jira', simulator: false, auth: 'apiToken', settings: {}, secrets: [] },
  ...{ status: 'working', statusMessage: null, testedAt: null, usedBy: [], hosts: [], tokenHost: null, hookUrl: null },
  ...{ secretExpiresOn: null, consent: null, token: null, limits: { atOnce: null, perSecond: null } },
  ...{ createdAt: inDays(-1), updatedAt: inDays(-1) },
} satisfies ConnectionRow;

const token = { obtainedAt: inDays(0), expiresAt: inDays(0.04), renewed: true, renewedUntil: null };
const agreed = { consent: { given: true, by: 'Ann' }, token };

describe('a connection', () => {
  it('that works and does not end soon needs nobody', () => {
    expect(needOf(connection, now)).toBeNull();
    expect(needOf({ ...connection, secretExpiresOn: '2026-06-01' }, now)).toBeNull();
    expect(needOf({ ...connection, ...agreed }, now)).toBeNull();
  });

  it('that nothing can be called to test says why, and needs nobody', () => {
    const untested = { ...connection, status: 'untested' as const, statusMessage: 'It only receives.' };
    expect([untestedReason(untested), untestedReason(connection)]).toEqual(['It only receives.', null]);
    expect(needOf(untested, now)).toBeNull();
  });

  it('that fails says what the other system said', () => {
    const failing = { ...connection, status: 'failing' as const, statusMessage: 'Token revoked.' };
    expect(needOf(failing, now)).toEqual({ kind: 'failing', text: 'Token revoked.', at: null });
    expect(needOf({ ...failing, simulator: true }, now)).toBeNull();
  });

  it('is told about a fortnight before a secret ends, and works to the end of its last day', () => {
    const told = (secretExpiresOn: string) => needOf({ ...connection, secretExpiresOn }, now)?.kind;
    expect(['2026-03-24', '2026-03-23', '2026-03-10', '2026-03-09'].map(told)).toEqual([
      undefined,
      'ending',
      'ending',
      'ended',
    ]);
  });

  it('that a person has to agree to says so before, and when the consent ends', () => {
    const open = { ...connection, consent: { given: false, by: null } };
    expect(needOf(open, now)?.kind).toBe('unconnected');
    const until = { ...connection, ...agreed, token: { ...token, renewedUntil: inDays(3) } };
    expect(needOf(until, now)).toMatchObject({ kind: 'ending', at: inDays(3) });
    const once = { ...connection, ...agreed, token: { ...token, renewed: false } };
    expect(needOf(once, now)?.kind).toBe('ending');
  });
});

it('those that fail come first', () => {
  const rows = [
    { ...connection, id: 'ends', secretExpiresOn: '2026-03-11' },
    { ...connection, id: 'fine' },
    { ...connection, id: 'fails', status: 'failing' as const },
  ];
  expect(needs(rows, now).map(({ connection: { id } }) => id)).toEqual(['fails', 'ends']);
});
