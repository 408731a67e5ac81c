import type { OpalApp } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { publishFlow, wires } from '../../server/test/harness/flows.js';
import type { Session } from '../../server/test/harness/index.js';
import { type OpalCaller, opalCaller } from '../../server/test/opal-caller.js';
import { eventually, type TestBrowser } from '../browser.js';
import { editor } from '../pages/editor.js';
import { wizard } from '../pages/wizard.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story =
  program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'a custom app of Opal, in the browser';
const secrets = { old: 'the-first-secret-of-opal', next: 'the-second-secret-of-opal' };
const group = 'ca57e11a-0003-4000-8000-000000000003';

/** A person makes Castellan answer for a system, watches Opal call it, and ends that. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let admin: Session;
  let browser: TestBrowser;
  let app: OpalApp;
  let opal: OpalCaller;

  beforeAll(async () => {
    on = await startSignedIn(program!, { simulators: true });
    ({ admin, browser } = on);
    const { body } = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'The system', connector: 'opal', simulator: true },
    });
    await publishFlow(admin, {
      name: 'Adds to a group',
      connections: { system: { connector: 'opal', title: 'The system', id: body.id } },
      triggers: { called: { kind: 'call' } },
      steps: {
        join: {
          ...{ kind: 'action', connection: 'system', operation: 'grantGroup' },
          input: {
            groupId: { jsonata: 'trigger.input.groupId' },
            userId: { jsonata: 'trigger.input.userId' },
            durationMinutes: 0,
          },
        },
      },
      wires: wires('called -> join'),
    });
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const main = () => browser.page.getByRole('main');
  const words = (name: string) => browser.page.getByRole('table', { name }).textContent();
  const choose = async (label: string, option: string) => {
    await browser.page.getByRole('combobox', { name: label, exact: true }).click();
    await browser.page.getByRole('option', { name: option, exact: true }).click();
  };
  const press = (name: string) => browser.page.getByRole('button', { name, exact: true }).click();

  test('is made with the secret that Opal generated, and tells the address to be entered there', async () => {
    const { page } = browser;
    await page.goto(on.address('/connections'));
    await page.getByRole('link', { name: 'New custom app' }).click();
    await page.getByLabel(/^Name/).fill('Payroll');
    await page.getByLabel(/^Identifier/).fill('payroll');
    await page.getByLabel(/^Signing secret/).fill(secrets.old);
    await press('Make custom app');
    await eventually(() => main().textContent()).toContain('Opal has not called yet.');
    const { body } = await admin.inWorkspace<{ items: OpalApp[] }>('GET', '/opal-apps');
    app = body.items[0] as OpalApp;
    await eventually(() => main().textContent()).toContain(app.url);
    expect(await page.content()).not.toContain(secrets.old);
    opal = await opalCaller(app.url, { secret: secrets.old, appId: 'payroll' });
  });

  test('is served by the lists of a system, which are found in its catalogue, and by a flow for what Opal changes', async () => {
    await choose('Who serves: Users', 'The system');
    await choose('List for: Users', 'List users');
    await choose('Who serves: Groups', 'The system');
    await choose('List for: Groups', 'List groups');
    await choose('Who serves: Members of a group', 'The system');
    await choose('List for: Members of a group', 'List a group’s users');
    await choose('Add a user to a group', 'Adds to a group');
    await press('Save who serves');
    await eventually(async () => (await opal.ask<{ users: unknown[] }>('/users')).body.users.length).toBeGreaterThan(5);
    await browser.page.reload();
    await press('Read it as Opal does');
    await browser.page.getByRole('row', { name: 'GET /users 200 12 items' }).waitFor();
  });

  test('shows what Opal asked, what it was told and the run that did it; forged calls, too', async () => {
    const [user] = (await opal.ask<{ users: { id: string }[] }>('/users')).body.users;
    const body = { user_id: user?.id };
    expect(await opal.ask(`/groups/${group}/users`, { method: 'POST', body })).toMatchObject({ status: 200 });
    const forger = await opalCaller(app.url, { secret: 'guessed-by-somebody', appId: 'payroll' });
    expect(await forger.ask('/users')).toMatchObject({ status: 401 });
    await eventually(() => words('Last calls')).toContain(`POST /groups/${group}/users`);
    await eventually(() => words('Last calls')).toContain('401');
    await browser.page.getByRole('table', { name: 'Last calls' }).getByRole('link', { name: 'Run' }).first().click();
    await eventually(() => main().textContent()).toContain('Adds to a group');
    await browser.page.goBack();
  });

  test('gets a new secret while the old one still counts, until a person says that only the new one does', async () => {
    const { page } = browser;
    const next = await opalCaller(app.url, { secret: secrets.next, appId: 'payroll' });
    const statuses = async () => [(await opal.ask('/status')).status, (await next.ask('/status')).status];
    await page.getByLabel('New signing secret').fill(secrets.next);
    await press('Accept this one, too');
    await page.getByRole('button', { name: 'Accept only the new one' }).waitFor();
    expect(await statuses()).toEqual([200, 200]);
    await press('Accept only the new one');
    await page.getByLabel('New signing secret').waitFor();
    expect(await statuses()).toEqual([401, 200]);
    opal = next;
  });

  test('is switched off after a question, and on again', async () => {
    const { page } = browser;
    await page.getByRole('switch', { name: 'Answers Opal' }).click();
    const asked = page.getByRole('dialog', { name: 'Switch Payroll off?' });
    await asked.getByRole('button', { name: 'Switch off' }).click();
    await asked.waitFor({ state: 'hidden' });
    expect(await opal.ask('/status')).toMatchObject({ status: 503 });
    await page.getByRole('switch', { name: 'Answers Opal' }).click();
    await eventually(async () => (await opal.ask('/status')).status).toBe(200);
  });

  test('is removed after a question, and answers no more', async () => {
    const { page } = browser;
    await press('Remove custom app');
    const asked = page.getByRole('dialog', { name: 'Remove Payroll?' });
    await asked.getByRole('button', { name: 'Remove' }).click();
    await eventually(() => main().textContent()).toContain('There is none.');
    expect(await opal.ask('/status')).toMatchObject({ status: 404 });
  });

  test('is made as the template that serves it is installed, and answers once that is published', async () => {
    const { page } = browser;
    const template = wizard(page);
    await page.goto(on.address('/templates'));
    await template.open('Custom app behind Opal');
    await template.next();
    await template.simulateTheRest();
    const choice = page.getByRole('region', { name: 'Opal custom app' });
    await choice.getByRole('radio', { name: 'New custom app' }).check();
    await choice.getByLabel(/^Name/).fill('Ledger');
    await choice.getByLabel(/^Identifier/).fill('ledger');
    await choice.getByLabel(/^Signing secret/).fill(secrets.old);
    await choice.getByRole('button', { name: 'Make custom app' }).click();
    await choice.getByRole('radio', { name: 'Ledger', checked: true }).waitFor();
    const url = (await choice.getByRole('code').textContent()) ?? '';
    await template.next();
    await eventually(template.step).toContain('Settings');
    await template.next();
    await page.getByText('No problems.').waitFor();
    await template.install();
    await eventually(() => main().textContent()).toContain(url);
    await template.openFlow();
    await editor(page).publish('Serves Ledger');
    await page.getByText('v1 published').waitFor();
    const ledger = await opalCaller(url, { secret: secrets.old, appId: 'ledger' });
    await eventually(async () => (await ledger.ask<{ users: unknown[] }>('/users')).body.users?.length).toBe(11);
  });

  test('never made the browser complain', () => {
    expect(browser.complaints).toEqual([]);
  });
});
