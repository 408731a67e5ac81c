import type { EmittedEventSubscription } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { deliver, type PublishedFlow, publishFlow, until, wires } from '../../server/test/harness/flows.js';
import type { Stack } from '../../server/test/harness/stack.js';
import { eventually, type TestBrowser } from '../browser.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

/** A system is told of runs that fail, does not listen, and is told what it missed. Steps of one story. */
const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'a subscription to an event';

describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let stack: Stack;
  let browser: TestBrowser;
  let flow: PublishedFlow;
  let failedStep: string | undefined;
  const button = (name: string) => browser.page.getByRole('button', { name, exact: true });
  const told = () => stack.vendor.to('/told');
  const subscription = async () =>
    (await stack.admin.inWorkspace<{ items: EmittedEventSubscription[] }>('GET', '/event-subscriptions')).body
      .items[0]!;

  beforeAll(async () => {
    on = await startSignedIn(program!);
    ({ stack, browser } = on);
    flow = await publishFlow(stack.admin, {
      name: 'Offboarding',
      triggers: { hook: { kind: 'webhook' } },
      steps: { end: { kind: 'stop', outcome: 'fail', message: 'Nobody of that name.' } },
      wires: wires('hook -> end'),
    });
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, skip, onTestFailed }) => {
    if (failedStep) skip(`an earlier step failed: ${failedStep}`);
    onTestFailed(async () => {
      failedStep = task.name;
      await browser.keepPictures(task.name);
    });
  });

  test('is chosen from the list of events, which shows what each tells', async () => {
    await browser.page.goto(on.address('/events'));
    await button('What is told: Run failed').click();
    await browser.page.getByText('E_HTTP').first().waitFor();
    await browser.page.getByRole('link', { name: 'Subscribe to Run failed' }).click();
    await browser.page.getByRole('textbox', { name: 'Address' }).fill(`${stack.vendorUrl}/told`);
  });

  test('has a filter that is tried on the sample before it keeps anything back', async () => {
    const filter = browser.page.getByRole('textbox', { name: 'Only when' });
    await filter.fill('event.data.nothing == 1');
    await button('Try the filter').click();
    await browser.page.getByText('cannot be evaluated').waitFor();
    await filter.fill('event.data.flow.name == "Offboarding"');
    await button('Try the filter').click();
    await browser.page.getByRole('list', { name: 'What the filter lets through' }).getByText('Let through').waitFor();
  });

  test('gives its secret once', async () => {
    await button('Subscribe').click();
    const dialog = browser.page.getByRole('dialog', { name: 'The secret of this subscription' });
    await dialog.getByText(/^whsec_/).waitFor();
    await button('I have it').click();
    await browser.page.getByRole('heading', { name: 'Run failed', level: 1 }).waitFor();
    expect(await browser.page.content()).not.toContain('whsec_');
  });

  test('is tried, and what the receiver says is shown', async () => {
    stack.vendor.script('/told', () => ({ status: 401, body: { error: 'Who are you?' } }));
    await button('Send the test').click();
    const test = browser.page.getByRole('region', { name: 'Test' });
    await test.getByText('It may not have the secret').waitFor();
    await test.getByText('Who are you?').waitFor();
    stack.vendor.script('/told', () => ({}));
    await button('Send the test').click();
    await test.getByText('Received: 200').waitFor();
    expect(told().map(({ body }) => (body as { test: boolean }).test)).toEqual([true, true]);
  });

  test('tells what happens, and its log shows every attempt', async () => {
    await deliver(flow.hooks.hook as string, {});
    await until('the event', async () => told().length === 3);
    const rows = browser.page.getByRole('table', { name: 'Deliveries' });
    await browser.page.getByRole('searchbox', { name: 'Search deliveries' }).fill('Nobody of that name');
    const details = rows.getByRole('button', { name: /Details of event/ });
    await eventually(() => details.count()).toBe(1);
    await details.click();
    await rows.getByRole('table', { name: 'Attempts' }).getByText('200').waitFor();
    await rows.getByText('Nobody of that name.').first().waitFor();
    await button('Send again').click();
    await until('the event again', async () => told().length === 4);
    expect(told()[3]?.headers['webhook-id']).toBe(told()[2]?.headers['webhook-id']);
  });

  test('that was stopped is on Home, and is sent what it missed once it is switched on', async () => {
    stack.vendor.script('/told', () => ({ status: 410 }));
    await deliver(flow.hooks.hook as string, {});
    await until('the stop', async () => (await subscription()).state === 'stopped');
    await browser.page.goto(on.address('/'));
    const notice = browser.page.getByRole('region', { name: 'Systems that are not told' });
    await notice.getByText('it wants nothing more').waitFor();
    await notice.getByRole('link', { name: 'Run failed' }).click();
    await browser.page.getByText('The subscription was stopped').waitFor();
    stack.vendor.script('/told', () => ({}));
    const before = told().length;
    await button('Switch on and send what it missed').click();
    await until('what it missed', async () => told().length === before + 1);
    await browser.page.getByText('The subscription was stopped').waitFor({ state: 'detached' });
  });

  test('gets another secret, is switched off, and is removed', async () => {
    await button('Make a new secret').click();
    const dialog = browser.page.getByRole('dialog', { name: 'Make a new secret?' });
    await dialog.getByRole('button', { name: 'Make a new secret' }).click();
    await button('I have it').click();
    await browser.page.getByText('the one before signs as well until').waitFor();
    await browser.page.getByRole('switch', { name: 'Sends events' }).click();
    await button('Switch off').click();
    await eventually(async () => (await subscription()).state).toBe('off');
    await button('Remove subscription').click();
    await button('Remove').click();
    await browser.page.getByText('Nobody is told anything yet.').waitFor();
  });
});
