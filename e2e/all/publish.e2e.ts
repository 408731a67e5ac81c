import type { FlowDetail } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { deliver, publishFlow, readRun, until, wires } from '../../server/test/harness/flows.js';
import type { Session } from '../../server/test/harness/index.js';
import type { Vendor } from '../../server/test/harness/vendor.js';
import { eventually, type TestBrowser } from '../browser.js';
import { bulk } from '../pages/bulk.js';
import { editor } from '../pages/editor.js';
import { flowFiles } from '../pages/flow-files.js';
import { publishDialog } from '../pages/publish.js';
import { run } from '../pages/run.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'versions, in the browser';

/** What people do when a flow changes while runs of it are under way, and with what follows the end of runs. */
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

  const send = (path: string) => ({ method: 'POST', url: `${vendor.url}${path}`, json: {} });
  const write = (title: string, path: string) => ({
    kind: 'action',
    title,
    connection: 'vendor',
    operation: 'request',
    input: send(path),
    undo: { operation: 'request', input: send(`${path}/undo`) },
  });
  const at = (path: string) => on.address(`/${path}`);

  test('a publish lists the runs that have not ended with why they wait, and cancels them with what they did taken back', async () => {
    const { id, hooks, detail } = await publishFlow(admin, {
      name: 'Contractor access',
      connections: on.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        grant: write('Grant access', '/grant'),
        ask: { kind: 'approval', title: 'Is this right?', approvers: ['role:approver'] },
      },
      wires: wires('hook -> grant', 'grant -> ask'),
      settings: { subject: { jsonata: 'trigger.body.who' } },
    });
    const runIds: string[] = [];
    for (const who of ['ann', 'bob']) runIds.push((await deliver(hooks.hook as string, { who })).body.runId as string);
    for (const runId of runIds) {
      await until('the run to wait', async () => (await readRun(admin, runId)).status === 'waiting');
    }
    const draft = structuredClone(detail.draft) as FlowDetail['draft'] & { steps: { ask: { title: string } } };
    draft.steps.ask.title = 'Is it still right?';
    await admin.inWorkspace('PUT', `/flows/${id}`, { draft }, { 'if-match': String(detail.revision) });

    const { page } = browser;
    await page.goto(at(`flows/${id}`));
    const { open, changes, runs, choose, takeBack, confirm, seeHowFar } = publishDialog(page);
    await open();
    expect(await changes()).toContain('Is it still right?');
    await eventually(runs).toEqual([
      expect.stringMatching(/ann.*Waiting.*Waits for any approver to decide “Is this right\?”/s),
      expect.stringMatching(/bob.*Waiting.*Waits for any approver to decide “Is this right\?”/s),
    ]);
    await choose('They are cancelled');
    expect(await takeBack.isChecked()).toBe(true);
    await confirm();
    await seeHowFar();
    const { progress } = bulk(page);
    await eventually(progress).toBe('2 done');
    expect(await page.getByRole('main').textContent()).toContain(
      'Of versions before 2, chosen when that was published',
    );
    await eventually(() => vendor.to('/grant/undo').length).toBe(2);

    await page.goto(at(`runs/${runIds[0]}`));
    const { status, overview } = run(page);
    await eventually(status).toBe('Cancelled');
    await eventually(overview).toContain('“Grant access” was taken back.');
  });

  test('a run that failed says what was taken back, what could not be, who was told, and what the system said', async () => {
    vendor.script('/mail/undo', () => ({ status: 409, body: { message: 'The mailbox is on hold' } }));
    vendor.script('/vpn', () => ({ status: 403, body: { message: 'Not your profile' } }));
    const { hooks } = await publishFlow(admin, {
      name: 'New contractor',
      connections: on.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        grant: write('Grant access', '/grant'),
        mail: write('Make a mailbox', '/mail'),
        badge: { ...write('Order a badge', '/badge'), undo: undefined },
        vpn: write('Open the VPN', '/vpn'),
      },
      wires: wires('hook -> grant', 'grant -> mail', 'mail -> badge', 'badge -> vpn'),
      settings: { onFailure: { notify: { connection: 'vendor', operation: 'request', input: send('/notify') } } },
    });
    const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
    const { page } = browser;
    await page.goto(at(`runs/${runId}`));
    const { status, overview } = run(page);
    await eventually(status).toBe('Failed');
    await eventually(overview).toMatch(/Open the VPN.*Not your profile.*may not do this there.*Give the account/s);
    await eventually(overview).toContain(
      '“Make a mailbox” could not be taken back: HTTP refused (409): The mailbox is on hold. Take it back in Vendor yourself.',
    );
    const text = await overview();
    expect(text).toContain('“Grant access” was taken back.');
    expect(text).toContain('“Order a badge” stays done: the step does not say how it is undone.');
    expect(text).toContain('The failure was told through Vendor.');
    await page.getByRole('button', { name: 'Details of Undo: Make a mailbox' }).click();
    await eventually(() => page.getByRole('complementary', { name: 'Run' }).textContent()).toContain('/mail/undo');
  });

  test('a flow is exported as text and comes in again by pasted text, as a new one or in the place of the draft', async () => {
    const { id } = await publishFlow(admin, {
      name: 'Offboarding',
      connections: on.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: { lock: write('Lock the account', '/lock') },
      wires: wires('hook -> lock'),
    });
    const { page } = browser;
    await page.goto(at(`flows/${id}`));
    const { exported, savedAs, openInEditor, openInList, paste, said, confirm, importing } = flowFiles(page);
    const { canvas, undo, saved } = editor(page);
    const text = await exported();
    expect(text).toContain('"name": "Offboarding"');
    expect(text).not.toContain(on.slots.vendor.id);
    expect(await savedAs()).toBe('offboarding.json');

    await openInEditor();
    await paste('{ "steps": 5 }');
    await eventually(said).toContain('It holds no flow: /flow/steps');
    await paste(text.replaceAll('Lock the account', 'Suspend the account'));
    await eventually(said).toContain('“Offboarding”: 1 step, 1 trigger. It needs connections to Vendor.');
    await confirm('Replace the draft');
    await importing.waitFor({ state: 'hidden' });
    await canvas.box('Suspend the account').waitFor();
    await eventually(saved).toBe('Saved');
    const detail = await admin.inWorkspace<FlowDetail>('GET', `/flows/${id}`);
    expect(detail.body.draft).toMatchObject({ connections: { vendor: { id: on.slots.vendor.id } } });
    await undo();
    await canvas.box('Lock the account').waitFor();

    await page.goto(at('flows'));
    await openInList();
    await paste(text.replaceAll('Offboarding', 'Offboarding, copied'));
    await confirm('Make the flow');
    await page.getByRole('heading', { name: 'Offboarding, copied' }).waitFor();
    await canvas.box('Lock the account').waitFor();
  });

  test('a version that no longer fits a release is told of in the list and in the editor, with the place', async () => {
    const { id } = await publishFlow(admin, {
      name: 'Of an earlier release',
      connections: on.slots,
      triggers: { hook: { kind: 'webhook' } },
      steps: { lock: write('Lock the account', '/lock') },
      wires: wires('hook -> lock'),
    });
    const { database } = on.stack;
    await database.query(
      `update versions set flow = jsonb_set(flow::jsonb, '{steps,lock,operation}', '"asItWas"') where flow_id = $1`,
      [id],
    );
    await database.query('delete from version_fits x using versions v where v.id = x.version_id and v.flow_id = $1', [
      id,
    ]);
    const { page } = browser;
    await page.goto(at(`flows/${id}`));
    const banner = page.getByRole('alert').filter({ hasText: 'no longer fits' });
    // The server looks twice a minute.
    await banner.waitFor({ timeout: 60_000 });
    await banner.getByRole('button', { name: 'Show the places' }).click();
    await eventually(() => banner.textContent()).toMatch(/Lock the account: HTTP has no operation "asItWas"/);
    await banner.getByRole('button', { name: 'Lock the account' }).click();
    await eventually(() => page.getByRole('complementary', { name: 'Step settings' }).textContent()).toContain('lock');
    await page.goto(at('flows'));
    await eventually(() => page.getByRole('row', { name: /Of an earlier release/ }).textContent()).toContain(
      'No longer fits',
    );
  });
});
