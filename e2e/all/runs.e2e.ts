import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { ageRuns } from '../../server/test/harness/aged-runs.js';
import { deliver, endOf, httpConnection, publishFlow, readRun, until, wires } from '../../server/test/harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestDatabase,
  type TestServer,
} from '../../server/test/harness/index.js';
import { startVendor, type Vendor } from '../../server/test/harness/vendor.js';
import { eventually, openBrowser, type TestBrowser } from '../browser.js';
import { bulk } from '../pages/bulk.js';
import { cases } from '../pages/cases.js';
import { editor } from '../pages/editor.js';
import { retryDialog } from '../pages/retry.js';
import { run } from '../pages/run.js';
import { runs } from '../pages/runs.js';

const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'runs, in the browser';

/** What people do with runs after they have run: each test prepares its own flow and runs by the API. */
describe.skipIf(program === undefined)(story, () => {
  let vendor: Vendor;
  let database: TestDatabase;
  let server: TestServer;
  let admin: Session;
  let browser: TestBrowser;
  let connection: string;

  beforeAll(async () => {
    vendor = await startVendor();
    const [made, temporal] = await Promise.all([startPostgres(), startTemporal()]);
    database = made;
    server = await startServer({
      ...{ database, temporal },
      env: { EGRESS_ALLOW: vendor.address, HISTORY_SWEEP_SECONDS: '2' },
    });
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

  test('a retry names the flow that a step calls at each of its writes, and what that one has done is kept', async () => {
    let sick = true;
    vendor.script('/inner-ticket', () => (sick ? { status: 400, body: { message: 'No such queue' } } : {}));
    const inner = await publishFlow(admin, {
      name: 'Offboard',
      connections: slots(),
      triggers: { called: { kind: 'call' } },
      steps: { lock: write('Lock the account', '/inner-lock'), ticket: write('Open a ticket', '/inner-ticket') },
      wires: wires('called -> lock', 'lock -> ticket'),
    });
    const { hooks } = await publishFlow(admin, {
      name: 'Leavers of the day',
      triggers: { hook: { kind: 'webhook' } },
      steps: { call: { kind: 'subflow', title: 'Offboard them', flow: inner.id } },
      wires: wires('hook -> call'),
    });
    const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
    await endOf(admin, runId);
    const { page } = browser;
    await page.goto(pageOf(runId));
    const { status } = run(page);
    const { open, effects, confirm } = retryDialog(page);
    await open();
    await eventually(effects).toEqual([
      expect.stringMatching(/Open a ticket.*in “Offboard”.*Was refused: sent again/s),
      expect.stringMatching(/Lock the account.*in “Offboard”.*Not sent again/s),
    ]);
    sick = false;
    await confirm();
    await eventually(status).toBe('Succeeded');
    await eventually(() => [vendor.to('/inner-lock').length, vendor.to('/inner-ticket').length]).toEqual([1, 2]);
  });

  /** A flow that fails at its second call while `sick`, and its failed runs about p1, p2 and so on. */
  const failedRuns = async (name: string, howMany: number) => {
    const path = `/${name.toLowerCase()}`;
    const state = { sick: true };
    vendor.script(path, () => (state.sick ? { status: 400, body: { message: 'No such queue' } } : {}));
    const { id, hooks } = await publishFlow(admin, {
      name,
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: { ticket: write('Open a ticket', path) },
      wires: wires('hook -> ticket'),
      settings: { subject: '/body/who' },
    });
    const numbers = Array.from({ length: howMany }, (_, index) => index + 1);
    const made = await Promise.all(numbers.map((number) => deliver(hooks.hook as string, { who: `p${number}` })));
    const runIds = made.map(({ body }) => body.runId as string);
    for (const runId of runIds) expect(await endOf(admin, runId, 45)).toMatchObject({ status: 'failed' });
    return { flowId: id, path, runIds, mend: () => Object.assign(state, { sick: false }) };
  };

  test('a copied address opens the same list, and all runs that match it are retried after they were counted', async () => {
    const { flowId, path, mend } = await failedRuns('Mover', 53);
    const { page } = browser;
    await page.goto(`${server.url}/w/${admin.workspaceId}/runs?flow=${flowId}`);
    await runs(page).filter('Status', 'Failed');
    await page.keyboard.press('Escape');
    await eventually(() => page.url()).toContain('status=failed');
    await runs(page).search('queue');
    await eventually(() => page.url()).toContain('q=queue');
    await eventually(runs(page).rows).toHaveLength(50);
    const copied = await browser.context.newPage();
    await copied.goto(page.url());
    await eventually(runs(copied).rows).toEqual(await runs(page).rows());
    await copied.close();

    const { bar, ...list } = bulk(page);
    await list.chooseAllInSight();
    expect(await bar.textContent()).toContain('50 runs chosen');
    await bar.getByRole('button', { name: 'Choose all 53 that match these filters' }).click();
    await list.ask('Retry');
    await eventually(list.consequences).toContain('53 runs are retried: Mover 53.');
    expect(await list.writes()).toEqual([expect.stringMatching(/Open a ticket.*Mover.*53.*refused: sent again/s)]);

    mend();
    await list.confirm('Retry 53 runs');
    await eventually(list.progress).toBe('53 done');
    await eventually(list.runs).toHaveLength(50);
    await eventually(async () => (await list.runs()).filter((row) => row.includes('Succeeded'))).toHaveLength(50);
    expect(vendor.to(path)).toHaveLength(106);
    await page.getByRole('link', { name: 'Audit', exact: true }).nth(1).click();
    const audit = page.getByRole('table', { name: 'Audit' });
    await eventually(() => audit.textContent()).toContain('run.bulk_retry');
    await page.getByRole('button', { name: /^Changes of entry/ }).click();
    await eventually(() => audit.textContent()).toMatch(/runs 53.*filter\.flowId/s);
  });

  test('some runs are chosen one by one; what cannot be cancelled is told before, and what was cancelled is shown', async () => {
    const { id: flowId, hooks } = await publishFlow(admin, {
      name: 'Asks',
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        which: {
          kind: 'branch',
          cases: [{ name: 'ask', when: { jsonata: 'trigger.body.ask' } }],
        },
        ask: { kind: 'approval', approvers: ['role:admin'], show: 'all' },
      },
      wires: wires('hook -> which', 'which:ask -> ask'),
      settings: { subject: '/body/who' },
    });
    const start = async (who: string, ask: boolean) =>
      (await deliver(hooks.hook as string, { who, ask })).body.runId as string;
    const open = [await start('ann', true), await start('bob', true)];
    await endOf(admin, await start('cid', false));
    for (const id of open) await until('the approval', async () => (await readRun(admin, id)).status === 'waiting');

    const { page } = browser;
    await page.goto(`${server.url}/w/${admin.workspaceId}/runs?flow=${flowId}`);
    const list = bulk(page);
    await list.choose('ann');
    await list.choose('cid');
    await list.ask('Cancel');
    await eventually(list.consequences).toMatch(
      /1 run is cancelled: Asks 1\..*Of 2 runs some are left out: 1 has ended\./s,
    );
    await list.confirm('Cancel 1 run');
    await eventually(list.progress).toBe('1 done');
    await eventually(list.runs).toEqual([expect.stringMatching(/Asks.*ann.*Done.*Cancelled/s)]);
    expect(await readRun(admin, open[1]!)).toMatchObject({ status: 'waiting' });
  });

  test('a person stops it: what is done stays done, and the rest is left alone', async () => {
    const { flowId, runIds } = await failedRuns('Joiner', 12);
    const { page } = browser;
    await page.goto(`${server.url}/w/${admin.workspaceId}/runs?flow=${flowId}&status=failed`);
    const list = bulk(page);
    await list.chooseAllInSight();
    await list.ask('Retry');
    await eventually(list.consequences).toContain('12 runs are retried');
    // The retry of each run waits for its row, so that the action cannot come to its end before it is stopped.
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('select from runs where id = any($1) for update', [runIds]);
      await list.confirm('Retry 12 runs');
      await eventually(list.progress).toBe('0 of 12 done');
      await list.stop();
      await eventually(list.progress).toMatch(/^0 done, stopped by .* with 12 left as they were$/);
    } finally {
      await holder.query('rollback');
      await holder.end();
    }
    await eventually(list.progress).toMatch(/^[0-4] done, stopped by /);
    await list.show('Left alone');
    await eventually(async () => (await list.runs()).length).toBeGreaterThanOrEqual(8);
    expect((await list.runs()).every((row) => row.includes('Left alone'))).toBe(true);
  });

  test('a run becomes a test case, which tells what a changed draft does otherwise, at the publish too, until a person accepts it', async () => {
    const sketch = (text: string) => ({
      name: 'Greeter',
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        high: {
          kind: 'branch',
          title: 'How high',
          cases: [{ name: 'high', when: { jsonata: 'trigger.body.level > 2' } }],
        },
        tell: write('Tell them', '/greet', {
          input: { method: 'POST', url: `${vendor.url}/greet`, json: { text: { handlebars: text } } },
        }),
        low: { kind: 'stop', title: 'Too low', outcome: 'succeed', message: 'nothing to say' },
      },
      wires: wires('hook -> high', 'high:high -> tell', 'high:else -> low'),
    });
    const { id, hooks, detail } = await publishFlow(admin, sketch('Hello {{trigger.body.who}}'));
    const runId = (await deliver(hooks.hook as string, { who: 'ann', level: 3 })).body.runId as string;
    await endOf(admin, runId);
    const calls = vendor.to('/greet').length;

    const { page } = browser;
    await page.goto(pageOf(runId));
    const list = cases(page);
    await list.saveRun('Ann is greeted');
    expect(page.url()).toContain(`/flows/${id}?tab=cases`);
    await eventually(() => list.text('Ann is greeted')).toContain('Not run');
    await list.runAll();
    await eventually(list.sum).toBe('1 passed, 0 failed');
    expect(await list.coverage()).toMatch(
      /3 of 5 ways are taken.*None leaves How high by else.*None comes to Too low/s,
    );
    const { canvas } = editor(page);
    expect(await canvas.words('How high')).toContain('no test case leaves by else');
    expect(await canvas.words('Too low')).toContain('no test case comes here');

    const draft = { schema: 1, ...sketch('Goodbye {{trigger.body.who}}'), settings: { failingTests: 'refuse' } };
    const saved = await admin.inWorkspace('PUT', `/flows/${id}`, { draft }, { 'if-match': String(detail.revision) });
    expect(saved.status).toBe(200);
    await page.reload();
    await eventually(() => list.text('Ann is greeted')).toMatch(/Passed.*before the draft was changed/);
    await list.runAll();
    await eventually(list.sum).toBe('0 passed, 1 failed');
    expect(await list.text('Ann is greeted')).toMatch(
      /Tell them was called with another input at \/json\/text.*Open “Tell them”.*Expected.*Hello ann.*Got.*Goodbye ann/s,
    );
    await page.getByRole('button', { name: 'Publish' }).click();
    const publishing = page.getByRole('dialog', { name: 'Publish' });
    await eventually(() => publishing.textContent()).toMatch(
      /1 of 1 test case fails.*Ann is greeted.*refuse a publish/s,
    );
    await publishing.getByRole('button', { name: 'Publish' }).click();
    await eventually(() => publishing.getByRole('alert').textContent()).toContain('1 of 1 test cases fail');
    await page.keyboard.press('Escape');

    await list.accept('Ann is greeted');
    await eventually(list.sum).toBe('1 passed, 0 failed');
    await list.choose('Ann is greeted', 'Edit');
    await list.expectOf('Too low', 'succeeded');
    await list.save();
    await list.runAll();
    await eventually(() => list.text('Ann is greeted')).toContain('Too low was to run and was skipped');
    await list.choose('Ann is greeted', 'Edit');
    await list.expectOf('Too low', 'anything');
    await list.save();
    await editor(page).publish('Says goodbye');
    expect((await admin.inWorkspace('GET', `/flows/${id}`)).body).toMatchObject({ published: 2 });
    expect(vendor.to('/greet')).toHaveLength(calls);

    await list.choose('Ann is greeted', 'Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await eventually(() => list.panel.textContent()).toContain('No test case yet');
  });

  test('a run is paused, goes on and is cancelled from its page', async () => {
    const { hooks } = await publishFlow(admin, {
      name: 'Waits',
      triggers: { hook: { kind: 'webhook' } },
      steps: { ask: { kind: 'approval', title: 'Ask', approvers: ['role:admin'], show: 'all' } },
      wires: wires('hook -> ask'),
    });
    const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
    const { page } = browser;
    await page.goto(pageOf(runId));
    const { status, overview, press } = run(page);
    await eventually(status).toBe('Waiting');
    expect(await overview()).toContain('any admin');
    await press('Pause');
    await eventually(status).toBe('Paused');
    await press('Resume');
    await eventually(status).toBe('Waiting');
    await press('Cancel');
    await page.getByRole('dialog', { name: 'Cancel the run' }).getByRole('button', { name: 'Cancel the run' }).click();
    await eventually(status).toBe('Cancelled');
  });

  test('the item that failed is shown on the canvas and beside it alike, and another is chosen for both', async () => {
    vendor.script('/revoke', ({ body }) =>
      (body as { item: string }).item === 'b' ? { status: 400, body: { message: 'b is protected' } } : {},
    );
    const { hooks } = await publishFlow(admin, {
      name: 'Revokes',
      connections: slots(),
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        each: {
          ...{ kind: 'loop', title: 'Each', items: { jsonata: 'trigger.body.items' }, key: { jsonata: 'item' } },
          onItemError: 'continue',
          steps: {
            revoke: write('Revoke', '/revoke', {
              input: { method: 'POST', url: `${vendor.url}/revoke`, json: { item: { jsonata: 'item' } } },
            }),
          },
          wires: wires('each:each -> revoke'),
        },
      },
      wires: wires('hook -> each'),
    });
    const runId = (await deliver(hooks.hook as string, { items: ['a', 'b', 'c'] })).body.runId as string;
    await endOf(admin, runId);
    const { page } = browser;
    await page.goto(`${pageOf(runId)}?step=revoke`);
    const { value, item, pickItem } = run(page);
    await eventually(() => value('Input')).toContain('b');
    expect(await item()).toMatch(/2 of 3/);
    await pickItem('Item 3');
    await eventually(() => value('Input')).toMatch(/"c"/);
    await eventually(item).toMatch(/3 of 3/);
  });

  test('the data of a run is removed after a question; what happened is still told, and it can no longer be retried', async () => {
    const flow = await publishFlow(admin, {
      name: 'Clear the data',
      triggers: { hook: { kind: 'webhook', sample: { body: { who: 'jane' } } } },
      steps: { greet: { kind: 'shape', title: 'Greet', output: { jsonata: '"Hello " & trigger.body.who' } } },
      wires: wires('hook -> greet'),
      settings: { subject: '/body/who', retentionDays: 30 },
    });
    const { body } = await deliver(flow.hooks.hook!, { who: 'jane.doe@example.com' });
    await endOf(admin, body.runId as string);
    const { page } = browser;
    await page.goto(`${server.url}/w/${admin.workspaceId}/runs/${body.runId as string}`);
    const panel = page.getByRole('complementary', { name: 'Run' });
    await eventually(() => run(page).overview()).toMatch(/about \d+.*B.*jane.doe@example.com/);
    await panel.getByRole('button', { name: 'Clear data' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clear the data of the run' });
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await panel.getByRole('button', { name: 'Clear data' }).click();
    await dialog.getByRole('button', { name: 'Clear data' }).click();
    await eventually(() => run(page).overview()).toMatch(
      /Its data was removed .* by .*What happened, and when, is still told/,
    );
    expect(await run(page).overview()).not.toContain('jane');
    expect(await run(page).status()).toBe('Succeeded');
    expect(await page.getByRole('button', { name: 'Retry', exact: true }).count()).toBe(0);

    await page.goto(`${server.url}/w/${admin.workspaceId}/flows/${flow.id}`);
    await page.getByTitle('Name and settings').click();
    const history = page.getByRole('group', { name: 'History' });
    await eventually(() => history.textContent()).toContain('0 runs to delete next.');
    await history.getByRole('textbox').fill('7');
    await eventually(() => history.textContent()).toContain('Once this is published, 0 runs would be deleted.');
  });

  test('how long the workspace keeps runs is set where it is told what that deletes', async () => {
    const flow = await publishFlow(admin, {
      name: 'Old runs',
      triggers: { hook: { kind: 'webhook' } },
      steps: { greet: { kind: 'shape', output: 1 } },
      wires: wires('hook -> greet'),
    });
    const { body } = await deliver(flow.hooks.hook!, {});
    await endOf(admin, body.runId as string);
    const [old] = await ageRuns(database, [body.runId as string], 20);
    const { page } = browser;
    await page.goto(`${server.url}/w/${admin.workspaceId}/settings`);
    const days = page.getByRole('textbox', { name: 'Days that ended runs are kept' });
    await days.fill('10');
    await page.getByText('1 run to delete next.').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Keep runs for 10 days' });
    await dialog.getByRole('button', { name: 'Save and delete' }).click();
    await until('the removal', async () => (await admin.inWorkspace('GET', `/runs/${old}`)).status === 404);
    await days.fill('');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Nothing is deleted.').waitFor();
    await until('the setting', async () => {
      const { body } = await admin.inWorkspace<{ days: number | null }>('GET', '/retention');
      return body.days === null;
    });
  });

  test('no page threw, complained or was refused anything by the content security policy', () => {
    expect(browser.complaints).toEqual([]);
  });
});
