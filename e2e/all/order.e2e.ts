import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { deliver, endOf, publishFlow, readRun, until, wires } from '../../server/test/harness/flows.js';
import type { Vendor } from '../../server/test/harness/vendor.js';
import { eventually, type TestBrowser } from '../browser.js';
import { editor } from '../pages/editor.js';
import { run } from '../pages/run.js';
import { runs } from '../pages/runs.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const about = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'turns, in the browser';

describe.skipIf(program === undefined)(about, () => {
  let on: SignedIn;
  let browser: TestBrowser;
  let flowId: string;
  let hook: string;
  let vendor: Vendor;
  let release: () => void;
  let leaving: string;

  beforeAll(async () => {
    on = await startSignedIn(program!);
    browser = on.browser;
    vendor = on.stack.vendor;
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    vendor.script('/slow', async () => {
      await open;
      return {};
    });
    const made = await publishFlow(on.admin, {
      name: 'Ask the manager',
      triggers: { hook: { kind: 'webhook', sample: { body: { person: 'jane.doe@example.com' } } } },
      settings: { subject: '/body/person' },
      steps: { ask: { kind: 'approval', title: 'Ask', approvers: ['role:admin'] } },
      wires: wires('hook -> ask'),
    });
    flowId = made.id;
    hook = made.hooks.hook!;
  });
  afterAll(async () => {
    await browser?.keepPictures('order');
    await on?.stop();
  });

  const deliverFor = async (person: string) => (await deliver(hook, { person })).body.runId as string;

  test('a flow is told to let runs about one person take turns, in the words of the form', async () => {
    const { page } = browser;
    await page.goto(on.address(`/flows/${flowId}`));
    await page.getByTitle('Name and settings').click();
    const panel = page.getByRole('complementary', { name: 'Flow settings' });
    await panel.getByRole('button', { name: /^Runs at the same time/ }).click();
    await panel.getByRole('button', { name: 'Let them take turns' }).click();
    await panel.getByRole('combobox', { name: 'Runs take turns that have the same' }).fill('/body/person');
    await panel.getByRole('textbox', { name: 'At most so many at one time' }).fill('5');
    await eventually(() => editor(page).saved()).toBe('Saved');
    await editor(page).publish('In turn');
    const { body } = await on.admin.inWorkspace<{ draft: { settings: unknown } }>('GET', `/flows/${flowId}`);
    expect(body.draft.settings).toEqual({
      subject: '/body/person',
      concurrency: 5,
      order: { key: '/body/person', whenBusy: 'queue' },
    });
  });

  test('a run in the queue says which run it waits for and leads there', async () => {
    const { page } = browser;
    const first = await deliverFor('jane.doe@example.com');
    const second = await deliverFor('jane.doe@example.com');
    await page.goto(on.address(`/runs/${second}`));
    await eventually(() => run(page).overview()).toContain('Waits for an earlier run of the same key to end.');
    await page.getByRole('link', { name: 'Open that run' }).click();
    await eventually(() => page.url()).toContain(first);
    await page.goBack();
    await on.admin.inWorkspace('POST', `/runs/${first}/cancel`);
    await endOf(on.admin, first);
    await eventually(() => run(page).status()).toBe('Waiting');
  });

  test('from a run one comes to all runs about the person', async () => {
    const { page } = browser;
    await deliverFor('john.roe@example.com');
    await page.goto(on.address('/runs'));
    await eventually(async () => (await runs(page).rows()).length).toBe(3);
    await page.getByRole('link', { name: 'jane.doe@example.com' }).first().click();
    await eventually(async () => (await runs(page).rows()).length).toBe(2);
    expect(page.url()).toContain('about=jane.doe');
    await page.getByRole('button', { name: /^About jane.doe@example.com/ }).click();
    await eventually(async () => (await runs(page).rows()).length).toBe(3);
  });

  test('a run that was superseded leads to the newer one', async () => {
    const { page } = browser;
    await page.goto(on.address(`/flows/${flowId}`));
    await page.getByTitle('Name and settings').click();
    const panel = page.getByRole('complementary', { name: 'Flow settings' });
    await panel.getByRole('combobox', { name: 'While an earlier one has not ended' }).click();
    await page.getByRole('option', { name: 'the newer run takes its place' }).click();
    await eventually(() => editor(page).saved()).toBe('Saved');
    await editor(page).publish('The newest counts');
    const old = await deliverFor('mary@example.com');
    const newer = await until('a newer run', async () => deliverFor('mary@example.com'));
    await endOf(on.admin, old);
    await page.goto(on.address(`/runs/${old}`));
    await eventually(() => run(page).overview()).toContain('a newer run of the same key took its place');
    await page.getByRole('link', { name: 'Open the newer run' }).click();
    await eventually(() => page.url()).toContain(newer);
  });

  test('flows take turns in a lane, in the words of the form; a run that waits lets others go', async () => {
    const { page } = browser;
    const leaver = await publishFlow(on.admin, {
      name: 'Leaver',
      triggers: { hook: { kind: 'webhook' } },
      settings: { order: { key: '/body/person', whenBusy: 'queue' } },
      steps: { last_day: { kind: 'wait', title: 'Until the last day', seconds: 86_400 } },
      wires: wires('hook -> last_day'),
    });
    await page.goto(on.address(`/flows/${leaver.id}`));
    await page.getByTitle('Name and settings').click();
    const panel = page.getByRole('complementary', { name: 'Flow settings' });
    await panel.getByRole('button', { name: 'With other flows, too' }).click();
    await panel.getByRole('textbox', { name: 'There this flow goes by the name' }).fill('leaver');
    await eventually(() => editor(page).saved()).toBe('Saved');
    await editor(page).publish('In the lane of the person');
    const { body } = await on.admin.inWorkspace<{ draft: { settings: unknown } }>('GET', `/flows/${leaver.id}`);
    expect(body.draft.settings).toEqual({
      order: { key: '/body/person', whenBusy: 'queue', lane: { name: 'person', as: 'leaver' } },
    });
    leaving = (await deliver(leaver.hooks.hook!, { person: 'sam@example.com' })).body.runId as string;
    await page.goto(on.address(`/runs/${leaving}`));
    await eventually(() => run(page).overview()).toContain(
      'Until then other runs of the same key go on. Then it queues for its turn in lane person.',
    );
  });

  test('a removal that was superseded names the rehire and leads there and back; a person starts it again', async () => {
    const { page } = browser;
    const lane = { name: 'person', as: 'rehire', supersedes: ['leaver'] };
    const rehire = await publishFlow(on.admin, {
      name: 'Rehire',
      triggers: { hook: { kind: 'webhook' } },
      settings: { order: { key: '/body/person', whenBusy: 'queue', lane } },
      steps: { restore: { kind: 'shape', output: 1 } },
      wires: wires('hook -> restore'),
    });
    const back = (await deliver(rehire.hooks.hook!, { person: 'Sam@example.com' })).body.runId as string;
    await eventually(() => run(page).overview()).toContain(
      'Cancelled, for a newer run of “Rehire” of the same key took its place.',
    );
    await page.getByRole('link', { name: 'Open the newer run' }).click();
    await eventually(() => page.url()).toContain(back);
    await eventually(() => run(page).overview()).toContain('It took the place of a run of Leaver.');
    await page.getByRole('link', { name: 'a run of Leaver' }).click();
    await eventually(() => page.url()).toContain(leaving);
    await page.getByRole('button', { name: 'Start it again' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retry', exact: true }).click();
    await eventually(() => page.url()).not.toContain(leaving);
    await eventually(() => run(page).overview()).toContain('Until then other runs of the same key go on.');
  });

  test('a removal behind a question that nobody answers says so, and its page ends that run', async () => {
    const { page } = browser;
    const inLane = (as: string) => ({
      order: { key: '/body/person', whenBusy: 'queue', lane: { name: 'person', as } },
    });
    const triggers = { hook: { kind: 'webhook' } };
    const mover = await publishFlow(on.admin, {
      ...{ name: 'Mover', triggers, settings: inLane('mover') },
      steps: { ask: { kind: 'approval', title: 'Give it?', approvers: ['role:admin'], show: 'It' } },
      wires: wires('hook -> ask'),
    });
    const urgent = await publishFlow(on.admin, {
      ...{ name: 'Urgent leaver', triggers, settings: inLane('urgent') },
      steps: { take: { kind: 'shape', output: 1 } },
      wires: wires('hook -> take'),
    });
    const person = 'behind@example.com';
    const asks = (await deliver(mover.hooks.hook!, { person })).body.runId as string;
    await eventually(async () => (await readRun(on.admin, asks)).status).toBe('waiting');
    const removal = (await deliver(urgent.hooks.hook!, { person })).body.runId as string;
    await page.goto(on.address(`/runs/${removal}`));
    await eventually(() => run(page).overview()).toContain('Of that run: Waits for any admin to decide “Give it?”');
    await page.getByRole('button', { name: 'Cancel that run' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel that run', exact: true }).click();
    expect(await endOf(on.admin, removal)).toMatchObject({ status: 'succeeded' });
    expect(await readRun(on.admin, asks)).toMatchObject({ status: 'cancelled' });
  });

  test('a connection is limited on its page, and a step says that it waits for a slot', async () => {
    const { page } = browser;
    const { body } = await on.admin.inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'Small vendor', connector: 'http', auth: 'none' },
    });
    await page.goto(on.address(`/connections/${body.id}`));
    const limits = page.getByRole('region', { name: 'Limits' });
    await limits.getByRole('textbox', { name: 'Calls at once, at most' }).fill('1');
    await limits.getByRole('button', { name: 'Save limits' }).click();
    await eventually(() => limits.getByRole('button', { name: 'Save limits' }).isDisabled()).toBe(true);
    const flow = await publishFlow(on.admin, {
      name: 'Ask a small vendor',
      connections: { vendor: { connector: 'http', title: 'Vendor', id: body.id } },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        call: {
          kind: 'action',
          title: 'Ask',
          connection: 'vendor',
          operation: 'get',
          input: { url: `${vendor.url}/slow` },
        },
      },
      wires: wires('hook -> call'),
    });
    const started = async () => (await deliver(flow.hooks.hook!, {})).body.runId as string;
    await started();
    await until('the first call', async () => vendor.to('/slow').length === 1);
    const second = await started();
    await page.goto(on.address(`/runs/${second}?step=call`));
    await eventually(() => page.getByRole('region', { name: 'Why it waits' }).textContent()).toBe(
      'Waits for a free slot of connection “Small vendor” (1 call at once).',
    );
    release();
    await eventually(() => run(page).status()).toBe('Succeeded');
    expect(browser.complaints).toEqual([]);
  });
});
