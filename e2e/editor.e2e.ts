import type { FlowDetail } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../cli/browser.mjs';
import { startPostgres, startServer, startTemporal, type TestServer } from '../server/test/harness/index.js';
import { startVendor, type Vendor } from '../server/test/harness/vendor.js';
import { eventually, openBrowser, type TestBrowser } from './browser.js';
import { editor } from './pages/editor.js';
import { setUp } from './pages/setup.js';

/** A flow is tried out while it is being built. The tests are steps of one story on one server and one browser. */
const admin = { name: 'Ada Admin', email: 'ada@castellan.test', password: 'correct horse battery staple' };

const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'trying a draft out';

describe.skipIf(program === undefined)(story, () => {
  let vendor: Vendor;
  let server: TestServer;
  let browser: TestBrowser;
  let workspace: string;
  let flow: FlowDetail;
  let connection: string;
  let failedStep: string | undefined;

  const api = async <Body>(method: string, path: string, data?: unknown): Promise<Body> => {
    const headers = { origin: server.url };
    const address = `${server.url}/api/v1${path}`;
    const answer = await browser.context.request.fetch(address, { method, data, headers });
    expect(answer.ok(), `${method} ${path}: ${answer.status()}`).toBe(true);
    return answer.json() as Promise<Body>;
  };
  const openFlow = async ({ id }: { id: string }, step: string) => {
    await browser.page.goto(`${server.url}/w/${workspace}/flows/${id}?step=${step}`);
    await editor(browser.page).settings.waitFor();
  };
  const panel = (tab: 'Data' | 'Last run') => {
    const { settings } = editor(browser.page);
    return settings.getByRole('tab', { name: tab }).click();
  };

  beforeAll(async () => {
    vendor = await startVendor();
    vendor.script('/people', () => ({ body: { people: ['ann', 'bob'] } }));
    const [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
    const env = { EGRESS_ALLOW: vendor.address };
    [server, browser] = await Promise.all([startServer({ database, temporal, env }), openBrowser(program!)]);
    await browser.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await setUp(browser.page, server.setupUrl!, admin);
    const me = await api<{ workspaces: { id: string }[] }>('GET', '/me');
    workspace = me.workspaces[0]!.id;
    const made = await api<{ id: string }>('POST', `/workspaces/${workspace}/connections`, {
      ...{ name: 'Vendor', connector: 'http', auth: 'none' },
    });
    connection = made.id;
    const call = (operation: string, input: object) => ({ kind: 'action', connection: 'vendor', operation, input });
    const draft = {
      schema: 1,
      connections: { vendor: { connector: 'http', title: 'Vendor', id: made.id } },
      triggers: { start: { kind: 'manual', title: 'Start', input: { type: 'object', properties: {} } } },
      steps: {
        find: { ...call('get', { url: `${vendor.url}/people` }), title: 'Find people' },
        first: { kind: 'shape', title: 'First', output: { who: { jsonata: 'steps.find.output.body.people[0]' } } },
        tell: { ...call('request', { method: 'POST', url: `${vendor.url}/tell` }), title: 'Tell them' },
      },
      wires: [
        { from: 'start', port: 'out', to: 'find' },
        { from: 'find', port: 'out', to: 'first' },
        { from: 'first', port: 'out', to: 'tell' },
      ],
    };
    flow = await api('POST', `/workspaces/${workspace}/flows`, { name: 'People', draft });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await vendor?.stop();
  });

  beforeEach(({ task, skip, onTestFailed }) => {
    skip(failedStep !== undefined, `an earlier step failed: ${failedStep}`);
    onTestFailed(async () => {
      failedStep = task.name;
      await browser.keepPictures(task.name);
    });
  });

  test('a test run names what it would really change, asks once, and is drawn on the canvas', async () => {
    const { page } = browser;
    const { canvas } = editor(page);
    await openFlow(flow, 'find');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    const test = page.getByRole('complementary', { name: 'Test' });
    await test.getByRole('list', { name: 'Real changes' }).getByText('Tell them').waitFor();
    await test.getByRole('button', { name: 'Run the draft' }).click();
    const asked = page.getByRole('dialog', { name: 'Test with real changes' });
    await asked.getByText('Tell them').waitFor();
    expect(vendor.to('/tell')).toEqual([]);
    await asked.getByRole('button', { name: 'Run it' }).click();
    await eventually(() => canvas.words('Tell them')).toContain('succeeded');
    expect(vendor.to('/tell')).toHaveLength(1);
  });

  test('a step that was changed runs alone on what the others gave, and its output stands beside the form', async () => {
    const { canvas, settings } = editor(browser.page);
    await canvas.open('First');
    await panel('Last run');
    await settings.getByText('"ann"').first().waitFor();
    const expression = settings.getByRole('textbox', { name: 'who' }).last();
    await expression.fill('steps.find.output.body.people[1]');
    const asked = vendor.to('/people').length;
    await settings.getByRole('button', { name: 'Run this step again' }).click();
    await settings.getByRole('region', { name: 'Output' }).getByText('"bob"').waitFor();
    expect(vendor.to('/people')).toHaveLength(asked);
  });

  test('a pinned output is badged, stands in for its step in a test, and is taken away again', async () => {
    const { page } = browser;
    const { canvas, settings } = editor(page);
    await canvas.open('Tell them');
    await settings.getByRole('button', { name: 'Run this step' }).waitFor();
    await page.getByRole('button', { name: 'Close the run' }).click();
    const runs = await api<{ items: { id: string }[] }>('GET', `/workspaces/${workspace}/runs?mode=test&limit=2`);
    await page.goto(`${server.url}/w/${workspace}/flows/${flow.id}?step=tell&run=${runs.items[1]!.id}`);
    await settings.getByRole('button', { name: 'Pin this output' }).click();
    await eventually(() => canvas.words('Tell them')).toContain('output pinned');
    const told = vendor.to('/tell').length;
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByRole('button', { name: 'Run the draft' }).click();
    await eventually(() => page.getByRole('region', { name: 'Run', exact: true }).textContent()).toContain('Succeeded');
    expect(vendor.to('/tell')).toHaveLength(told);
    await canvas.open('Tell them');
    await settings.getByRole('button', { name: 'Unpin' }).click();
    await eventually(() => canvas.words('Tell them')).not.toContain('pinned');
  });

  test('a click in the data puts its path at the cursor of the field', async () => {
    const { canvas, settings } = editor(browser.page);
    await canvas.open('First');
    await panel('Data');
    const expression = settings.getByRole('textbox', { name: 'who' }).last();
    await expression.click();
    await expression.press('Control+A');
    await settings.getByRole('textbox', { name: 'Search the data' }).fill('status');
    await settings.getByRole('button', { name: /^steps\.find\.output\.status/ }).click();
    await eventually(() => expression.textContent()).toBe('steps.find.output.status');
  });

  test('steps go as text into another flow, with ids of their own there and without their connection', async () => {
    const { page } = browser;
    const { canvas, save, saved } = editor(page);
    await save();
    await eventually(saved).toBe('Saved');
    await canvas.open('Find people');
    await canvas.box('Find people').focus();
    await page.keyboard.press('Control+C');
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(text).toContain('"castellan": "steps"');
    expect(text).not.toContain(connection);
    const other = await api<FlowDetail>('POST', `/workspaces/${workspace}/flows`, {
      ...{ name: 'Other', draft: { steps: { find: { kind: 'shape', title: 'Mine', output: 1 } }, wires: [] } },
    });
    await openFlow(other, 'find');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+V');
    await canvas.box('Find people').waitFor();
    await save();
    await eventually(saved).toBe('Saved');
    const { draft } = await api<FlowDetail>('GET', `/workspaces/${workspace}/flows/${other.id}`);
    expect(Object.keys(draft.steps as object).sort()).toEqual(['find', 'find_2']);
    expect(draft.connections).toMatchObject({ vendor: { connector: 'http' } });
    expect(browser.complaints).toEqual([]);
  });
});
