import type { Program } from '@castellan/flow';
import { expect, test } from 'vitest';
import { readRunKeys } from './run-keys.js';

/** The order of a run that is started with this key. */
async function orderOf(key: unknown, order: object) {
  const settings = { order: { key: '/body/person', whenBusy: 'queue', ...order } };
  const program = { settings, variables: {} } as unknown as Program;
  const start = { workspaceId: 'w', program, triggerData: { body: { person: key } } };
  return (await readRunKeys({ evaluate: async () => [] }, start)).order;
}

test('in a lane all spellings of an address are one key; what is no address stays as it is', async () => {
  const lane = { name: 'person' };
  const spellings = ['jane.doe@example.com', ' Jane.Doe@EXAMPLE.com', 'Jane Doe <jane.doe+hr@example.com>'];
  for (const spelling of spellings) {
    expect(await orderOf(spelling, { lane })).toEqual({ key: 'jane.doe@example.com', whenBusy: 'queue', lane });
  }
  expect(await orderOf('E-0012', { lane })).toMatchObject({ key: 'E-0012' });
  expect(await orderOf('', { lane })).toBeNull();
});

test('without a lane a key is taken as it is written', async () => {
  expect(await orderOf('Jane@example.com', {})).toEqual({ key: 'Jane@example.com', whenBusy: 'queue' });
});
