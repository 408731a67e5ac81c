import { expect, it } from 'vitest';
import { firstInput } from './remembered-input.js';

const schema = {
  type: 'object',
  properties: { who: { type: 'string' }, days: { type: 'integer', default: 3 }, level: { enum: ['low', 'high'] } },
};

it('begins a form with what was given last, else with the defaults of its fields', () => {
  expect(firstInput(schema, undefined)).toEqual({ days: 3 });
  expect(firstInput(schema, { who: 'jane', days: 5, gone: true })).toEqual({ who: 'jane', days: 5 });
  expect(firstInput({}, 'text')).toEqual({});
});
