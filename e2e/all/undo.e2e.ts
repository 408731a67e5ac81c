import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { eventually, type TestBrowser } from '../browser.js';
import { editor } from '../pages/editor.js';
import { installTemplate } from '../pages/installed-template.js';
import { goTo } from '../pages/places.js';
import { run } from '../pages/run.js';
import { simulator } from '../pages/simulator.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'an undo, in the browser';
const title = 'SIEM alert → emergency suspension';

/** Somebody's access is taken away by a false alarm, and given back by undoing the run. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let browser: TestBrowser;
  let lockdown: string;

  beforeAll(async () => {
    on = await startSignedIn(program!, { simulators: true });
    ({ browser } = on);
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const main = () => browser.page.getByRole('main');
  const press = (name: string) => main().getByRole('button', { name, exact: true }).click();
  const dialog = (name: string) => browser.page.getByRole('dialog', { name });
  const done = () => browser.page.getByRole('table', { name: 'What the run did' });
  const accessOf = async (person: string) => {
    const opal = await simulator(browser.page, 'Opal');
    const rows = [...(await opal.rows('Access to resources')), ...(await opal.rows('Members of groups'))];
    return rows.filter((row) => row.includes(person));
  };

  test('the lockdown takes all access of the person away', async () => {
    const { page } = browser;
    await installTemplate(on, title);
    const { canvas, sendSample, openRun } = editor(page);
    await canvas.open('Datadog alert');
    await sendSample();
    await openRun();
    const { status } = run(page);
    await eventually(status).toBe('Succeeded');
    lockdown = page.url().replace(/\?.*/, '');
    const access = await accessOf('jane.doe');
    expect(access.length).toBeGreaterThan(3);
    expect(access.every((row) => row.includes('gone'))).toBe(true);
  });

  test('its undo is planned on the run’s page, and names what has no way back', async () => {
    const { page } = browser;
    await page.goto(lockdown);
    await press('Undo');
    await eventually(() => dialog('Undo this run').textContent()).toMatch(/\d+ changes can be taken back, \d+ stays?/);
    await dialog('Undo this run').getByRole('button', { name: 'Plan the undo' }).click();
    await page.getByRole('heading', { level: 1, name: `Undo of a run of ${title}` }).waitFor();
    await eventually(() => main().textContent()).toMatch(/\d+ grants/);
    await eventually(() => done().textContent()).toContain('Tell the channel');
    expect(await done().textContent()).toContain('A message stays sent: what was said cannot be unsaid.');
    expect(
      await done()
        .getByRole('row', { name: /Tell the channel/ })
        .getByRole('checkbox')
        .count(),
    ).toBe(0);
    const planned = page.getByRole('table', { name: 'Planned changes' });
    expect(await planned.textContent()).toContain('jane.doe@example.com');
    const access = await accessOf('jane.doe');
    expect(access.every((row) => row.includes('gone'))).toBe(true);
  });

  test('applied it gives the access back, and the message is still there', async () => {
    const { page } = browser;
    await page.goto(lockdown);
    await press('Undo');
    await dialog('Undo this run').getByRole('button', { name: 'Plan the undo' }).click();
    await eventually(() => main().textContent()).toMatch(/\d+ grants/);
    await press('Apply');
    await dialog('Apply the plan').getByRole('button', { name: 'Apply', exact: true }).click();
    const { status, overview, canvas } = run(page);
    await eventually(status).toBe('Succeeded');
    await eventually(overview).toContain('It undoes an earlier run');
    await eventually(() => canvas.words('Take back “Revoke the grant”')).toMatch(/succeeded$/);
    const access = await accessOf('jane.doe');
    expect(access.length).toBeGreaterThan(3);
    expect(access.filter((row) => row.includes('gone'))).toEqual([]);
    const slack = await simulator(page, 'Slack');
    expect((await slack.messages('#security')).join('\n')).toContain('Contained');
  });

  test('the run says by whom it was undone, and that nothing is left', async () => {
    const { page } = browser;
    await page.goto(lockdown);
    await eventually(run(page).overview).toContain('Undone by a run of');
    await press('Undo');
    await eventually(() => dialog('Undo this run').textContent()).toContain('Nothing that the run did is left');
    expect(await dialog('Undo this run').getByRole('button', { name: 'Plan the undo' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await goTo(page, 'Runs');
    await eventually(() => main().textContent()).toContain('undo, manual');
  });
});
