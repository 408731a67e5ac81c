import type { CompiledTrigger } from '@castellan/flow';
import { expect, test } from 'vitest';
import { ApiError } from '../platform/errors.js';
import { formInput } from './form-input.js';

const form = (input: object) => ({ id: 'by_hand', title: 'By hand', kind: 'manual', input }) as CompiledTrigger;
const who = {
  type: 'object',
  properties: { who: { type: 'string', format: 'email' }, days: { type: 'integer', default: 3 } },
  required: ['who'],
};

test('what fits is taken, with defaults where nothing was given', () => {
  expect(formInput(form(who), { who: 'jane@example.com' })).toEqual({ who: 'jane@example.com', days: 3 });
  expect(formInput(form(who), { who: 'jane@example.com', days: 5, more: 1 })).toEqual({
    who: 'jane@example.com',
    days: 5,
    more: 1,
  });
});

test('what does not fit is refused with every place', () => {
  const refusal = (given: unknown) => {
    try {
      formInput(form(who), given);
    } catch (error) {
      return (error as ApiError).details as { problems: { pointer: string; message: string }[] };
    }
  };
  expect(refusal({ who: 'jane', days: 'x' })?.problems.map(({ pointer }) => pointer)).toEqual([
    '/input/who',
    '/input/days',
  ]);
  expect(refusal(undefined)?.problems).toEqual([{ pointer: '/input/who', message: 'is missing' }]);
  expect(refusal('text')?.problems).toMatchObject([{ pointer: '/input' }]);
});

test('a form without fields takes anything, as do triggers that have none', () => {
  expect(formInput(form({}), undefined)).toBeNull();
  expect(formInput(form({}), { a: 1 })).toEqual({ a: 1 });
  expect(formInput({ id: 'hook', title: 'Hook', kind: 'webhook', methods: ['POST'], respond: 'now' }, 'x')).toBe('x');
});
