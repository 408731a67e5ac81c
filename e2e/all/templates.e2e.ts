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
    tables: ['Places'],
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
    outcome: 'complete: 11 events in 11 rows, 11 new and 0 there before',
    again: 'complete: nothing new',
    has: [],
    gone: [],
    told: [
      { system: 'Snowflake', table: 'GOVERNANCE.ACCESS_EVENTS', says: 'USER_CREATED' },
      { system: 'Slack', channel: '#it-support', says: 'Access events are in Snowflake' },
    ],
    keeps: { system: 'Snowflake', table: 'GOVERNANCE.ACCESS_EVENTS' },
  },
];

/** From the gallery to the finished run, with the vendors simulated; the lockdown is done so in the spine. */
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
    test('is installed with simulators and tables of its own, and published', async () => {
      const { page } = browser;
      await page.goto(on.address('/templates'));
      const install = wizard(page);
      await install.open(story.title);
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
      for (const table of story.tables) await page.getByText(table, { exact: true }).waitFor();
    });

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
});
