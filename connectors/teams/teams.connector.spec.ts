import { callOperation } from '@castellan/sdk';
import { type Simulation, simulate, testConnector } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { teams } from './teams.connector.js';
import { teamsSimulator } from './teams.simulator.js';

testConnector(teams, teamsSimulator, new URL('./fixtures/exchanges.json', import.meta.url));

describe('A message to Teams', () => {
  let channel: Simulation;
  beforeAll(async () => {
    channel = await simulate(teams, teamsSimulator);
  });
  beforeEach(() => channel.reset());
  afterAll(() => channel.close());

  const post = (input: object) => callOperation(teams, 'postMessage', input, channel.host());

  it('goes to the address of the workflow with its signature, and to no other', async () => {
    await post({ text: 'Hello' });
    const [request] = await channel.requests();
    const { pathname, searchParams } = new URL(String(channel.fields.url));
    expect(request).toMatchObject({ path: pathname, query: Object.fromEntries(searchParams) });
  });

  it('shows texts as they are: nothing in them is a link, and none is lost', async () => {
    const text = 'Seen at [her desk](https://evil.example) **now**\n\n<at>everyone</at>';
    await post({ title: 'Who', text, facts: [{ name: 'Where', value: '[x](https://evil.example)' }] });
    const { messages } = (await channel.state()) as unknown as { messages: [{ card: object }] };
    const card = JSON.stringify(messages[0].card);
    // Only a TextBlock reads Markdown.
    expect(card).not.toContain('"TextBlock"');
    const shown = (await channel.view()) as unknown as { channels: [{ messages: [{ text: string }] }] };
    expect(shown.channels[0].messages[0].text).toBe(
      'Who\nSeen at [her desk](https://evil.example) **now**\n \n<at>everyone</at>\nWhere: [x](https://evil.example)',
    );
  });

  it('that is too long is refused before it is sent, with its size', async () => {
    const long = post({ text: 'x'.repeat(30_000) });
    await expect(long).rejects.toMatchObject({ code: 'E_INPUT', message: expect.stringMatching(/bytes.*28672/) });
    expect(await channel.requests()).toEqual([]);
  });

  it('of another type than an Adaptive Card is refused, since Teams would drop it without a word', async () => {
    const other = callOperation(teams, 'postCard', { card: { type: 'MessageCard' } }, channel.host());
    await expect(other).rejects.toMatchObject({ code: 'E_INPUT', details: { problems: [{ pointer: '/card/type' }] } });
  });

  it('is told in the workflow’s own words when it is switched off', async () => {
    const error = { code: 'WorkflowDisabled', message: 'The workflow is disabled.' };
    await channel.faults([{ status: 404, body: { error } }]);
    await expect(post({ text: 'Hello' })).rejects.toMatchObject({ name: 'FatalError', vendorMessage: error.message });
  });
});
