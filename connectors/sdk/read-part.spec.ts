import { expect, it } from 'vitest';
import { z } from 'zod';
import { readPart } from './read-part.js';

const person = z.object({ id: z.string() });

it('hands out the part that fits, without what the schema does not name', () => {
  expect(readPart(person, { id: 'U1', secret: 'x' }, 'The person')).toEqual({ id: 'U1' });
});

it('refuses what does not fit with E_RESPONSE and the place', () => {
  const read = () => readPart(person, { id: 7 }, 'Slack: the member');
  expect(read).toThrow(expect.objectContaining({ code: 'E_RESPONSE', retryable: false }));
  expect(read).toThrow(/Slack: the member is not in the answer.*id:/);
});
