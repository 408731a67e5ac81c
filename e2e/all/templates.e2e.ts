import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { SlackApp } from '../../server/test/slack-app.js';
import { eventually, type TestBrowser } from '../browser.js';
import { editor } from '../pages/editor.js';
import { installTemplate } from '../pages/installed-template.js';
import { goTo } from '../pages/places.js';
import { run } from '../pages/run.js';
import { simulator } from '../pages/simulator.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const left = program === undefined ? `the browser tests are left out: ${browserRemedy}` : undefined;

/** What a template does with its first sample or when it is run, and when the same happens again. */
interface Story {
  title: string;
  tables: string[];
  /** The box of the trigger, whose sample is sent; with `byHand` it is run by a person. */
  trigger: string;
  byHand?: true;
  /** What in the address tells the person’s rows apart, where it is about somebody’s access. */
  person?: string;
  /** The approval that it comes to, and what it shows. */
  asks?: { step: string; shows: string };
  /** What the run says of itself when it has ended: at first, and of a second run. */
  outcome: string;
  again: string;
  /** What the person has afterwards, and what the simulator shows as gone. */
  has: string[];
  gone: string[];
  /** What stands in tables and messages of the other systems. */
  told: ({ system: string; says: string } & ({ table: string } | { channel: string }))[];
  /** The table of a system that holds the same rows after a second run. */
  keeps?: { system: string; table: string };
}

const stories: Story[] = [
  {
    title: 'HRIS new hire → access provisioning',
    tables: ['Role map', 'Places'],
    trigger: 'New hire in BambooHR',
    person: 'mia.keller',
    asks: { step: 'Give sensitive access?', shows: 'orders-db (Read)' },
    outcome: 'complete: 3 given, 1 there before',
    again: 'complete: 0 given, 4 there before',
    has: ['Everyone', 'Data', 'Jira', 'orders-db'],
    gone: [],
    told: [
      {
        ...{ system: 'Jira', table: 'Issues' },
        says: 'New hire: Mia Keller (mia.keller@example.com), access complete',
      },
      { system: 'Slack', channel: '#it-support', says: 'Access is ready' },
      { system: 'Slack', channel: 'Tom Fischer', says: 'is ready' },
    ],
  },
  {
    title: 'Employee offboarding → access revocation',
    tables: ['Places', 'Taken access'],
    trigger: 'Termination in BambooHR',
    person: 'oscar.lind',
    outcome: 'complete: 3 taken away',
    again: 'complete: nothing was there',
    has: [],
    gone: ['Everyone', 'Salesforce', 'orders-db', 'Jira'],
    told: [
      {
        ...{ system: 'ServiceNow', table: 'Tasks' },
        says: 'Offboarding: Oscar Lind (oscar.lind@example.com), access revoked',
      },
      { system: 'ServiceNow', table: 'Tasks', says: 'access-oscar-lind-example-com.csv' },
      { system: 'Splunk', table: 'Events', says: 'access_revoked' },
      { system: 'Slack', channel: '#security', says: 'Offboarding is complete' },
      { system: 'Gmail', channel: 'Sent', says: 'Offboarding: Oscar Lind' },
    ],
  },
  {
    title: 'Role change → access permission update',
    tables: ['Role map'],
    trigger: 'Role changed in BambooHR',
    person: 'tom.fischer',
    outcome: 'complete: 1 given, 1 revoked, 2 there before',
    again: 'complete: 0 given, 0 revoked, 3 there before',
    has: ['Everyone', 'Data', 'Jira', 'orders-db'],
    gone: [],
    told: [
      {
        ...{ system: 'Jira', table: 'Issues' },
        says: 'Role change: Tom Fischer (tom.fischer@example.com), access changed',
      },
      { system: 'Slack', channel: 'Tom Fischer', says: 'Your access fits your new role' },
      { system: 'Slack', channel: 'Marco Reyes', says: 'The access of Tom Fischer' },
    ],
  },
  {
    title: 'Access event export to Snowflake',
    tables: ['Exports'],
    trigger: 'Export now',
    byHand: true,
    outcome: 'new and 0 there before',
    again: 'complete: nothing new',
    has: [],
    gone: [],
    told: [
      { system: 'Snowflake', table: 'GOVERNANCE.ACCESS_EVENTS', says: 'USER_CREATED' },
      { system: 'Slack', channel: '#it-support', says: 'Access events are in Snowflake' },
    ],
    keeps: { system: 'Snowflake', table: 'GOVERNANCE.ACCESS_EVENTS' },
  },
  {
    title: 'SIEM alert → emergency suspension',
    tables: [],
    trigger: 'Datadog alert',
    person: 'jane.doe',
    outcome: 'contained',
    again: 'contained',
    has: [],
    gone: ['Engineering', 'AWS Production', 'orders-db'],
    told: [
      { system: 'PagerDuty', table: 'Incidents', says: 'Contained: Jane Doe' },
      { system: 'Slack', channel: '#security', says: 'Contained' },
      { system: 'Slack', channel: '#security', says: 'Told to end all sessions' },
      { system: 'Slack', channel: '#security', says: 'Access of Jane Doe' },
    ],
  },
];

