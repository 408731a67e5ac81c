import { agentRoutes } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { ApiClient } from '../../server/test/api-client.js';
import { publishFlow, wires } from '../../server/test/harness/flows.js';
import { eventually } from '../browser.js';
import { editor } from '../pages/editor.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'agents, in the browser';

/** A flow is offered to agents, found by one, and taken back. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let secret: string;

  beforeAll(async () => {
    on = await startSignedIn(program!);
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => on.browser.keepPictures(task.name));
  });

  const text = () => on.browser.page.getByRole('main').textContent();

  async function ask(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const answer = await fetch(`${on.stack.api.url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    return ((await answer.json()) as { result: Record<string, unknown> }).result;
  }

  test('a manual trigger is offered as a tool, an agent with a token calls it, and the run is in the history', async () => {
    const { page } = on.browser;
    const draft = await publishFlow(on.stack.admin, {
      name: 'Who has what',
      triggers: {
        ask: {
          kind: 'manual',
          title: 'Asked',
          input: { type: 'object', properties: { email: { type: 'string' } }, required: ['email'] },
        },
        call: { kind: 'call' },
      },
      steps: {
        said: { kind: 'respond', body: { email: { jsonata: 'trigger.input.email' }, groups: ['Engineering'] } },
      },
      wires: wires('ask -> said', 'call -> said'),
    });
    await page.goto(on.address('/settings?tab=agents'));
    await eventually(text).toContain('No flow is offered to agents');

    await page.goto(on.address(`/flows/${draft.id}`));
    await editor(page).canvas.open('Asked');
    const trigger = page.getByRole('complementary', { name: 'Trigger settings' });
    await trigger.getByRole('button', { name: /^Agents/ }).click();
    await trigger.getByRole('switch', { name: 'Offer to agents as a tool' }).click({ force: true });
    await trigger.getByLabel('Name').last().fill('who_has_what');
    await trigger.getByLabel('Description').last().fill('The groups of a person, by e-mail.');
    await page.keyboard.press('Tab');
    await editor(page).save();
    await eventually(() => editor(page).saved()).toBe('Saved');
    await editor(page).publish('Offered to agents');

    await page.goto(on.address('/settings?tab=tokens'));
    await page.getByLabel('What the token is for').fill('Assistant');
    await page.getByLabel('Start flows').check();
    await page.getByLabel('See runs').check();
    await page.getByRole('button', { name: 'Make a token' }).click();
    secret = (await page.getByText(/^cst_[\w-]{43}$/).textContent()) ?? '';

    await page.goto(on.address('/settings?tab=agents'));
    await eventually(text).toContain('who_has_what');
    await eventually(text).toContain('Offered');
    await eventually(text).toContain('Reads');
    const { tools } = (await ask('tools/list')) as { tools: { name: string }[] };
    expect(tools.map(({ name }) => name)).toEqual(['who_has_what', 'read_run']);
    const said = await ask('tools/call', { name: 'who_has_what', arguments: { email: 'jane@castellan.test' } });
    expect(said).toMatchObject({ structuredContent: { answer: { groups: ['Engineering'] } } });

    const { run } = said.structuredContent as { run: { url: string } };
    await page.goto(run.url);
    await eventually(text).toContain('Who has what');
    await eventually(text).toContain('Succeeded');
    const admin = ApiClient.of(on.stack.api, on.stack.admin);
    expect((await admin.ok(agentRoutes.tools)).items).toMatchObject([{ name: 'who_has_what', enabled: true }]);
  });
});
