import type { DirectoryAccountRow, Integration } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { deliver, endOf, publishFlow, wires } from '../../server/test/harness/flows.js';
import type { Session } from '../../server/test/harness/index.js';
import { eventually, type TestBrowser } from '../browser.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story =
  program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'a directory, in the browser';

/** A person has systems synced, finds everybody, sees what changed and what runs did, and ends it again. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let admin: Session;
  let browser: TestBrowser;

  beforeAll(async () => {
    on = await startSignedIn(program!, { simulators: true });
    ({ admin, browser } = on);
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const main = () => browser.page.getByRole('main');
  const grid = (name: string) => browser.page.getByRole('table', { name, exact: true });
  const press = (name: string) => browser.page.getByRole('button', { name, exact: true }).click();
  const tab = (name: RegExp) => browser.page.getByRole('tab', { name }).click();
  const choose = async (label: string, option: string) => {
    await browser.page.getByRole('combobox', { name: label, exact: true }).click();
    await browser.page.getByRole('option', { name: option, exact: true }).click();
  };
  const integrations = async () =>
    (await admin.inWorkspace<{ items: Integration[] }>('GET', '/integrations')).body.items;
  const called = async (name: string) => (await integrations()).find((one) => one.name === name)!;
  const rested = (name: string) =>
    eventually(async () => (await called(name)).lastSync?.status).toMatch(/^(completed|asks|failed)$/);
  /** Does something in a simulated system, as a flow of the company would. */
  const change = async (connector: string, connection: string, operation: string, input: object) => {
    const { hooks } = await publishFlow(admin, {
      name: `${operation} ${Date.now()}`,
      connections: { system: { connector, title: 'The system', id: connection } },
      triggers: { hook: { kind: 'webhook' } },
      steps: { act: { kind: 'action', connection: 'system', operation, input } },
      wires: wires('hook -> act'),
    });
    const { body } = await deliver(hooks.hook as string, {});
    expect((await endOf(admin, body.runId as string)).status).toBe('succeeded');
  };

  test('is added with what the filter would take in sight, and read for the first time', async () => {
    const { page } = browser;
    await page.goto(on.address('/integrations'));
    await eventually(() => main().textContent()).toContain('An integration reads the accounts and groups of a system');
    await page.getByRole('link', { name: 'Add integration' }).first().click();
    await page.getByRole('button', { name: /Google Workspace/ }).click();
    await press('Use the simulator');
    const records = () => grid('Records with this filter').textContent();
    await eventually(records).toContain('Ada Okafor');
    const filter = page.getByRole('textbox', { name: 'Only take' });
    await filter.fill('payload.(');
    await eventually(() => page.getByRole('form', { name: 'What is synced' }).textContent()).toContain('not CEL');
    await filter.fill("kind != 'account' || payload.orgUnitPath != '/Leavers'");
    await eventually(records).toContain('Left outAccountOscar Lind');
    await filter.fill('');
    await eventually(records).not.toContain('Left out');
    await page.getByRole('switch', { name: 'Primary directory' }).check();
    await press('Add integration');
    await eventually(() => main().textContent()).toContain('First sync');
    await rested('Google Workspace');
    await eventually(() => grid('Syncs').textContent()).toContain('Completed');
    await eventually(() => main().textContent()).toContain('12 accounts, 6 groups');
    await page.getByRole('button', { name: /^Details of the sync of/ }).click();
    await eventually(() => grid('Counts').textContent()).toContain('Accounts1212');
    expect((await called('Google Workspace')).primaryDirectory).toBe(true);
  });

  test('shows its accounts, filtered by the address, and one beside what the system gave', async () => {
    const { page } = browser;
    await tab(/^Accounts/);
    await eventually(() => grid('Accounts').textContent()).toContain('Jane Doe');
    await choose('Status', 'Suspended');
    await eventually(() => grid('Accounts').getByRole('row').count()).toBe(2);
    expect(await grid('Accounts').textContent()).toContain('Oscar Lind');
    await page.reload();
    await eventually(() => grid('Accounts').getByRole('row').count()).toBe(2);
    await page.getByRole('button', { name: 'Oscar Lind' }).focus();
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog');
    await eventually(() => drawer.textContent()).toContain('oscar.lind@example.com');
    expect(await drawer.getByLabel('In the common form').textContent()).toContain('/Leavers');
    expect(await drawer.getByLabel('the record as the system gave it', { exact: true }).textContent()).toContain(
      'suspensionReason',
    );
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    expect(page.url()).not.toContain('account=');
  });

  test('shows its groups, and who is in one', async () => {
    const { page } = browser;
    await tab(/^Groups/);
    await page.getByRole('searchbox', { name: 'Search groups' }).fill('engin');
    await eventually(() => grid('Groups').getByRole('row').count()).toBe(2);
    await grid('Groups').getByRole('button', { name: '3 accounts' }).click();
    await eventually(() => grid('Accounts').getByRole('row').count()).toBe(4);
    await page.getByRole('button', { name: 'In Engineering: show accounts of all groups' }).click();
    await eventually(() => grid('Accounts').getByRole('row').count()).toBe(13);
  });

  test('is joined by a second system, and both are one person', async () => {
    const { page } = browser;
    await page.goto(on.address('/integrations/new?connector=bamboohr'));
    await press('Use the simulator');
    await page.getByRole('form', { name: 'What is synced' }).waitFor();
    expect(await page.getByRole('switch').count()).toBe(0);
    await press('Add integration');
    await eventually(() => main().textContent()).toContain('First sync');
    await rested('BambooHR');
    await page.getByRole('link', { name: 'People', exact: true }).first().click();
    await page.getByRole('searchbox', { name: 'Search people' }).fill('jane');
    await eventually(() => grid('People').getByRole('row').count()).toBe(2);
    await grid('People').getByRole('link', { name: 'Jane Doe' }).click();
    await eventually(() => main().textContent()).toContain('Google Workspace, the primary directory');
    await eventually(() => grid('Accounts').textContent()).toContain('BambooHR, 103');
    await page.reload();
    await eventually(() => grid('Groups').textContent()).toContain('engineering@example.com');
    await main().getByRole('link', { name: 'Marco Reyes' }).click();
    await eventually(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('Marco Reyes');
  });

  test('tells of a person what runs gave them, and what has changed since', async () => {
    const { page } = browser;
    const google = (await called('Google Workspace')).connection.id;
    const inSecurity = { group: 'security@example.com', user: 'jane.doe@example.com' };
    await change('google-workspace', google, 'addMember', inSecurity);
    await change('google-workspace', google, 'updateUser', { user: 'jane.doe@example.com', title: 'Architect' });
    await page.goto(on.address('/integrations'));
    await page.getByRole('link', { name: 'Google Workspace', exact: true }).click();
    await tab(/^Accounts/);
    await eventually(() => grid('Accounts').textContent()).toContain('Senior Software Engineer');
    await press('Sync now');
    await eventually(() => grid('Accounts').textContent()).toContain('Architect');
    await tab(/^Overview/);
    await eventually(() => grid('Syncs').textContent()).toContain('1 new, 2 changed');
    await page.goto(on.address('/people/jane.doe%40example.com'));
    await eventually(() => grid('Changes by runs').textContent()).toContain('Given');
    expect(await main().textContent()).toContain('Access that runs gave and have not taken back');
    const history = page.getByLabel('History', { exact: true });
    await eventually(() => history.textContent()).toContain('Joined Security');
    expect(await history.textContent()).toContain('Job title: Senior Software Engineer → Architect');
    await grid('Changes by runs').getByRole('link').first().click();
    await eventually(() => page.url()).toContain('/runs/');
  });

  test('is asked about before very many accounts are removed, and can be left as it is', async () => {
    const { page } = browser;
    const { id } = await called('Google Workspace');
    await page.goto(on.address(`/integrations/${id}?tab=settings`));
    await page
      .getByRole('textbox', { name: 'Only take' })
      .fill("kind != 'account' || payload.primaryEmail == 'ada.okafor@example.com'");
    await press('Save');
    await eventually(async () => (await called('Google Workspace')).filterExpr).toContain('ada.okafor');
    await tab(/^Overview/);
    await press('Sync now');
    await eventually(() => main().textContent()).toContain('11 of 12 accounts are missing');
    expect(await page.getByRole('list', { name: 'Missing accounts' }).textContent()).toContain('and 6 more');
    await press('Leave them as they are');
    const decided = async () => {
      const { lastSync } = await called('Google Workspace');
      return lastSync?.status === 'completed' && lastSync.decision;
    };
    await eventually(decided).toMatchObject({ remove: false });
    expect((await called('Google Workspace')).present.accounts).toBe(12);
    await page.getByRole('list', { name: 'Missing accounts' }).waitFor({ state: 'hidden' });
    await press('Sync now');
    await press('Mark 11 as removed');
    await page.getByRole('dialog').getByRole('button', { name: 'Mark as removed' }).click();
    await eventually(async () => (await called('Google Workspace')).present.accounts).toBe(1);
    await tab(/^Accounts/);
    await choose('Present or removed', 'Removed');
    await eventually(() => grid('Accounts').getByRole('row').count()).toBe(12);
  });

  test('is paused and resumed', async () => {
    const { page } = browser;
    await press('Pause');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await press('Resume');
    await eventually(() => page.getByRole('button', { name: 'Pause' }).count()).toBe(1);
    expect((await called('Google Workspace')).paused).toBe(false);
  });

  test('says from which integration another one takes over as primary', async () => {
    const { page } = browser;
    const { body } = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'A second Google', connector: 'google-workspace', simulator: true },
    });
    await page.goto(on.address(`/integrations/new?connector=google-workspace&connection=${body.id}`));
    await page.getByRole('switch', { name: 'Primary directory' }).check();
    await eventually(() => main().textContent()).toContain('It takes over from “Google Workspace”');
  });

  test('ends by its name only, and what was read stays to be read', async () => {
    const { page } = browser;
    const { id } = await called('BambooHR');
    await page.goto(on.address(`/integrations/${id}?tab=settings`));
    await press('Remove integration');
    const dialog = page.getByRole('dialog');
    const remove = dialog.getByRole('button', { name: 'Remove' });
    await eventually(() => dialog.textContent()).toContain('In BambooHR nothing changes.');
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('Bamboo');
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('BambooHR');
    await remove.click();
    await eventually(() => page.url()).toMatch(/\/integrations$/);
    await eventually(() => grid('Integrations').textContent()).not.toContain('BambooHR');
    const { body } = await admin.inWorkspace<{ items: DirectoryAccountRow[] }>(
      'GET',
      `/directory/accounts?gone=removed&integration=${id}`,
    );
    expect(body.items.length).toBeGreaterThan(0);
    expect(browser.complaints).toEqual([]);
  });
});
