import type { ShadowRun } from '@castellan/api';
import { expect, test } from 'vitest';
import { summarySentence } from './sentences.js';

const run = (verdict: ShadowRun['verdict'], ...sentences: string[]) =>
  ({ verdict, differences: sentences.map((sentence) => ({ sentence })) }) as ShadowRun;

test('what came of all runs is one sentence', () => {
  const revokes = run('different', 'would also call Revoke access');
  expect(summarySentence([])).toBe('There is no ended run to try it on.');
  expect(summarySentence([run('same'), run('same')])).toBe('All 2 runs would do the same.');
  expect(summarySentence([revokes, run('same'), run('failed')])).toBe(
    '1 of 3 runs would do the same; 1 would also call Revoke access, 1 cannot be rehearsed.',
  );
});

test('a single run is spoken of as one', () => {
  expect(summarySentence([run('same')])).toBe('The one run would do the same.');
  expect(summarySentence([run('different', 'would also call Revoke access', 'would end otherwise')])).toBe(
    'The one run would also call Revoke access, would end otherwise.',
  );
  expect(summarySentence([run('failed')])).toBe('The one run cannot be rehearsed.');
});
