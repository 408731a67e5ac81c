import type { FlowDetail } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { deliver, endOf, publishFlow, wires } from '../../server/test/harness/flows.js';
import { approvalOf, type Stack } from '../../server/test/harness/stack.js';
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
    const approval = await approvalOf(stack.admin, runId);
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

  test('a budget of the workspace is set, with what is used of it', async () => {
    const { page } = browser;
    await page.goto(on.address('/settings?tab=safety'));
    const together = page.getByRole('group', { name: /^All flows together/ });
    await together.getByLabel('In an hour').fill('20');
    await page.getByRole('form', { name: 'Budgets of the workspace' }).getByRole('button', { name: 'Save' }).click();
    await eventually(text).toContain('All flows together: 1 of 20 this hour');
  });

  test('a flow gets a budget of its own in its settings, and a run past it waits with the list', async () => {
    const { page } = browser;
    const users = ['a', 'b', 'c'];
    const flow = await publishFlow(stack.admin, {
      name: 'Clean-up',
      connections: on.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        each: {
          ...{ kind: 'loop', items: { jsonata: 'trigger.body.users' }, key: { jsonata: 'item' } },
          steps: {
            remove: {
              ...removal('x'),
              input: { method: 'DELETE', url: { jsonata: `"${stack.vendorUrl}/gone/" & item` } },
            },
          },
          wires: wires('each:each -> remove'),
        },
      },
      wires: wires('hook -> each'),
    });
    await page.goto(on.address(`/flows/${flow.id}`));
    await page.getByTitle('Name and settings').click();
    const panel = page.getByRole('complementary', { name: 'Flow settings' });
    await panel.getByRole('button', { name: /^Budgets/ }).click();
    await panel.getByLabel('In one run').fill('1');
    await page.keyboard.press('Tab');
    await eventually(async () => {
      const { body } = await stack.admin.inWorkspace<FlowDetail>('GET', `/flows/${flow.id}`);
      return (body.draft.settings as { budgets?: object } | undefined)?.budgets;
    }).toEqual({ perRun: 1 });
    const { body: draft } = await stack.admin.inWorkspace<FlowDetail>('GET', `/flows/${flow.id}`);
    const published = await stack.admin.inWorkspace(
      ...(['POST', `/flows/${flow.id}/publish`, {}, { 'if-match': String(draft.revision) }] as const),
    );
    expect(published.status, JSON.stringify(published.body)).toBe(201);

    const { body } = await deliver(flow.hooks.hook ?? '', { users });
    const runId = String(body.runId);
    await approvalOf(stack.admin, runId);
    await page.goto(on.address(`/runs/${runId}`));
    await eventually(text).toContain('waits for approval: past its budget');
    const approval = await approvalOf(stack.admin, runId);
    await page.goto(on.address(`/approvals/${approval.id}`));
    await eventually(text).toContain('The budget of “Clean-up” is 1 in this run, and 1 is used.');
    await eventually(() => page.getByRole('table', { name: 'What changes' }).getByRole('row').count()).toBe(3);
    await press('Approve');
    expect((await endOf(stack.admin, runId)).status).toBe('succeeded');
    await page.goto(on.address(`/flows/${flow.id}`));
    await page.getByTitle('Name and settings').click();
    await eventually(() => panel.textContent()).toContain('Used: 3 this hour');
    expect(browser.complaints).toEqual([]);
  });

  test('an approval is bound in its form to what a step would do, shows that, and allows it', async () => {
    const { page } = browser;
    const flow = await publishFlow(stack.admin, {
      name: 'Leaver with a question',
      connections: on.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: { ask: { kind: 'approval', title: 'Remove them?', approvers: ['role:admin'] }, remove: removal('jane') },
      wires: wires('hook -> ask', 'ask:approved -> remove'),
    });
    await page.goto(on.address(`/flows/${flow.id}`));
    await page.getByText('Remove them?').first().click();
    await page.getByLabel('Allows only what these steps would do').click();
    await page.getByRole('option', { name: 'Remove the account' }).click();
    await eventually(async () => {
      const { body } = await stack.admin.inWorkspace<FlowDetail>('GET', `/flows/${flow.id}`);
      return (body.draft.steps as Record<string, { covers?: string[] }> | undefined)?.ask?.covers;
    }).toEqual(['remove']);
    const { body: draft } = await stack.admin.inWorkspace<FlowDetail>('GET', `/flows/${flow.id}`);
    const version = { 'if-match': String(draft.revision) };
    const published = await stack.admin.inWorkspace('POST', `/flows/${flow.id}/publish`, {}, version);
    expect(published.status, JSON.stringify(published.body)).toBe(201);

    const { body } = await deliver(flow.hooks.hook ?? '', {});
    const runId = String(body.runId);
    const { id } = await approvalOf(stack.admin, runId);
    await page.goto(on.address(`/approvals/${id}`));
    await eventually(text).toContain('Approving allows just these changes.');
    await eventually(() => page.getByRole('table', { name: 'What changes' }).textContent()).toContain('/users/jane');
    await press('Approve');
    expect((await endOf(stack.admin, runId)).status).toBe('succeeded');
    expect(browser.complaints).toEqual([]);
  });

  test('what was approved and is something else by then is refused: nothing is sent, and the run says so', async () => {
    const { page } = browser;
    stack.vendor.script('/leaver', () => ({ body: { user: 'jane' } }));
    const flow = await publishFlow(stack.admin, {
      name: 'Leaver who is read again',
      connections: on.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        ask: { kind: 'approval', title: 'Remove this one?', approvers: ['role:admin'], covers: ['remove'] },
        who: { kind: 'action', connection: 'vendor', operation: 'get', input: { url: `${stack.vendorUrl}/leaver` } },
        remove: {
          ...removal(''),
          input: { method: 'DELETE', url: { jsonata: `"${stack.vendorUrl}/moved/" & steps.who.output.body.user` } },
        },
      },
      wires: wires('hook -> ask', 'ask:approved -> who', 'who -> remove'),
    });
    const { body } = await deliver(flow.hooks.hook ?? '', {});
    const runId = String(body.runId);
    const { id } = await approvalOf(stack.admin, runId);
    await page.goto(on.address(`/approvals/${id}`));
    await eventually(text).toContain('Approving allows just these changes.');
    await eventually(() => page.getByRole('table', { name: 'What changes' }).textContent()).toContain('/moved/jane');
    stack.vendor.script('/leaver', () => ({ body: { user: 'tom' } }));
    await press('Approve');
    expect((await endOf(stack.admin, runId)).status).toBe('failed');
    await page.goto(on.address(`/runs/${runId}`));
    await eventually(text).toContain('is not among what was approved as it would be sent now; nothing was sent.');
    expect(stack.vendor.requests.filter(({ path }) => path.startsWith('/moved/'))).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});
