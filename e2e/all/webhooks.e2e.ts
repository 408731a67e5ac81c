import type { Delivery, FlowDetail } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { deliver, wires } from '../../server/test/harness/flows.js';
import type { Session } from '../../server/test/harness/index.js';
import { eventually, type TestBrowser } from '../browser.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

/** A webhook is set up from its first delivery, and what went wrong is put right in the log. Steps of one story. */
const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'a webhook';

describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let browser: TestBrowser;
  let admin: Session;
  let flow: FlowDetail;
  let url: string;
  let failedStep: string | undefined;
  const trigger = () => browser.page.getByRole('complementary', { name: 'Trigger settings' });
  const openTrigger = async () => {
    await browser.page.goto(on.address(`/flows/${flow.id}?step=alert`));
    await trigger().waitFor();
  };

  beforeAll(async () => {
    on = await startSignedIn(program!);
    ({ admin, browser } = on);
    const draft = {
      schema: 1,
      triggers: { alert: { kind: 'webhook', title: 'Alert' } },
      steps: { note: { kind: 'shape', output: { jsonata: 'trigger.body' } } },
      wires: wires('alert -> note'),
    };
    flow = (await admin.inWorkspace<FlowDetail>('POST', '/flows', { name: 'Alerts', draft })).body;
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, skip, onTestFailed }) => {
    if (failedStep) skip(`an earlier step failed: ${failedStep}`);
    onTestFailed(async () => {
      failedStep = task.name;
      await browser.keepPictures(task.name);
    });
  });

  test('that was never published catches its first delivery as its sample', async () => {
    await openTrigger();
    await trigger().getByRole('button', { name: 'Listen for a delivery' }).click();
    await trigger().getByText('Listening for a delivery').waitFor();
    url =
      (await trigger()
        .getByText(/\/hooks\/[\w-]{20,}/)
        .textContent()) ?? '';
    expect((await fetch(url, { method: 'PUT', body: '' })).status).toBe(404);
    await trigger().getByText('was not let in: The trigger does not take PUT.').waitFor();
    expect(await deliver(url, { severity: 'high', who: 'jane' })).toMatchObject({
      status: 202,
      body: { caught: true },
    });
    await trigger().getByText('it is the sample now').waitFor();
    await eventually(() => trigger().getByRole('textbox', { name: 'Body of the sample' }).inputValue()).toContain(
      'jane',
    );
  });

  test('is given a filter in CEL, which is tried before it counts', async () => {
    await trigger().getByRole('button', { name: 'Add filter', exact: true }).click();
    await trigger().getByRole('textbox', { name: 'Only when' }).fill('delivery.body.severity == "high"');
    await trigger().getByRole('button', { name: 'Try it on the last deliveries' }).click();
    await trigger().getByText('1 of 1 would make a run.').waitFor();
    await browser.page.getByText('Saved', { exact: true }).waitFor();
    const { body } = await admin.inWorkspace<FlowDetail>('GET', `/flows/${flow.id}`);
    const published = await admin.inWorkspace<FlowDetail>(
      'POST',
      `/flows/${flow.id}/publish`,
      {},
      { 'if-match': String(body.revision) },
    );
    expect(published.body.triggers[0]?.url).toBe(url);
  });

  test('keeps what its filter cannot judge, and says so where it is tried', async () => {
    await deliver(url, { severity: 'low' });
    await deliver(url, { nothing: 'known' });
    await openTrigger();
    await trigger().getByText('One delivery is stored, but not taken in').waitFor();
    await trigger().getByRole('button', { name: 'Try it on the last deliveries' }).click();
    await trigger().getByText('1 of 3 would make a run.').waitFor();
    await trigger().getByText('A delivery like this is kept as unmatched.').waitFor();
  });

  test('is read in the log, by its text, and delivered again by filter', async () => {
    const { page } = browser;
    await page.goto(on.address('/arrivals'));
    const rows = page.getByRole('button', { name: /^Details of the delivery/ });
    await eventually(() => rows.count()).toBe(2);
    await page.getByRole('searchbox', { name: 'Search deliveries' }).fill('"low"');
    await eventually(() => rows.count()).toBe(1);
    await rows.first().click();
    await page.getByText('From 127.0.0.1').waitFor();
    await page.getByRole('button', { name: 'Deliver these again' }).click();
    await page.getByRole('button', { name: 'Deliver 1 again' }).click();
    await page.getByText('Delivered again: 1. Runs that began: 0.').waitFor();
    await eventually(() => rows.count()).toBe(2);
    const { body } = await admin.inWorkspace<{ items: Delivery[] }>('GET', '/deliveries?status=filtered');
    expect(body.items.map(({ again, againOf }) => [again.length, againOf !== null])).toEqual([
      [0, true],
      [1, false],
    ]);
  });

  test('is given a signature, whose secret has its place in the flow at once', async () => {
    const { page } = browser;
    await openTrigger();
    await trigger().getByRole('combobox', { name: 'Signature' }).click();
    await page.getByRole('option', { name: 'GitHub', exact: true }).click();
    await trigger().getByText('No secret is stored yet.').waitFor();
    await trigger().getByRole('button', { name: 'Store one' }).click();
    const slot = page.getByRole('group', { name: 'Incoming webhook' });
    await slot.getByText('1 use in this flow.').waitFor();
    await slot.getByRole('link', { name: 'New connection' }).waitFor();
  });

  test('stands beside a palette whose systems are folded until somebody opens or searches them', async () => {
    const palette = browser.page.getByRole('complementary', { name: 'Palette' });
    const posting = palette.getByRole('option', { name: 'Post a message', exact: true });
    expect(await posting.count()).toBe(0);
    await palette.getByText('Slack', { exact: true }).click();
    await posting.waitFor();
    await palette.getByText('Slack', { exact: true }).click();
    await posting.waitFor({ state: 'detached' });
    await palette.getByRole('combobox', { name: 'Search steps' }).fill('slack message in a channel');
    await palette.getByRole('option', { name: 'Message in a channel' }).waitFor();
  });

  test('never made the browser complain', () => {
    expect(browser.complaints).toEqual([]);
  });
});
