import type { FlowDetail } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { startPostgres, startServer, startTemporal, type TestServer } from '../../server/test/harness/index.js';
import { startVendor, type Vendor } from '../../server/test/harness/vendor.js';
import { eventually, openBrowser, type TestBrowser } from '../browser.js';
import { editor } from '../pages/editor.js';
import { setUp } from '../pages/setup.js';

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

  test('an expression is written with suggestions that know types, and functions with an example', async () => {
    const { page } = browser;
    const { canvas, settings, saved } = editor(page);
    const field = (name: string) => settings.getByRole('textbox', { name }).last();
    const suggestions = page.getByRole('listbox', { name: 'Completions' });
    /** The list takes no click in the moment in which it is computed anew: a person clicks again. */
    const choose = (name: string) =>
      eventually(async () => {
        const option = suggestions.getByRole('option', { name });
        if (await option.isVisible()) await option.click();
        return suggestions.isVisible();
      }).toBe(false);
    const mail = await api<FlowDetail>('POST', `/workspaces/${workspace}/flows`, {
      name: 'Mail',
      draft: {
        schema: 1,
        triggers: { start: { kind: 'manual', title: 'Start', input: { type: 'object', properties: {} } } },
        steps: {
          parts: { kind: 'shape', title: 'Parts', output: { who: { jsonata: '1' } } },
          greet: { kind: 'shape', title: 'Greet', output: { text: { jsonata: '1' } } },
        },
        wires: [
          { from: 'start', port: 'out', to: 'parts' },
          { from: 'parts', port: 'out', to: 'greet' },
        ],
      },
    });
    await openFlow(mail, 'parts');

    await field('who').fill('');
    await page.keyboard.type('$parseEmail');
    await page.getByText('$parseEmail(text: text) → object').waitFor();
    await choose('$parseEmail the parts of one e-mail address');
    await eventually(() => field('who').textContent()).toBe('$parseEmail(');
    await page.keyboard.type('"Anna <anna@example.com>")');
    await settings.getByText(/^object with name, address, local, domain · [\d.,]+ ms$/).waitFor();

    await canvas.open('Greet');
    await field('text').fill('');
    await page.keyboard.type('$lowercas(steps.parts.output.who.');
    await suggestions.getByRole('option', { name: 'domain text, example.com' }).waitFor();
    await choose('domain text, example.com');
    await page.keyboard.type(')');
    await settings
      .getByText('There is no function $lowercas (character 1). Write $lowercase if that is meant.')
      .waitFor();

    await field('text').fill('');
    await page.keyboard.press('Escape');
    await settings.getByRole('button', { name: 'Functions for text' }).click();
    const list = page.getByRole('dialog', { name: 'Functions' });
    await list.getByRole('textbox', { name: 'Search functions' }).fill('capitals');
    await list.getByRole('button', { name: /^\$uppercase.*"IT-42"/ }).click();
    await eventually(() => field('text').textContent()).toBe('$uppercase(');
    await page.keyboard.type('steps.parts.output.who.name)');
    await settings.getByRole('status').filter({ hasText: '"ANNA"' }).waitFor();
    await settings.getByText(/^text of 4 characters · [\d.,]+ ms$/).waitFor();
    await eventually(saved).toBe('Saved');
    await openFlow(flow, 'first');
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
  });

  test('a step is added by N behind the chosen one, on a wire and on a dropped wire; it is duplicated and cut', async () => {
    const shape = (title: string) => ({ kind: 'shape', title, output: 1 });
    const other = await api<FlowDetail>('POST', `/workspaces/${workspace}/flows`, {
      name: 'Grows',
      draft: {
        schema: 1,
        triggers: { start: { kind: 'manual', title: 'Start' } },
        steps: { one: shape('One'), two: shape('Two') },
        wires: [
          { from: 'start', port: 'out', to: 'one' },
          { from: 'one', port: 'out', to: 'two' },
        ],
      },
    });
    const { page } = browser;
    const { canvas, picker, saved } = editor(page);
    const stored = async () => {
      await page.keyboard.press('Control+S');
      await eventually(saved).toBe('Saved');
      const { draft } = await api<FlowDetail>('GET', `/workspaces/${workspace}/flows/${other.id}`);
      const { steps = {}, wires = [] } = draft as { steps?: object; wires?: { from: string; to: string }[] };
      return { steps: Object.keys(steps).sort(), wires: wires.map(({ from, to }) => `${from} -> ${to}`).sort() };
    };
    await page.goto(`${server.url}/w/${workspace}/flows/${other.id}`);
    await canvas.box('Two').waitFor();
    await canvas.dropWire('Two', { x: 60, y: 140 });
    await picker.choose('stop');
    await canvas.box('Stop').waitFor();
    expect((await stored()).wires).toEqual(['one -> two', 'start -> one', 'two -> stop']);

    await canvas.addOnWire('One', 'out', 'Two');
    await picker.choose('filter');
    await canvas.box('Filter list').waitFor();
    expect((await stored()).wires).toEqual(['filter_list -> two', 'one -> filter_list', 'start -> one', 'two -> stop']);

    await canvas.open('One');
    await canvas.box('One').focus();
    await page.keyboard.press('n');
    await picker.choose('wait');
    await canvas.box('Wait').waitFor();
    expect((await stored()).wires).toContain('one -> wait');

    await canvas.open('Two');
    await canvas.box('Two').focus();
    await page.keyboard.press('Control+D');
    await eventually(async () => (await stored()).steps).toEqual([
      'filter_list',
      'one',
      'stop',
      'two',
      'two_2',
      'wait',
    ]);
    await page.keyboard.press('Control+X');
    await eventually(async () => (await stored()).steps).toEqual(['filter_list', 'one', 'stop', 'two', 'wait']);
    await page.keyboard.press('Control+V');
    await eventually(async () => (await stored()).steps).toContain('two_2');
  });

  test('what somebody else saved is told, taken over or put under one’s own; an older version becomes the draft again', async () => {
    const draft = (text: string) => ({
      schema: 1,
      triggers: { start: { kind: 'manual', title: 'Start' } },
      steps: { say: { kind: 'shape', title: text, output: 1 } },
      wires: [{ from: 'start', port: 'out', to: 'say' }],
    });
    const path = `/workspaces/${workspace}/flows`;
    const made = await api<FlowDetail>('POST', path, { name: 'Shared', draft: draft('First') });
    const read = () => api<FlowDetail>('GET', `${path}/${made.id}`);
    const titleOf = async () => JSON.stringify((await read()).draft);
    const { page } = browser;
    const { canvas, settings, publish, conflict, versions } = editor(page);
    await openFlow(made, 'say');
    await publish('the first');

    const put = async (text: string) => {
      const { revision } = await read();
      const headers = { origin: server.url, 'if-match': String(revision) };
      const address = `${server.url}/api/v1${path}/${made.id}`;
      const answer = await browser.context.request.put(address, { headers, data: { draft: draft(text) } });
      expect(answer.ok()).toBe(true);
    };
    const title = settings.getByRole('textbox', { name: 'Title' });
    await put('Theirs');
    await title.fill('Mine');
    await eventually(conflict.text).toContain('saved this flow in the meantime');
    await conflict.take('Load theirs');
    await canvas.box('Theirs').waitFor();
    await put('Theirs again');
    await title.fill('Mine again');
    await eventually(conflict.text).toContain('saved this flow in the meantime');
    await conflict.take('Keep mine on top');
    await eventually(titleOf).toContain('Mine again');

    await versions.open();
    await versions.restore(1);
    await canvas.box('First').waitFor();
    await eventually(titleOf).toContain('First');
    await editor(page).undo();
    await canvas.box('Mine again').waitFor();
    expect(browser.complaints.filter((text) => !text.includes('412'))).toEqual([]);
  });
});
