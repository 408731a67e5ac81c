import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { type Desk, deskDocument, startDesk } from '../../server/test/desk-vendor.js';
import { publishFlow, wires } from '../../server/test/harness/flows.js';
import { eventually, type TestBrowser } from '../browser.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story =
  program === undefined
    ? `the browser tests are left out: ${browserRemedy}`
    : 'an API from its description, in the browser';

/** A person makes a connector of a system's description, connects it, draws with it, and imports a newer one. */
describe.skipIf(program === undefined)(story, () => {
  let desk: Desk;
  let on: SignedIn;
  let browser: TestBrowser;

  beforeAll(async () => {
    desk = await startDesk();
    on = await startSignedIn(program!, { reachable: [desk.address] });
    browser = on.browser;
  });

  afterAll(async () => {
    await on?.stop();
    await desk?.stop();
  });

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const main = () => browser.page.getByRole('main');
  const told = () => eventually(() => main().textContent());
  const press = (name: string | RegExp) => browser.page.getByRole('button', { name }).click();
  const choose = async (label: string, option: string | RegExp) => {
    await browser.page.getByRole('combobox', { name: label }).click();
    await browser.page.getByRole('option', { name: option, exact: true }).click();
  };
  const file = (buffer: string) => ({ name: 'desk.yaml', mimeType: 'application/yaml', buffer: Buffer.from(buffer) });

  test('a document that cannot be read is refused with its place and the remedy', async () => {
    const { page } = browser;
    await page.goto(on.address('/connectors'));
    await page.getByRole('link', { name: 'Import an API' }).click();
    await page.locator('input[type=file]').setInputFiles(file('openapi: 3.0.3\n  info: {'));
    await press('Read it');
    await told().toContain('line 2');
    await page.getByRole('link', { name: 'Take another document' }).click();
  });

  test('its operations are searched, chosen by tag, and corrected', async () => {
    const { page } = browser;
    await page.locator('input[type=file]').setInputFiles(file(deskDocument));
    await press('Read it');
    await told().toContain('OpenAPI 3.0.3, from desk.yaml');
    await told().toContain('9 of 12 operations chosen');
    await told().toContain('Cannot be imported: It answers a file (application/pdf)');
    await page.getByRole('checkbox', { name: 'Choose all that are shown' }).click();
    await told().toContain('0 of 12 operations chosen');
    await choose('Tag', /^Tickets/);
    await press('Choose all of Tickets');
    await told().toContain('6 of 12 operations chosen');
    await page.getByRole('searchbox', { name: 'Search operations' }).fill('change');
    await eventually(() => page.getByRole('table').getByRole('row').count()).toBe(2);
    const repeat = page.getByRole('combobox', { name: 'What a repeat of Change a ticket does' });
    await repeat.selectOption('Safe by nature');
    await page.getByRole('searchbox', { name: 'Search operations' }).fill('');
    await page.getByRole('checkbox', { name: 'Choose List tickets' }).waitFor();
    await page.getByLabel('Name', { exact: false }).first().fill('Ticket desk');
    await choose('A connection is tested by', /List tickets/);
    await press('Import: 6 operations');
    await told().toContain('It is a connector now');
  });

  test('it is connected like any other system, and tested by the operation that was chosen', async () => {
    const { page } = browser;
    await page.getByRole('link', { name: 'Connect', exact: true }).click();
    await page.getByLabel('Desk key').fill('the-key-of-the-desk');
    await page.getByLabel('Desk app').fill('the-app-of-the-desk');
    await choose('protocol', 'http');
    await page.getByLabel('host').fill(desk.address);
    await press('Save and test');
    await told().toContain('List tickets was answered.');
  });

  test('its steps have forms like those of any other system', async () => {
    const { admin } = on;
    const { body } = await admin.inWorkspace<{ items: { id: string }[] }>(
      'GET',
      '/connections?connector=api-ticket-desk',
    );
    const flow = await publishFlow(admin, {
      name: 'Opens a ticket',
      connections: { desk: { connector: 'api-ticket-desk', title: 'Ticket desk', id: body.items[0]?.id } },
      triggers: { hook: { kind: 'webhook', methods: ['POST'] } },
      steps: {
        open: { kind: 'action', connection: 'desk', operation: 'createTicket', input: { body: { title: 'A' } } },
      },
      wires: wires('hook -> open'),
    });
    const { page } = browser;
    await page.goto(on.address(`/flows/${flow.id}?step=open`));
    await page.getByText('In one line.').waitFor();
    await page.goto(on.address('/connectors/api-ticket-desk'));
    await told().toContain('Version 1, from desk.yaml');
    await told().toContain('Opens a ticket');
  });

  test('a newer document says what is gone and who uses it, and becomes the next version', async () => {
    const { page } = browser;
    const newer = deskDocument
      .replace('operationId: createTicket', 'operationId: openTicket')
      .replace('    post:\n      operationId: openTicket', '    x-post:\n      operationId: openTicket');
    await page.getByRole('link', { name: 'Import a newer document' }).click();
    await page.locator('input[type=file]').setInputFiles(file(newer));
    await press('Read it');
    await told().toContain('Gone: Open a ticket (POST /tickets). Used by Opens a ticket.');
    await told().toContain('Its connection stays at its server, and signs in as before, whatever');
    await press('Import as version 2: 5 operations');
    await told().toContain('The new version is imported');
    await page.getByRole('link', { name: 'Look at the connector' }).click();
    await told().toContain('Version 2');
    await press('Remove connector');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await eventually(() => page.getByRole('dialog').textContent()).toContain(
      'Still used by “Opens a ticket”, “Ticket desk”',
    );
    expect(browser.complaints).toEqual([]);
  });
});
