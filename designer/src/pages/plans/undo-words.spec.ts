import type { UndoState, UndoWrite } from '@castellan/api';
import { expect, test } from 'vitest';
import { choiceOf, isChoice, isTakenBack, whatIsDone } from './undo-words.js';

const write = (key: string, state: UndoState | null, over: Partial<UndoWrite> = {}): UndoWrite => ({
  ...{ n: 1, key, runId: key, flowName: 'Mover', title: 'Revoke', system: 'Opal', operation: 'Revoke a resource' },
  ...{ changes: [], state, why: null, chosen: false, before: null, now: null, undoneAt: null },
  ...over,
});

test('people choose what can be taken back, and not what cannot', () => {
  const states: UndoState[] = ['open', 'restored', 'moved', 'unclear', 'left', 'no_way', 'unknown'];
  expect(states.filter((state) => isChoice(write('a', state)))).toEqual(['open', 'moved', 'unclear', 'left']);
  expect(isChoice(write('a', 'open', { undoneAt: '2026-01-01T00:00:00.000Z' }))).toBe(false);
});

test('what was changed since is set back only where that was chosen', () => {
  expect(isTakenBack(write('a', 'moved'))).toBe(false);
  expect(isTakenBack(write('a', 'moved', { chosen: true }))).toBe(true);
  expect(whatIsDone(write('a', 'moved', { chosen: true }))).toMatch(/set back all the same/);
});

test('another plan is asked for with what is chosen beside what is as the run left it, and what is left', () => {
  const writes = [
    write('a', 'open'),
    write('b', 'open'),
    write('c', 'moved'),
    write('d', 'left'),
    write('e', 'no_way'),
  ];
  expect(choiceOf(writes, new Set(['a', 'c']))).toEqual({ chosen: ['c'], leave: ['b', 'd'] });
  expect(choiceOf(writes, new Set(['a', 'b', 'd']))).toEqual({ chosen: ['d'], leave: [] });
});