/** From the gallery to the finished run, with the vendors simulated. */
describe.skipIf(left)(left ?? 'templates, in the browser', () => {
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

  /** With simulators and tables of its own, and published. */
  const install = async ({ title, tables }: Pick<Story, 'title' | 'tables'>) => {
    const { page } = browser;
    await installTemplate(on, title);
    await page.goto(on.address('/tables'));
    for (const table of tables) await page.getByText(table, { exact: true }).waitFor();
  };
  const start = async ({ title, trigger, byHand }: Story) => {
    const { page } = browser;
    await goTo(page, 'Flows');
    await page.getByRole('main').getByRole('link', { name: title }).click();
    const { canvas, sendSample, runByHand, openRun } = editor(page);
    await canvas.open(trigger);
    await (byHand ? runByHand() : sendSample());
    await openRun();
    return run(page);
  };
  const accessOf = async (person: string | undefined) => {
    if (person === undefined) return { has: [], gone: [] };
    const opal = await simulator(browser.page, 'Opal');
    const rows = [...(await opal.rows('Access to resources')), ...(await opal.rows('Members of groups'))];
    const own = rows.filter((row) => row.includes(person));
    return { has: own.filter((row) => !row.includes('− gone')), gone: own.filter((row) => row.includes('− gone')) };
  };
  const kept = async ({ keeps }: Story) =>
    keeps ? (await simulator(browser.page, keeps.system)).rows(keeps.table) : [];
  /** Decides at the page of the approval, and comes back to the run. */
  const approve = async ({ step, shows }: NonNullable<Story['asks']>) => {
    const { page } = browser;
    const { status, canvas } = run(page);
    await eventually(status).toBe('Waiting');
    await eventually(() => canvas.words(step)).toMatch(/waiting$/);
    const itsPage = page.url();
    await goTo(page, 'Home');
    await page.getByRole('region', { name: 'Needs you' }).getByRole('link', { name: step }).click();
    await eventually(() => page.getByRole('main').textContent()).toContain(shows);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.goto(itsPage);
  };

  describe.each(stories)('$title', (story) => {
    test('is installed with simulators and tables of its own, and published', () => install(story));

    test('does what it says, and says what it did', async () => {
      await start(story);
      if (story.asks) await approve(story.asks);
      const { status, overview } = run(browser.page);
      await eventually(status).toBe('Succeeded');
      expect(await overview()).toContain(story.outcome);
      const { has, gone } = await accessOf(story.person);
      for (const thing of story.has) expect(has.join('\n')).toContain(thing);
      for (const thing of story.gone) {
        expect(gone.join('\n')).toContain(thing);
        expect(has.join('\n')).not.toContain(thing);
      }
    });

    test.each(story.told)('tells $system: $says', async ({ system, says, ...place }) => {
      const held = await simulator(browser.page, system);
      const found = 'table' in place ? await held.rows(place.table) : await held.messages(place.channel);
      expect(found.join('\n')).toContain(says);
    });

    test('begun again it changes nothing, and asks nobody', async () => {
      const before = [await accessOf(story.person), await kept(story)];
      const { status, overview } = await start(story);
      await eventually(status).toBe('Succeeded');
      expect(await overview()).toContain(story.again);
      expect([await accessOf(story.person), await kept(story)]).toEqual(before);
    });
  });

  describe('Access review reminder and escalation', () => {
    const title = 'Access review reminder and escalation';
    const signingSecret = 'what-only-slack-and-we-know';
    let slack: SlackApp;

    /** As the clock would, but now. */
    const runNow = async () => {
      const { page } = browser;
      await goTo(page, 'Runs');
      await page.getByRole('button', { name: 'Run a flow' }).click();
      const dialog = page.getByRole('dialog', { name: 'Run a flow' });
      await dialog.getByRole('combobox', { name: 'Flow' }).click();
      await page.getByRole('option', { name: title }).click();
      await dialog.getByRole('combobox', { name: 'Started by' }).click();
      await page.getByRole('option', { name: /schedule/ }).click();
      await dialog.getByRole('button', { name: 'Run', exact: true }).click();
      return run(page);
    };
    const remindersOf = async (person: string) => {
      const { page } = browser;
      await page.goto(on.address('/tables'));
      await page.getByRole('link', { name: 'Review reminders' }).click();
      await page.getByRole('heading', { level: 1, name: 'Review reminders' }).waitFor();
      return page.getByRole('row', { name: new RegExp(person) }).allInnerTexts();
    };
    const sheet = async (name: string) =>
      (await (await simulator(browser.page, 'Google Sheets')).rows(`Access reviews: ${name}`)).join('\n');

    beforeAll(async () => {
      const { admin, connections, simulators, api } = on.stack;
      const wish = { name: 'Slack', auth: 'botToken', fields: { token: 'xoxb-simulated', signingSecret } };
      const { body } = await admin.inWorkspace<{ hookUrl: string }>('PUT', `/connections/${connections.slack}`, wish);
      slack = new SlackApp(simulators!.control, body.hookUrl, signingSecret);
      expect(body.hookUrl).toContain(api.url);
    });

    test('is installed with simulators and tables of its own, and published', () =>
      install({ title, tables: ['Review reminders', 'Named reviewers'] }));

    test('reminds the reviewers whom it derived, and says who has none', async () => {
      const { status, overview } = await runNow();
      await eventually(status).toBe('Succeeded');
      expect(await overview()).toContain('2 reminded, 0 escalated, 0 closed');
      expect(await overview()).toContain('Break Glass has no manager in Workday');
      const held = await simulator(browser.page, 'Slack');
      expect((await held.messages('Priya Raman')).join('\n')).toContain('Open your reviews in Opal');
      expect(await sheet('Reviewers')).toMatch(/marco\.reyes@example\.com[^\n]*open\tderived/);
    });

    test('run again it reminds nobody, and writes nothing', async () => {
      const { status, overview } = await runNow();
      await eventually(status).toBe('Succeeded');
      expect(await overview()).toContain('0 reminded, 0 escalated, 0 closed');
      const held = await simulator(browser.page, 'Slack');
      expect(await held.messages('Priya Raman')).toHaveLength(1);
    });

    test('the button in Slack sets the reviewer done, in the message, the table and the sheet', async () => {
      const { messages } = await slack.state();
      const message = messages.find(({ blocks }) => JSON.stringify(blocks ?? []).includes('marco.reyes'));
      await slack.press(message!, 'castellan_review_done', 'U00000004');
      await eventually(async () => (await remindersOf('marco.reyes')).join()).toMatch(/done[\s\S]*button/);
      await eventually(() => sheet('Completion')).toMatch(/2\t1\t0\t50$/);
      const held = await simulator(browser.page, 'Slack');
      expect((await held.messages('Priya Raman')).join('\n')).toContain('Finished: Production access');
      const now = (await slack.state()).messages.find(({ ts }) => ts === message!.ts);
      expect(JSON.stringify(now)).not.toContain('castellan_review_done');
    });
  });
});
