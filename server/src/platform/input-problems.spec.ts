import { expect, test } from 'vitest';
import { z } from 'zod';
import { invalidInput, problemsIn } from './input-problems.js';

const schema = z.object({ 'a/b': z.array(z.object({ 'c~d': z.number() })), name: z.string('Give a name.') });

test('what a schema finds wrong is told by JSON pointers, all of it, and the first in the message', () => {
  const { error } = schema.safeParse({ 'a/b': [{ 'c~d': 1 }, { 'c~d': 'two' }] });
  const problems = problemsIn(error as z.ZodError, '/fields');
  expect(problems.map(({ pointer }) => pointer)).toEqual(['/fields/a~1b/1/c~0d', '/fields/name']);
  const refusal = invalidInput(problems.toReversed());
  expect(refusal.code).toBe('invalid_input');
  expect(refusal.message).toBe('/fields/name: Give a name.');
  expect(refusal.details).toEqual({ problems: problems.toReversed() });
});
