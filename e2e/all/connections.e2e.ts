import type { FlowDetail } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { endOf, publishFlow, wires } from '../../server/test/harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestServer,
} from '../../server/test/harness/index.js';
import { startTokenVendor, type TokenVendor } from '../../server/test/harness/token-vendor.js';
import { startVendor, type Vendor } from '../../server/test/harness/vendor.js';
import { eventually, openBrowser, type TestBrowser } from '../browser.js';

const program = await findBrowser(console.log);
const story =
  program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'connections, in the browser';

/** A person connects a system at its own page, and is told when that ends. */
describe.skipIf(program === undefined)(story, () => {
  let vendor: Vendor;
  let tokens: TokenVendor;
  let server: TestServer;
  let admin: Session;
  let browser: TestBrowser;
  let home: string;

  beforeAll(async () => {
    vendor = await startVendor();
    tokens = startTokenVendor(vendor, vendor.url, 'vendor');
    tokens.guard('/vendor/people');
    const [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
    server = await startServer({ database, temporal, env: { EGRESS_ALLOW: vendor.address } });
    [admin, browser] = await Promise.all([adminSession(server), openBrowser(program!)]);
    const [name = '', value = ''] = admin.cookie.split('=');
    // Where the server says that it is: people come back there.
    home = server.url.replace('127.0.0.1', 'localhost');
    await browser.context.addCookies([{ name, value, url: home }]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await vendor?.stop();
  });

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const main = () => browser.page.getByRole('main');
  const field = (label: string) => browser.page.getByLabel(new RegExp(`^${label}`));
  /** The vendor's own page: whoever comes is sent back at once. */
  const vendorAnswers = (answer: Record<string, string>) =>
    vendor.script('/vendor/authorize', ({ query }) => {
      const back = new URL(String(query.redirect_uri));
      back.search = new URLSearchParams({ ...answer, state: String(query.state) }).toString();
      return { status: 302, headers: { location: back.href } };
    });

  test('a person connects at the vendor’s page and comes back to a connection that works', async () => {
    const { page } = browser;
    await page.goto(`${home}/w/${admin.workspaceId}/connections/new?connector=http`);
    await field('Name').fill('People');
    await page.getByRole('combobox', { name: 'How to sign in' }).click();
    await page.getByRole('option', { name: 'OAuth 2.0 with consent' }).click();
    await eventually(() => main().textContent()).toContain(`${home}/oauth/callback`);
    await field('Client ID').fill('castellan');
    await field('Client secret').fill('the-client-secret');
    await field('Consent URL').fill(String(tokens.fields.authorizeUrl));
    await field('Token URL').fill(String(tokens.fields.tokenUrl));
    await field('Hosts').fill(vendor.url);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await eventually(() => main().textContent()).toContain('Not connected');

    vendorAnswers({ error: 'access_denied', error_description: 'Ada said no.' });
    await page.getByRole('button', { name: 'Connect with HTTP' }).click();
    await eventually(() => page.getByRole('alert').textContent()).toContain('Ada said no.');
    await page.getByRole('link', { name: 'To the connection' }).click();

    vendorAnswers({ code: 'agreed' });
    await page.getByRole('button', { name: 'Connect with HTTP' }).click();
    await eventually(() => main().textContent()).toContain('Ada Admin agreed at HTTP');
    await eventually(() => main().textContent()).toContain('Working');
    await eventually(() => main().textContent()).toContain(`${vendor.url} to get tokens`);
    expect(browser.complaints).toEqual([]);
  });

  test('its page names the steps that use it, and it cannot be removed meanwhile', async () => {
    const { page } = browser;
    const { body } = await admin.inWorkspace<{ items: { id: string; name: string }[] }>('GET', '/connections');
    const id = body.items.find(({ name }) => name === 'People')?.id;
    const { hooks } = await publishFlow(admin, {
      ...{ name: 'Joiners', connections: { people: { connector: 'http', title: 'People', id } } },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        read: {
          ...{ kind: 'action', title: 'Read the people', connection: 'people', operation: 'get' },
          input: { url: `${vendor.url}/vendor/people` },
        },
      },
      wires: wires('hook -> read'),
    });
    const run = await fetch(hooks.hook as string, { method: 'POST', body: '{}' });
    const { runId } = (await run.json()) as { runId: string };
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    await page.goto(`${home}/w/${admin.workspaceId}/connections/${id}`);
    await page.getByRole('link', { name: 'Read the people' }).waitFor();
    expect(await page.getByRole('button', { name: 'Remove connection' }).isDisabled()).toBe(true);
  });

  test('who opens a connector right after searching for it gets there, however long its page takes to come', async () => {
    const page = await browser.context.newPage();
    await page.clock.install();
    let letThrough: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    await page.route(/connector-page-.*js$/, async (request) => {
      await held;
      await request.continue();
    });
    await page.goto(`${home}/w/${admin.workspaceId}/connectors`);
    const slack = page.getByRole('main').getByRole('link', { name: 'Slack' });
    await slack.waitFor();
    await page.getByLabel('Search connectors').fill('slack');
    await slack.click();
    // Long after typing has paused.
    await page.clock.runFor(2_000);
    letThrough();
    await page.getByRole('heading', { level: 1, name: 'Slack' }).waitFor();
    await page.close();
    expect(browser.complaints).toEqual([]);
  });

  test('Home says which connections end soon', async () => {
    const { page } = browser;
    const { body } = await admin.inWorkspace<{ items: { id: string }[] }>('GET', '/connections');
    const soon = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    await page.goto(`${home}/w/${admin.workspaceId}/connections/${body.items[0]?.id}`);
    await field('Its secret ends on').fill(soon);
    await page.getByRole('button', { name: 'Save and test' }).click();
    await eventually(() => main().textContent()).toContain('It ends soon');
    await page.goto(`${home}/w/${admin.workspaceId}`);
    const list = page.getByRole('region', { name: 'Connections that need somebody' });
    await eventually(() => list.textContent()).toContain('Its secret ends soon.');
  });

  test('what calls nobody asks for no connection, in the list, on its page and in a flow', async () => {
    const { page } = browser;
    await page.goto(`${home}/w/${admin.workspaceId}/connections/new`);
    await field('Search systems').fill('tools');
    await page.getByText('No system fits.').waitFor();
    await page.goto(`${home}/w/${admin.workspaceId}/connectors/tools`);
    await eventually(() => main().textContent()).toContain('needs no connection');
    expect(await page.getByRole('link', { name: 'Connect', exact: true }).count()).toBe(0);
    const made = await admin.inWorkspace<{ id: string }>('POST', '/flows', {
      name: 'With tools',
      draft: {
        ...{ schema: 1, name: 'With tools', connections: { tools: { connector: 'tools', title: 'Tools' } } },
        triggers: { hook: { kind: 'webhook' } },
        steps: { read: { kind: 'action', title: 'Read', connection: 'tools', operation: 'parseCsv', input: {} } },
        wires: wires('hook -> read'),
      },
    });
    await page.goto(`${home}/w/${admin.workspaceId}/flows/${made.body.id}?step=read`);
    await page.getByText('Where the first line holds no names.').first().waitFor();
    expect(await page.getByText('No account is connected').count()).toBe(0);
  });

  test('a curl command fills a step, and its token goes into a connection and not into the flow', async () => {
    const { page } = browser;
    const made = await admin.inWorkspace<{ id: string }>('POST', '/flows', {
      name: 'From curl',
      draft: {
        ...{ schema: 1, name: 'From curl', connections: { http: { connector: 'http', title: 'HTTP' } } },
        triggers: { hook: { kind: 'webhook' } },
        steps: { call: { kind: 'action', title: 'Call', connection: 'http', operation: 'get' } },
        wires: wires('hook -> call'),
      },
    });
    await page.goto(`${home}/w/${admin.workspaceId}/flows/${made.body.id}?step=call`);
    await page.getByRole('button', { name: 'Paste a curl command' }).click();
    const command = `curl ${vendor.url}/tickets?draft=1 -H 'Authorization: Bearer the-curl-token' --json '{"title":"Due"}'`;
    await field('Command').fill(command);
    await eventually(() => page.getByRole('dialog').textContent()).toContain('It signs in with a bearer token.');
    await page.getByRole('button', { name: 'Fill the step' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+S');
    const draft = async () =>
      (await admin.inWorkspace<FlowDetail>('GET', `/flows/${made.body.id}`)).body.draft as Draft;
    await eventually(async () => (await draft()).steps?.call).toMatchObject({
      operation: 'request',
      input: { method: 'POST', url: `${vendor.url}/tickets`, query: { draft: '1' }, json: { title: 'Due' } },
    });
    expect(JSON.stringify(await draft())).not.toContain('the-curl-token');
    const { id } = (await draft()).connections?.http ?? {};
    const connection = await admin.inWorkspace('GET', `/connections/${id}`);
    expect(connection.body).toMatchObject({ auth: 'bearer', secrets: ['token'], hosts: [vendor.url] });
  });
});
