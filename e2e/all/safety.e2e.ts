import type { Approval } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { deliver, endOf, publishFlow, until, wires } from '../../server/test/harness/flows.js';
import type { Stack } from '../../server/test/harness/stack.js';
import { eventually, type TestBrowser } from '../browser.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'safety, in the browser';

/** An administrator says whom no flow changes, and decides what flows want all the same. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let stack: Stack;
  let browser: TestBrowser;

  beforeAll(async () => {
    on = await startSignedIn(program!);
    ({ stack, browser } = on);
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const main = () => browser.page.getByRole('main');
  const text = () => main().textContent();
  const press = (name: string) => browser.page.getByRole('button', { name, exact: true }).click();
  const removal = (user: string) => ({
    ...{ kind: 'action', title: 'Remove the account', connection: 'vendor', operation: 'request' },
    input: { method: 'DELETE', url: `${stack.vendorUrl}/users/${user}` },
  });
  const openQuestion = (runId: string) =>
    until('the question', async () => {
      const { body } = await stack.admin.inWorkspace<{ items: Approval[] }>('GET', '/approvals');
      return body.items.find((approval) => approval.runId === runId);
    });

  test('somebody is protected in Settings, and what catches an address is shown', async () => {
    const { page } = browser;
    await page.goto(on.address('/settings?tab=safety'));
    await press('Protect somebody');
    await page.getByRole('textbox', { name: 'Name' }).fill('Ada Okafor');
    await page.getByLabel('E-mail addresses').fill('ada.okafor@example.com');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Reason' }).fill('Chief of security');
    await press('Protect');
    await eventually(text).toContain('Asks an administrator');
    await page.getByLabel('Try an address or an id').fill('Ada.Okafor+x@Example.com');
    await eventually(text).toContain('Chief of security');
    await page.getByLabel('Try an address or an id').fill('jane.doe@example.com');
    await eventually(text).toContain('No entry catches this');
  });

  test('a run that would change them waits, says why, and goes on when it is let through', async () => {
    const { page } = browser;
    stack.vendor.script('/users/ada.okafor@example.com', () => ({ status: 204 }));
    const flow = await publishFlow(stack.admin, {
      name: 'Leaver',
      connections: on.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: { remove: removal('ada.okafor@example.com') },
      wires: wires('hook -> remove'),
    });
    const { body } = await deliver(flow.hooks.hook ?? '', {});
    const runId = String(body.runId);
    const approval = await openQuestion(runId);
    await page.goto(on.address(`/runs/${runId}`));
    await eventually(text).toContain('nothing is sent until any admin lets it through');
    await page.goto(on.address(`/approvals/${approval.id}`));
    await eventually(text).toContain('Ada Okafor (Chief of security)');
    await eventually(text).toContain('just this one is sent');
    expect(stack.vendor.requests.filter(({ path }) => path.startsWith('/users/'))).toEqual([]);
    await press('Approve');
    expect((await endOf(stack.admin, runId)).status).toBe('succeeded');
    expect(stack.vendor.requests.filter(({ path }) => path.startsWith('/users/'))).toHaveLength(1);
  });

  test('the entry is taken off again', async () => {
    const { page } = browser;
    await page.goto(on.address('/settings?tab=safety'));
    await page.getByRole('button', { name: 'Remove Ada Okafor' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await eventually(text).toContain('Nobody is protected yet.');
    expect(browser.complaints).toEqual([]);
  });
});
