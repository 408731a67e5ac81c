import { expect, it } from 'vitest';
import { evaluate, filterOf, flowOf, outputOf } from './template-flow.js';

const flow = flowOf('directory-welcome');
const person = (body: object) => outputOf(flow, 'person', { trigger: { body } });
const starts = (body: object) => evaluate(filterOf(flow, 'joined'), { trigger: { body } });

it('is the same person, whichever of the two events comes', async () => {
  const account = {
    email: ' Mia@Example.com',
    displayName: 'Mia Keller',
    jobTitle: 'Executive',
    department: null,
    location: 'Boston',
  };
  expect(await person({ account })).toEqual({
    ...{ email: 'mia@example.com', name: 'Mia Keller', work: 'Executive, Boston' },
  });
  const user = { real_name: 'Mia Keller', profile: { email: 'Mia@example.com' } };
  expect(await person({ user })).toEqual({ email: 'mia@example.com', name: 'Mia Keller', work: '' });
});

it('is called by the address where no name is known', async () => {
  expect(await person({ account: { email: 'mia@example.com' } })).toMatchObject({
    name: 'mia@example.com',
  });
  const user = { profile: { email: 'mia@example.com' } };
  expect(await person({ user })).toMatchObject({ name: 'mia@example.com' });
});

it('is no bot, and has an address', async () => {
  const profile = { email: 'mia@example.com' };
  expect(await starts({ user: { profile } })).toBe(true);
  expect(await starts({ user: { profile, is_bot: true } })).toBe(false);
  expect(await starts({ user: { profile: {} } })).toBe(false);
});
