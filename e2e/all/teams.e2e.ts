import type { Integration, Push, Team } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { until } from '../../server/test/harness/flows.js';
import type { Session } from '../../server/test/harness/index.js';
import type { SimulatorControl } from '../../server/test/harness/simulator-control.js';
import { eventually, type TestBrowser } from '../browser.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'a team, in the browser';

interface Held {
  groups: { id: string; email: string }[];
  members: { group: string; email: string; role: string; type: string }[];
}

/** A person makes teams by hand and by a rule, has them written to groups, sees what came of it, and takes it back. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let admin: Session;
  let browser: TestBrowser;
  let control: SimulatorControl;
  let google: Integration;

  beforeAll(async () => {
    on = await startSignedIn(program!, { simulators: true });
    ({ admin, browser } = on);
    control = on.stack.simulators!.control;
    const connection = { name: 'Google', connector: 'google-workspace', simulator: true };
    const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', connection);
    const wish = { connectionId: made.body.id, name: 'Google', primaryDirectory: true };
    google = (await admin.inWorkspace<Integration>('POST', '/integrations', wish)).body;
    await until('the first sync', async () => {
      const { body } = await admin.inWorkspace<Integration>('GET', `/integrations/${google.id}`);
      return body.lastSync?.status === 'completed';
    });
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const main = () => browser.page.getByRole('main');
  const grid = (name: string) => browser.page.getByRole('table', { name, exact: true });
  const press = (name: string) => browser.page.getByRole('button', { name, exact: true }).click();
  const tab = (name: RegExp) => browser.page.getByRole('tab', { name }).click();
  const inGoogle = async (address: string) => {
    const { groups, members } = (await control.state('google-workspace')) as unknown as Held;
    const group = groups.find(({ email }) => email === address);
    return members
      .filter((one) => one.group === group?.id && one.role === 'MEMBER' && one.type === 'USER')
      .map(({ email }) => email);
  };

  test('is made, and people are added to it by their addresses', async () => {
    const { page } = browser;
    await page.goto(on.address('/teams'));
    await eventually(() => main().textContent()).toContain('There is no team yet');
    await page.getByRole('link', { name: 'New team' }).first().click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Launch crew');
    await press('Make team');
    await eventually(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('Launch crew');
    await page.getByRole('textbox', { name: 'Add people' }).fill('jane.doe@example.com, mia.keller@example.com');
    await press('Add');
    await eventually(() => grid('Members').textContent()).toContain('Jane Doe');
    await press('Take out Mia Keller');
    await page.getByRole('dialog').getByRole('button', { name: 'Take out' }).click();
    await eventually(() => grid('Members').textContent()).not.toContain('Mia Keller');
    await page.getByText('Before', { exact: true }).click();
    await eventually(() => grid('Members').textContent()).toContain('Mia Keller');
  });

  test('is tied to a group, which shows how it differs before it is pushed', async () => {
    const { page } = browser;
    await tab(/^Resources/);
    await press('Tie a group');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Integration' }).click();
    await page.getByRole('option', { name: 'Google', exact: true }).click();
    await dialog.getByRole('combobox', { name: 'Group' }).fill('sales');
    await page.getByRole('option', { name: 'Sales, sales@example.com' }).click();
    await dialog.getByRole('button', { name: 'Tie' }).click();
    await eventually(() => grid('Resources').textContent()).toContain('Pull');
    expect(await grid('Resources').textContent()).toContain('1 to add, 1 to remove');
    expect(await inGoogle('sales@example.com')).toEqual(['noah.silva@example.com']);
    await press('Mode of Sales');
    await page.getByRole('radio', { name: 'Push' }).check();
    const would = grid('What the push would do');
    await eventually(() => would.textContent()).toContain('Jane Doe');
    expect(await would.textContent()).toContain('Is removed');
    await page.getByRole('dialog').getByRole('button', { name: 'Push', exact: true }).click();
    await eventually(() => inGoogle('sales@example.com')).toEqual(['jane.doe@example.com']);
    await eventually(() => grid('Resources').textContent()).toContain('As the team');
  });

  test('has its pushes on the page of the integration, each a run that can be looked at', async () => {
    const { page } = browser;
    await grid('Resources').getByRole('link', { name: 'Google' }).click();
    await eventually(() => grid('Pushes').textContent()).toContain('1 added, 1 removed');
    const { body } = await admin.inWorkspace<{ items: Push[] }>('GET', `/integrations/${google.id}/pushes`);
    await grid('Pushes').getByRole('link').first().click();
    await eventually(() => page.url()).toContain(body.items[0]!.runId);
  });

  test('gets a group of its own where the integration makes them for new teams', async () => {
    const { page } = browser;
    await page.goto(on.address(`/integrations/${google.id}?tab=teams`));
    await page.getByRole('textbox', { name: 'Domain of new groups' }).fill('example.com');
    await page.getByRole('switch', { name: 'Create resources for new teams' }).check();
    await press('Save');
    await eventually(async () => {
      const { body } = await admin.inWorkspace<{ createForTeams: boolean }>('GET', `/integrations/${google.id}/push`);
      return body.createForTeams;
    }).toBe(true);
    await page.goto(on.address('/teams/new'));
    await page.getByRole('textbox', { name: 'Name' }).fill('Engineers');
    await page.getByText('By a rule', { exact: true }).click();
    const rule = page.getByRole('textbox', { name: 'Rule' });
    await rule.fill('person.department ==');
    await eventually(() => main().textContent()).toContain('not CEL');
    await rule.fill("person.status == 'ACTIVE' && person.department == 'Engineering'");
    await eventually(() => grid('People with this rule').textContent()).toContain('Jane Doe');
    await press('Make team');
    await eventually(() => grid('Members').textContent()).toContain('Priya Raman');
    await eventually(() => inGoogle('team-engineers@example.com')).toContain('priya.raman@example.com');
    await tab(/^Resources/);
    await eventually(() => grid('Resources').textContent()).toContain('team-engineers@example.com');
  });

  test('is removed by its name, and its group stays', async () => {
    const { page } = browser;
    await tab(/^Settings/);
    await press('Remove team');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('Engineers');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await eventually(() => grid('Teams').textContent()).not.toContain('Engineers');
    const { body } = await admin.inWorkspace<{ items: Team[] }>('GET', '/teams');
    expect(body.items.map(({ name }) => name)).toEqual(['Launch crew']);
    expect(await inGoogle('team-engineers@example.com')).toContain('priya.raman@example.com');
  });
});
