import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { eventually, type TestBrowser } from '../browser.js';
import { editor } from '../pages/editor.js';
import { goTo } from '../pages/places.js';
import { run } from '../pages/run.js';
import { simulator } from '../pages/simulator.js';
import { wizard } from '../pages/wizard.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'a new hire, in the browser';
const title = 'HRIS new hire → access provisioning';

/** From the gallery to the finished run, with the vendors simulated; the lockdown is done so in the spine. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let browser: TestBrowser;

  beforeAll(async () => {
    on = await startSignedIn(program!, { simulators: true });
    ({ browser } = on);
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const sendSample = async () => {
    const { page } = browser;
    await goTo(page, 'Flows');
    await page.getByRole('main').getByRole('link', { name: title }).click();
    const { canvas, sendSample: send, openRun } = editor(page);
    await canvas.open('New hire in BambooHR');
    await send();
    await openRun();
    return run(page);
  };
  const accessOf = async (person: string) => {
    const opal = await simulator(browser.page, 'Opal');
    const rows = [...(await opal.rows('Access to resources')), ...(await opal.rows('Members of groups'))];
    return rows.filter((row) => row.includes(person));
  };

  test('the template is installed with simulators and tables of its own, and published', async () => {
    const { page } = browser;
    await page.goto(on.address('/templates'));
    const install = wizard(page);
    await install.open(title);
    await install.next();
    await install.simulateTheRest();
    await install.next();
    await eventually(install.step).toContain('Settings');
    await install.next();
    await page.getByText('No problems.').waitFor();
    await install.install();
    await page.getByText('Installed, switched off').waitFor();
    await install.openFlow();
    await editor(page).publish('As the template has it');
    await page.getByText('v1 published').waitFor();
    await page.goto(on.address('/tables'));
    await page.getByText('Role map', { exact: true }).waitFor();
    await page.getByText('Places', { exact: true }).waitFor();
  });

  test('a new hire gets what the map gives, and the sensitive part waits for a decision', async () => {
    const { status, canvas } = await sendSample();
    await eventually(status).toBe('Waiting');
    await eventually(() => canvas.words('Give sensitive access?')).toMatch(/waiting$/);
    const { page } = browser;
    const itsPage = page.url();
    await goTo(page, 'Home');
    await page
      .getByRole('region', { name: 'Needs you' })
      .getByRole('link', { name: /Give sensitive access/ })
      .click();
    await eventually(() => page.getByRole('main').textContent()).toContain('orders-db (Read)');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.goto(itsPage);
    const { status: now, overview } = run(page);
    await eventually(now).toBe('Succeeded');
    expect(await overview()).toContain('complete: 3 given, 1 there before');
  });

  test('Opal holds the access, Jira the issue, and Slack what IT and the manager were told', async () => {
    const access = await accessOf('mia.keller');
    for (const thing of ['Data', 'Jira', 'orders-db']) expect(access.join('\n')).toContain(thing);
    const jira = await simulator(browser.page, 'Jira');
    expect((await jira.rows('Issues')).join('\n')).toContain(
      'New hire: Mia Keller (mia.keller@example.com), access complete',
    );
    const slack = await simulator(browser.page, 'Slack');
    expect((await slack.messages('#it-support')).join('\n')).toContain('Access is ready');
  });

  test('the same hire told again changes nothing, and asks nobody', async () => {
    const before = await accessOf('mia.keller');
    const { status, overview } = await sendSample();
    await eventually(status).toBe('Succeeded');
    expect(await overview()).toContain('complete: 0 given, 4 there before');
    expect(await accessOf('mia.keller')).toEqual(before);
  });
});
