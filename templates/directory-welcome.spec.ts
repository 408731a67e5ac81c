import { readFileSync } from 'node:fs';
import { flowSchema, stepPlaces } from '@castellan/flow';
import jsonata from 'jsonata';
import { expect, it } from 'vitest';

const { flow: drawn } = JSON.parse(readFileSync(new URL('./directory-welcome.json', import.meta.url), 'utf8'));
const flow = flowSchema.parse(drawn);
const { output } = stepPlaces(flow).find(({ id }) => id === 'person')!.step as { output: { jsonata: string } };
const { filter } = flow.triggers.joined as unknown as { filter: { jsonata: string } };

const evaluate = async (source: string, body: object) => jsonata(source).evaluate({ trigger: { body } });

it('is the same person, whichever of the two events comes', async () => {
  const account = {
    email: ' Mia@Example.com',
    displayName: 'Mia Keller',
    jobTitle: 'Executive',
    department: null,
    location: 'Boston',
  };
  expect(await evaluate(output.jsonata, { account })).toEqual({
    ...{ email: 'mia@example.com', name: 'Mia Keller', work: 'Executive, Boston' },
  });
  const user = { real_name: 'Mia Keller', profile: { email: 'Mia@example.com' } };
  expect(await evaluate(output.jsonata, { user })).toEqual({ email: 'mia@example.com', name: 'Mia Keller', work: '' });
});

it('is called by the address where no name is known', async () => {
  expect(await evaluate(output.jsonata, { account: { email: 'mia@example.com' } })).toMatchObject({
    name: 'mia@example.com',
  });
  const user = { profile: { email: 'mia@example.com' } };
  expect(await evaluate(output.jsonata, { user })).toMatchObject({ name: 'mia@example.com' });
});

it('is no bot, and has an address', async () => {
  const profile = { email: 'mia@example.com' };
  expect(await evaluate(filter.jsonata, { user: { profile } })).toBe(true);
  expect(await evaluate(filter.jsonata, { user: { profile, is_bot: true } })).toBe(false);
  expect(await evaluate(filter.jsonata, { user: { profile: {} } })).toBe(false);
});
