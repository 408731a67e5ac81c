import type { FlowDetail } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { eventually, type TestBrowser } from '../browser.js';
import { editor } from '../pages/editor.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

/** A flow answers SailPoint, which is subscribed to in the trigger's form. The tests are steps of one story. */
const program = await findBrowser(console.log);
const story =
  program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'an event trigger of SailPoint';

describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let browser: TestBrowser;
  let flow: FlowDetail;
  let failedStep: string | undefined;
  const title = 'Access request submitted';
  const trigger = () => browser.page.getByRole('complementary', { name: 'Trigger settings' });
  const subscription = () => trigger().getByRole('group', { name: 'Subscription at SailPoint' });
  const open = async () => {
    await browser.page.goto(on.address(`/flows/${flow.id}`));
    await editor(browser.page).canvas.open(title);
  };

  beforeAll(async () => {
    on = await startSignedIn(program!, { simulators: true });
    const { admin } = on;
    browser = on.browser;
    const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'Our SailPoint', connector: 'sailpoint', simulator: true },
    });
    const draft = {
      schema: 1,
      connections: { iga: { connector: 'sailpoint', title: 'SailPoint', id: made.body.id } },
      triggers: {},
      steps: {
        say: {
          ...{ kind: 'respond', title: 'Let it go on', status: 200 },
          body: { approved: true, comment: 'Seen', approver: 'castellan' },
        },
      },
      wires: [],
    };
    flow = (await admin.inWorkspace<FlowDetail>('POST', '/flows', { name: 'Decide on requests', draft })).body;
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, skip, onTestFailed }) => {
    skip(failedStep !== undefined, `an earlier step failed: ${failedStep}`);
    onTestFailed(async () => {
      failedStep = task.name;
      await browser.keepPictures(task.name);
    });
  });

  test('the trigger shows what arrives, answers, and has a fallback that is checked', async () => {
    const { page } = browser;
    await page.goto(on.address(`/flows/${flow.id}`));
    const { canvas, add, save, saved, publish } = editor(page);
    await canvas.box('Let it go on').waitFor();
    await add(title, 'SailPoint');
    await canvas.drawWire(title, 'Let it go on');
    await canvas.open(title);
    await trigger().getByText('What arrives, and what is answered').click();
    await trigger()
      .getByRole('table', { name: `The answer to ${title}` })
      .getByText('approver')
      .waitFor();
    await trigger().getByRole('switch', { name: 'This flow gives the answer' }).click();
    await trigger().getByText('The request is denied').waitFor();
    await trigger().getByRole('button', { name: 'Choose another one' }).click();
    await trigger().getByRole('textbox', { name: 'Comment' }).fill('Nobody looked at it in time.');
    await save();
    await eventually(saved).toBe('Saved');
    await publish('Decides on requests');
  });

  test('it is subscribed to from the form, and the subscription is seen', async () => {
    await open();
    await subscription().getByText('does not deliver this event here yet').waitFor();
    await subscription().getByRole('button', { name: 'Subscribe' }).click();
    const form = browser.page.getByRole('dialog', { name: 'Subscribe at SailPoint' });
    await form.getByRole('textbox', { name: 'Filter at SailPoint' }).fill('$.requestedItems[?(');
    await form.getByRole('button', { name: 'Try it on the sample' }).click();
    await form.getByText('SailPoint does not take it as JSONPath.').waitFor();
    await form.getByRole('textbox', { name: 'Filter at SailPoint' }).fill('$.requestedItems[?(@.operation == "Add")]');
    await form.getByRole('button', { name: 'Try it on the sample' }).click();
    await form.getByText('The sample would be delivered.').waitFor();
    await form.getByRole('button', { name: 'Subscribe' }).click();
    await form.waitFor({ state: 'detached' });
    await subscription().getByText('at once (SYNC)').waitFor();
    await subscription().getByText('Decide on requests').waitFor();
  });

  test('a test event is answered by a run that is seen', async () => {
    await subscription().getByRole('button', { name: 'Send a test event' }).click();
    await subscription().getByText('Your test').waitFor();
    await subscription().getByText('Answered by the flow').waitFor();
    await subscription().getByRole('link', { name: 'Run of Decide on requests' }).click();
    const told = browser.page.getByRole('region', { name: 'What was answered' });
    await told.getByText('SailPoint was told').waitFor();
    expect(await told.textContent()).toContain('Seen');
  });

  test('the subscription is ended, and can be made again', async () => {
    await open();
    await subscription().getByRole('button', { name: 'End it' }).click();
    await browser.page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
    await subscription().getByText('does not deliver this event here yet').waitFor();
    await subscription().getByRole('button', { name: 'Subscribe' }).waitFor();
  });

  test('no page complained', () => {
    expect(browser.complaints).toEqual([]);
  });
});
