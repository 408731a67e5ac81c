import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { ageRuns } from '../../server/test/harness/aged-runs.js';
import { deliver, endOf, publishFlow, readRun, until, wires } from '../../server/test/harness/flows.js';
import type { Session } from '../../server/test/harness/index.js';
import type { Vendor } from '../../server/test/harness/vendor.js';
import { eventually, type TestBrowser } from '../browser.js';
import { bulk } from '../pages/bulk.js';
import { run } from '../pages/run.js';
import { runs } from '../pages/runs.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'history, in the browser';

/** What people do with many runs at once, and how long these are kept: each test prepares its own flow and runs by the API. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let vendor: Vendor;
  let admin: Session;
  let browser: TestBrowser;

  beforeAll(async () => {
    on = await startSignedIn(program!, { env: { HISTORY_SWEEP_SECONDS: '2' } });
    ({ admin, browser } = on);
    vendor = on.stack.vendor;
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  /** A flow that fails at its second call while `sick`, and its failed runs about p1, p2 and so on. */
  const failedRuns = async (name: string, howMany: number) => {
    const path = `/${name.toLowerCase()}`;
    const state = { sick: true };
    vendor.script(path, () => (state.sick ? { status: 400, body: { message: 'No such queue' } } : {}));
    const { id, hooks } = await publishFlow(admin, {
      name,
      connections: on.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        ticket: {
          ...{ kind: 'action', title: 'Open a ticket', connection: 'vendor', operation: 'request' },
          input: { method: 'POST', url: `${vendor.url}${path}`, json: {} },
        },
      },
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
    await page.goto(on.address(`/runs?flow=${flowId}`));
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
    await page.goto(on.address(`/runs?flow=${flowId}`));
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
    await page.goto(on.address(`/runs?flow=${flowId}&status=failed`));
    const list = bulk(page);
    await list.chooseAllInSight();
    await list.ask('Retry');
    await eventually(list.consequences).toContain('12 runs are retried');
    // The retry of each run waits for its row, so that the action cannot come to its end before it is stopped.
    const holder = new pg.Client({ connectionString: on.stack.database.url });
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
    await page.goto(on.address(`/runs/${body.runId as string}`));
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

    await page.goto(on.address(`/flows/${flow.id}`));
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
    const [old] = await ageRuns(on.stack.database, [body.runId as string], 20);
    const { page } = browser;
    await page.goto(on.address('/settings'));
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
