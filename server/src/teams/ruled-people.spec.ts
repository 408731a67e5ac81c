import { describe, expect, it } from 'vitest';
import { personSeen, type Ruled, ruledPeople } from './ruled-people.js';

const account = (seq: number, email: string) => ({
  ...{ seq, email, displayName: email, department: null, record: { status: 'ACTIVE' }, payload: {} },
});

describe('People whom a rule is asked about', () => {
  it('have every field, empty where the directory tells nothing', () => {
    expect(personSeen({ department: 'Sales' })).toMatchObject({ department: 'Sales', location: '', status: 'ACTIVE' });
  });

  it('are read in parts to the end, and whoever the rule fails on, or gives no answer for, is named with the reason', async () => {
    const all = Array.from({ length: 1_001 }, (_, index) => account(index + 1, `p${index + 1}@example.com`));
    const asked: number[] = [];
    const sql = {
      query: async (_: string, values?: unknown[]) => {
        const behind = Number(values?.[1]);
        return all.filter(({ seq }) => seq > behind).slice(0, 500) as never[];
      },
    };
    const expressions = {
      evaluate: async (requests: { context: { record: { person: { email: string } } } }[]) => {
        asked.push(requests.length);
        return requests.map(({ context }) => {
          const { email } = context.record.person;
          if (email === 'p7@example.com') {
            return { ok: false as const, error: { code: 'E_EXPR' as const, message: 'no such key' }, milliseconds: 1 };
          }
          const value = email === 'p8@example.com' ? 'Sales' : email === 'p1001@example.com';
          return { ok: true as const, value, milliseconds: 1 };
        });
      },
    };
    const found: Ruled[] = [];
    const host = { sql, expressions } as unknown as Parameters<typeof ruledPeople>[0];
    for await (const part of ruledPeople(host, { workspaceId: 'w', integrationId: 'i', rule: 'true' }))
      found.push(...part);
    expect(asked).toEqual([500, 500, 1]);
    expect(found.filter(({ verdict }) => verdict === 'in').map(({ email }) => email)).toEqual(['p1001@example.com']);
    expect(found.filter(({ verdict }) => verdict === 'fails')).toMatchObject([
      { email: 'p7@example.com', error: 'no such key' },
      { email: 'p8@example.com', error: 'It gives something else than true or false.' },
    ]);
  });
});
