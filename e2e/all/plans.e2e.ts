import type { Plan } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { endOf, publishFlow, wires } from '../../server/test/harness/flows.js';
import type { Stack } from '../../server/test/harness/stack.js';
import { eventually, type TestBrowser } from '../browser.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story =
  program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'an access plan, in the browser';

const jane = 'jane.doe@example.com';

/** A person plans a change of role, reads the plan, applies it, and sees what became of it. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let stack: Stack;
  let browser: TestBrowser;
  let flowId: string;

  beforeAll(async () => {
    on = await startSignedIn(program!, { simulators: true });
    ({ stack, browser } = on);
    const body = { name: 'Opal', connector: 'opal', simulator: true };
    const opal = (await stack.admin.inWorkspace<{ id: string }>('POST', '/connections', body)).body.id;
    const call = (operation: string, input: unknown, title: string) => ({
      ...{ kind: 'action', connection: 'opal', operation, input, title },
    });
    const userId = { jsonata: 'steps.who.output.user.userId' };
    const userEmail = { jsonata: 'trigger.input.email' };
    const flow = await publishFlow(stack.admin, {
      name: 'Role change',
      connections: {
        opal: { connector: 'opal', title: 'Opal', id: opal },
        slack: { connector: 'slack', title: 'Slack', id: stack.connections.slack },
      },
      triggers: {
        start: {
          kind: 'manual',
          input: { type: 'object', properties: { email: { type: 'string', title: 'E-mail' } }, required: ['email'] },
        },
      },
      steps: {
        who: call('findUser', { email: userEmail }, 'Find the person'),
        access: call('userAccess', { userId }, 'See the access'),
        each: {
          kind: 'loop',
          title: 'Each direct grant',
          items: { jsonata: '[steps.access.output.resources[hasDirectAccess]]' },
          key: { jsonata: 'item.resourceId' },
          steps: {
            revoke: call(
              'revokeResource',
              {
                ...{ userId, userEmail, accessLevel: { jsonata: 'item.accessLevel' } },
                ...{ resourceId: { jsonata: 'item.resourceId' }, resourceName: { jsonata: 'item.resourceName' } },
              },
              'Revoke it',
            ),
          },
          wires: wires('each:each -> revoke'),
        },
        join: call(
          'grantGroup',
          {
            ...{ userId, userEmail, accessLevel: '', durationMinutes: 0 },
            ...{ groupId: 'ca57e11a-0003-4000-8000-000000000003', groupName: 'Data' },
          },
          'Grant the new group',
        ),
        tell: {
          ...{ kind: 'action', connection: 'slack', operation: 'postMessage', title: 'Tell the channel' },
          input: { channel: 'C0SECURITY', text: { handlebars: 'Moved {{trigger.input.email}}: {{run.url}}' } },
        },
      },
      wires: wires('start -> who', 'who -> access', 'access -> each', 'each -> join', 'join -> tell'),
    });
    flowId = flow.id;
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const main = () => browser.page.getByRole('main');
  const table = () => browser.page.getByRole('table', { name: 'Planned changes' });
  const press = (name: string) => browser.page.getByRole('button', { name, exact: true }).first().click();
  const plans = async (): Promise<Plan[]> =>
    (await stack.admin.inWorkspace<{ items: Plan[] }>('GET', `/flows/${flowId}/plans`)).body.items;

  test('is made in the form of the trigger, and says person by person what would change', async () => {
    const { page } = browser;
    await page.goto(on.address(`/flows/${flowId}/plans`));
    await eventually(() => main().textContent()).toContain('No plan was made of this flow yet.');
    await press('Plan');
    const dialog = page.getByRole('dialog', { name: 'Plan Role change' });
    await dialog.getByRole('textbox', { name: 'E-mail' }).fill(jane);
    await dialog.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByRole('heading', { name: 'Access plan of Role change' }).waitFor();
    await eventually(() => main().textContent()).toContain('1 grant');
    await eventually(() => main().textContent()).toContain('4 revokes');
    await eventually(() => table().textContent()).toContain(jane);
    expect(await table().textContent()).toContain('orders-db · fullaccess');
    expect(await table().textContent()).toContain('Known only when it is carried out: text');
    const [plan] = await plans();
    await eventually(() => main().textContent()).toContain(plan?.hash ?? 'a hash');
  });

  test('is narrowed to a kind of change, and to words', async () => {
    const { page } = browser;
    await page.getByRole('combobox', { name: 'Kind of change' }).click();
    await page.getByRole('option', { name: 'Grant (1)' }).click();
    await eventually(() => table().getByRole('row').count()).toBe(3);
    expect(page.url()).toContain('action=grant');
    await page.goto(page.url().split('?')[0] ?? '');
    await page.getByRole('searchbox', { name: 'Person, object or step' }).fill('orders-db');
    await eventually(() => table().getByRole('row').count()).toBe(3);
  });

  test('is drawn on the canvas: the steps carry what they would change', async () => {
    const { page } = browser;
    await page.getByRole('link', { name: 'Open the run on the canvas' }).click();
    await eventually(() => page.getByTitle('Planned: 1 grant').count()).toBe(1);
    await eventually(() => page.getByTitle('Planned: 4 revokes').count()).toBe(1);
    await page.getByRole('link', { name: 'Open the plan' }).click();
    await page.getByRole('heading', { name: 'Access plan of Role change' }).waitFor();
  });

  test('is taken away as a file', async () => {
    const { page } = browser;
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^plan-Role_change-.*\.csv$/);
  });

  test('is applied once it was confirmed; run and plan lead to each other and say what was matched', async () => {
    const { page } = browser;
    await press('Apply');
    await page.getByRole('dialog', { name: 'Apply the plan' }).getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/\/runs\//);
    const runId = page.url().split('/runs/')[1]?.split('?')[0] as string;
    expect((await endOf(stack.admin, runId, 60)).status).toBe('succeeded');
    const section = page.getByRole('region', { name: 'Access plan' });
    await eventually(() => section.textContent()).toContain('6 planned writes matched, 0 planned and not done.');
    await section.getByRole('link', { name: 'an access plan' }).click();
    await eventually(() => main().textContent()).toContain('A run keeps to this plan');
    expect(await page.getByRole('button', { name: 'Apply', exact: true }).count()).toBe(0);
    await eventually(() => table().textContent()).toContain('Matched');
  });

  test('that the state has moved from is refused, and what has moved is shown', async () => {
    const { page } = browser;
    const made = await stack.admin.inWorkspace<{ planId: string; runId: string }>('POST', `/flows/${flowId}/plan`, {
      input: { email: 'priya.raman@example.com' },
    });
    await endOf(stack.admin, made.body.runId);
    await page.goto(on.address(`/plans/${made.body.planId}`));
    await eventually(() => table().textContent()).toContain('AWS Staging');
    const { control } = stack.simulators!;
    const state = (await control.state('opal')) as { grants: { user_id: string }[] };
    await control.seed('opal', { ...state, grants: [] });
    await press('Apply');
    const dialog = page.getByRole('dialog', { name: 'Apply the plan' });
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await eventually(() => dialog.textContent()).toContain('has moved since the plan was made');
    await eventually(() => dialog.getByRole('table', { name: 'What has moved' }).textContent()).toContain(
      'granted: false',
    );
    expect((await plans()).find(({ id }) => id === made.body.planId)?.status).toBe('ready');
  });

  test('is made of the draft from the editor, beside its test run', async () => {
    const { page } = browser;
    await page.goto(on.address(`/flows/${flowId}?tab=test`));
    await page.getByRole('textbox', { name: 'E-mail' }).fill('tom.fischer@example.com');
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByRole('heading', { name: 'Access plan of Role change' }).waitFor();
    await eventually(() => main().textContent()).toContain('1 grant');
    expect(browser.complaints).toEqual([]);
  });
});
