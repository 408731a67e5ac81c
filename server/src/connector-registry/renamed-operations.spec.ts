import type { Program } from '@castellan/flow';
import { expect, test } from 'vitest';
import { presentName, withPresentNames } from './renamed-operations.js';

/** A release in which `findUser` of a directory has come to be called `findPerson`. */
const find = (connector: string) =>
  connector === 'directory'
    ? ({ entry: { operations: [{ id: 'findPerson', formerly: ['findUser'] }, { id: 'remove' }] } } as never)
    : undefined;
const action = (operation: string, over: object = {}) => ({
  ...{ kind: 'action', id: 'a', title: 'A', level: [], reads: [], connection: 'c', input: {} },
  ...{ connector: 'directory', operation, effect: 'read', idempotency: 'natural', ...over },
});

test('the ledger names an operation by its present id, and leaves what it does not know', () => {
  expect(presentName('directory.findUser', find)).toBe('directory.findPerson');
  expect(presentName('directory.findPerson', find)).toBe('directory.findPerson');
  expect(presentName('directory.gone', find)).toBe('directory.gone');
  expect(presentName('elsewhere.findUser', find)).toBe('elsewhere.findUser');
});

test('a version that was published before a rename calls the operation by its present id, after its end too', () => {
  const program = {
    ...{ triggers: {}, variables: {}, slots: {}, settings: {} },
    steps: {
      a: action('findUser'),
      pinned: action('findUser', { pin: 'directory@1' }),
      gone: action('gone'),
      made: { kind: 'shape', id: 'made', title: 'Made', level: [], reads: [], output: 'findUser' },
    },
    after: { 'undo:a': { ...action('findUser'), undoes: 'a', auto: false } },
    madeWith: { release: '1.0.0', operations: { 'directory.findUser': 'hash' } },
  } as unknown as Program;
  const present = withPresentNames(program, find);
  expect(present.steps).toEqual({ ...program.steps, a: { ...program.steps.a, operation: 'findPerson' } });
  expect(present.after?.['undo:a']).toMatchObject({ operation: 'findPerson', undoes: 'a' });
  expect(present.madeWith).toEqual({ release: '1.0.0', operations: { 'directory.findPerson': 'hash' } });
});
