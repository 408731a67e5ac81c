import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../cli/browser.mjs';
import { deliver, endOf, httpConnection, publishFlow, wires } from '../server/test/harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestServer,
} from '../server/test/harness/index.js';
import { startVendor, type Vendor } from '../server/test/harness/vendor.js';
import { eventually, openBrowser, type TestBrowser } from './browser.js';
import { retryDialog } from './pages/retry.js';
import { run } from './pages/run.js';

const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'runs, in the browser';

/** What people do with runs after they have run: each test prepares its own flow and runs by the API. */
describe.skipIf(program === undefined)(story, () => {
  let vendor: Vendor;
  let server: TestServer;
  let admin: Session;
  let browser: TestBrowser;
  let connection: string;

  beforeAll(async () => {
    vendor = await startVendor();
    const [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
    server = await startServer({ database, temporal, env: { EGRESS_ALLOW: vendor.address } });
    [admin, browser] = await Promise.all([adminSession(server), openBrowser(program!)]);
    connection = await httpConnection(admin);
    const [name = '', value = ''] = admin.cookie.split('=');
    await browser.context.addCookies([{ name, value, url: server.url }]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await vendor?.stop();
  });

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const slots = () => ({ vendor: { connector: 'http', title: 'Vendor', id: connection } });
  const write = (title: string, path: string, over: object = {}) => ({
    kind: 'action',
    title,
    connection: 'vendor',
    operation: 'request',
    input: { method: 'POST', url: `${vendor.url}${path}`, json: {} },
    ...over,
  });
  const pageOf = (runId: string) => `${server.url}/w/${admin.workspaceId}/runs/${runId}`;

  test('a failure says what was tried and what to do, and the run is retried from there with its effects shown first', async () => {
    let sick = true;
    vendor.script('/ticket', () => (sick ? { status: 400, body: { message: 'No such queue' } } : {}));
    const { hooks } = await publishFlow(admin, {
      name: 'Leaver',
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: { lock: write('Lock the account', '/lock'), ticket: write('Open a ticket', '/ticket') },
      wires: wires('hook -> lock', 'lock -> ticket'),
    });
    const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
    await endOf(admin, runId);

    const { page } = browser;
    await page.goto(pageOf(runId));
    const { canvas, status, overview } = run(page);
    await eventually(status).toBe('Failed');
    expect(await overview()).toContain('No such queue');
    const { open, text, effects, from, again, confirm, dialog } = retryDialog(page);
    await open();
    await eventually(text).toContain('1 step is kept');
    expect(await effects()).toEqual([expect.stringMatching(/Open a ticket.*No such queue.*Was refused: sent again/s)]);

    sick = false;
    await confirm();
    await eventually(status).toBe('Succeeded');
    expect(page.url()).not.toContain(runId);
    expect([vendor.to('/lock').length, vendor.to('/ticket').length]).toEqual([1, 2]);
    await eventually(overview).toMatch(/Retries.*First run.*This run/s);
    await canvas.open('Lock the account');
    await eventually(() => page.getByRole('complementary', { name: 'Run' }).textContent()).toContain(
      'Kept from an earlier run',
    );

    await open();
    await from('start');
    await eventually(effects).toHaveLength(2);
    await again('Lock the account');
    await eventually(async () => (await effects()).join()).toContain('Sent once more, as you chose');
    await confirm();
    await dialog.waitFor({ state: 'detached' });
    await eventually(status).toBe('Succeeded');
    await eventually(() => [vendor.to('/lock').length, vendor.to('/ticket').length]).toEqual([2, 2]);
  });

  test('no page threw, complained or was refused anything by the content security policy', () => {
    expect(browser.complaints).toEqual([]);
  });
});
