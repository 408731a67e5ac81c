import { expect, test } from 'vitest';
import { missingFrom } from './found-runs.js';

const whole = { status: 'succeeded', steps: ['answer', 'double'] };
const stepsOf = () => ['double', 'answer'];

test('nothing is missing when each request has one run with all its steps', () => {
  const runs = [
    { id: 'a', ...whole },
    { id: 'b', ...whole },
  ];
  expect(missingFrom(runs, ['a', 'b'], stepsOf)).toEqual([]);
});

test.each([
  ['no run', [], 'a has no run'],
  ['two runs', [whole, whole], 'a has 2 runs'],
  [
    'a run that has not ended',
    [{ ...whole, status: 'running' }],
    'the run of a is running with the steps answer double',
  ],
  ['a run without a step', [{ ...whole, steps: ['double'] }], 'the run of a is succeeded with the steps double'],
  [
    'a step too many',
    [{ ...whole, steps: ['x', ...whole.steps] }],
    'the run of a is succeeded with the steps answer double x',
  ],
])('%s is told', (_, runs, sentence) => {
  expect(
    missingFrom(
      runs.map((run) => ({ id: 'a', ...run })),
      ['a'],
      stepsOf,
    ),
  ).toEqual([sentence]);
});

test('a run that nobody was answered for is told', () => {
  expect(missingFrom([{ id: 'a', ...whole }], [], stepsOf)).toEqual(['a has a run and was not answered']);
});
