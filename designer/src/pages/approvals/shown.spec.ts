import { describe, expect, it } from 'vitest';
import { readShown } from './shown.js';

describe('what an approval shows', () => {
  it('tells changes apart from other tables and names people and things by their titles', () => {
    const { changes, tables } = readShown({
      plan: [
        {
          action: 'revoke',
          subject: { type: 'user', id: 'u1', email: 'jane@example.org' },
          object: { id: 'g1', title: 'Admins' },
        },
        { action: 'notify', object: '#security' },
      ],
      inherited: [{ group: 'Engineering', via: 'Everyone' }, { group: 'Sales' }],
    });
    expect(changes).toEqual([
      { action: 'revoke', subject: 'jane@example.org', object: 'Admins' },
      { action: 'notify', subject: '–', object: '#security' },
    ]);
    expect(tables).toEqual([
      {
        title: 'Inherited',
        columns: ['group', 'via'],
        rows: [{ group: 'Engineering', via: 'Everyone' }, { group: 'Sales' }],
      },
    ]);
  });

  it('tells as changes of a bound approval what it allows, and below it what the flow said of them in its own words', () => {
    const changes = [{ action: 'revoke', subject: 'jane@example.org', object: 'Okta (Administrator)' }];
    const allows = [{ action: 'revoke', subject: { email: 'jane@example.org' }, object: { title: 'Okta' } }];
    const told = { action: 'revoke', subject: 'jane@example.org' };
    const inItsWords = {
      ...{ title: 'Changes, as the flow tells them', columns: ['action', 'subject', 'object'], rows: changes },
    };
    expect(readShown({ changes, allows })).toMatchObject({
      changes: [{ ...told, object: 'Okta' }],
      tables: [inItsWords],
    });
    expect(readShown({ changes, allows: [] })).toMatchObject({ changes: [], tables: [inItsWords] });
    expect(readShown({ changes })).toMatchObject({
      changes: [{ ...told, object: 'Okta (Administrator)' }],
      tables: [],
    });
  });

  it('puts reasons into sentences and all else into facts', () => {
    const shown = readShown({ reason: 'Impossible travel', alertCount: 3, empty: null, people: ['a', 'b'] });
    expect(shown.why).toEqual(['Impossible travel']);
    expect(shown.facts).toEqual([
      { label: 'Alert count', value: 3 },
      { label: 'People', value: ['a', 'b'] },
    ]);
  });

  it.each([
    ['a list of changes alone', [{ action: 'grant', subject: 'jane', object: 'Admins' }], 'changes'],
    ['a text alone', 'Please', 'why'],
    ['a number alone', 7, 'facts'],
  ] as const)('takes %s', (_what, show, where) => {
    expect(readShown(show)[where]).toHaveLength(1);
  });

  it('shows nothing for nothing', () => {
    expect(readShown(null)).toEqual({ why: [], changes: [], tables: [], facts: [] });
  });
});
