import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { deliver, endOf, publishFlow, wires } from '../../server/test/harness/flows.js';
import type { Session } from '../../server/test/harness/index.js';
import type { Vendor } from '../../server/test/harness/vendor.js';
import { eventually, type TestBrowser } from '../browser.js';
import { cases } from '../pages/cases.js';
import { editor } from '../pages/editor.js';
import { retryDialog } from '../pages/retry.js';
import { run } from '../pages/run.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'runs, in the browser';

/** What people do with a run after it has run: each test prepares its own flow and runs by the API. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let vendor: Vendor;
  let admin: Session;
  let browser: TestBrowser;

  beforeAll(async () => {
    on = await startSignedIn(program!);
    ({ admin, browser } = on);
    vendor = on.stack.vendor;
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const write = (title: string, path: string, over: object = {}) => ({
    kind: 'action',
    title,
    connection: 'vendor',
    operation: 'request',
    input: { method: 'POST', url: `${vendor.url}${path}`, json: {} },
    ...over,
  });
  const pageOf = (runId: string) => on.address(`/runs/${runId}`);

  test('a failure says what was tried and what to do, and the run is retried from there with its effects shown first', async () => {
    let sick = true;
    vendor.script('/ticket', () => (sick ? { status: 400, body: { message: 'No such queue' } } : {}));
    const { hooks } = await publishFlow(admin, {
      name: 'Leaver',
      connections: on.slots,
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
      connections: on.slots,
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

  test('a run becomes a test case, which tells what a changed draft does otherwise, at the publish too, until a person accepts it', async () => {
    const sketch = (text: string) => ({
      name: 'Greeter',
      connections: on.slots,
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

  test('what follows a failure is played by a trial and by test cases, and calls nobody', async () => {
    vendor.script('/check', () => ({ status: 404, body: {} }));
    const sketch = (undo: object, settings: object) => ({
      name: 'Checked leaver',
      connections: on.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        lock: write('Lock the account', '/locked', undo),
        check: {
          ...{ kind: 'action', title: 'Check the account', connection: 'vendor', operation: 'get' },
          ...{ input: { url: `${vendor.url}/check` }, retry: { attempts: 1 } },
        },
      },
      wires: wires('hook -> lock', 'lock -> check'),
      settings,
    });
    const { input } = write('Unlock', '/unlocked');
    const notify = { connection: 'vendor', operation: 'request', input: write('Tell', '/told').input };
    const { id, hooks, detail } = await publishFlow(admin, sketch({}, {}));
    const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
    await endOf(admin, runId);
    const draft = { schema: 1, ...sketch({ undo: { operation: 'request', input } }, { onFailure: { notify } }) };
    await admin.inWorkspace('PUT', `/flows/${id}`, { draft }, { 'if-match': String(detail.revision) });

    const { page } = browser;
    await page.goto(on.address(`/flows/${id}/trials`));
    const main = page.getByRole('main');
    await main.getByRole('button', { name: 'Try', exact: true }).click();
    await eventually(() => main.textContent()).toContain('The one run would also take back Lock the account');
    await main.getByRole('button', { name: /^Run,/ }).click();
    await eventually(() => main.textContent()).toMatch(
      /would also tell that the run failed.*Undo: Lock the account: the example of the catalogue stands in/s,
    );

    await page.goto(pageOf(runId));
    const list = cases(page);
    await list.saveRun('The check fails');
    await list.runAll();
    await eventually(list.sum).toBe('1 passed, 0 failed');
    await list.choose('The check fails', 'Edit');
    await list.expectOf('Undo: Lock the account', 'skipped');
    await list.save();
    await list.runAll();
    await eventually(() => list.text('The check fails')).toContain('Undo: Lock the account was to be skipped and ran');
    await list.accept('The check fails');
    await eventually(list.sum).toBe('1 passed, 0 failed');
    expect([...vendor.to('/unlocked'), ...vendor.to('/told')]).toEqual([]);
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
      connections: on.slots,
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

  test('no page threw, complained or was refused anything by the content security policy', () => {
    expect(browser.complaints).toEqual([]);
  });
});
