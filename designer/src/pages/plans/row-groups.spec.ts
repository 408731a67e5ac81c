import type { PlanRow } from '@castellan/api';
import { expect, test } from 'vitest';
import { changeWords, groupsOf, stateWords } from './row-groups.js';

const row = (email: string | null, system: string, n: number, connection = 'c1') =>
  ({
    n,
    subject: email === null ? null : { type: 'user', id: 'u', email },
    system,
    connection: { id: connection, name: system, simulator: false },
  }) as unknown as PlanRow;

test('rows of one person in one system stand together, and those about nobody by themselves', () => {
  const groups = groupsOf([
    row('a@x.org', 'Opal', 1),
    row('a@x.org', 'Opal', 2),
    row('a@x.org', 'Jira', 3),
    row('b@x.org', 'Jira', 4),
    row(null, 'Slack', 5),
  ]);
  expect(groups.map(({ person, system, rows }) => [person, system, rows.length])).toEqual([
    ['a@x.org', 'Opal', 2],
    ['a@x.org', 'Jira', 1],
    ['b@x.org', 'Jira', 1],
    [null, 'Slack', 1],
  ]);
});

test('two connections to one system are told apart', () => {
  expect(groupsOf([row('a@x.org', 'Opal', 1), row('a@x.org', 'Opal', 2, 'c2')])).toHaveLength(2);
});

test('a state in words leaves out what is empty', () => {
  expect(stateWords({ granted: true, expirationDate: null, level: { id: 'x' } })).toBe(
    'granted: true · level: {"id":"x"}',
  );
  expect(stateWords(null)).toBe('');
});

test('a change in words says what it is of and whose, by title and e-mail address where there are such', () => {
  const object = { id: 'r1', title: 'Production' };
  expect(changeWords({ object, subject: { id: 'u1', email: 'a@x.org' } })).toBe('Production · a@x.org');
  expect(changeWords({ object: { id: 'r1' }, subject: { id: 'u1' } })).toBe('r1 · u1');
  expect(changeWords({ object })).toBe('Production');
});
