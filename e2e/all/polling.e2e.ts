import type { FlowDetail } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { endOf, publishFlow, wires } from '../../server/test/harness/flows.js';
import type { Session } from '../../server/test/harness/index.js';
import { eventually, type TestBrowser } from '../browser.js';
import { editor } from '../pages/editor.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

/** A flow hears what a system logs, which is asked for it. The tests are steps of one story. */
const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'events that are read';

describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let browser: TestBrowser;
  let admin: Session;
  let flow: FlowDetail;
  let connection: string;
  let failedStep: string | undefined;
  const trigger = () => browser.page.getByRole('complementary', { name: 'Trigger settings' });
  const summary = () => trigger().getByRole('region', { name: 'How its events are read' });

  /** Changes something in the simulated Opal, which logs it. */
  async function grant(): Promise<void> {
    const { id } = await publishFlow(admin, {
      name: 'Give access',
      connections: { opal: { connector: 'opal', title: 'Opal', id: connection } },
      triggers: { start: { kind: 'manual' } },
      steps: {
        who: { kind: 'action', connection: 'opal', operation: 'findUser', input: { email: 'jane.doe@example.com' } },
        groups: { kind: 'action', connection: 'opal', operation: 'listGroups', input: {} },
        give: {
          ...{ kind: 'action', connection: 'opal', operation: 'grantGroup' },
          input: {
            userId: { jsonata: 'steps.who.output.user.userId' },
            groupId: { jsonata: 'steps.groups.output.items[0].groupId' },
            durationMinutes: 60,
          },
        },
      },
      wires: wires('start -> who', 'who -> groups', 'groups -> give'),
    });
    const { body } = await admin.inWorkspace<{ runId: string }>('POST', `/flows/${id}/run`, {});
    expect(await endOf(admin, body.runId)).toMatchObject({ status: 'succeeded' });
  }

  beforeAll(async () => {
    on = await startSignedIn(program!, { simulators: true });
    ({ admin, browser } = on);
    const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'Our Opal', connector: 'opal', simulator: true },
    });
    connection = made.body.id;
    const draft = {
      schema: 1,
      connections: { opal: { connector: 'opal', title: 'Opal', id: connection } },
      triggers: {},
      steps: { note: { kind: 'shape', title: 'Note', output: { what: { jsonata: 'trigger.body.eventType' } } } },
      wires: [],
    };
    flow = (await admin.inWorkspace<FlowDetail>('POST', '/flows', { name: 'Hear of access', draft })).body;
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, skip, onTestFailed }) => {
    skip(failedStep !== undefined, `an earlier step failed: ${failedStep}`);
    onTestFailed(async () => {
      failedStep = task.name;
      await browser.keepPictures(task.name);
    });
  });

  test('the trigger is drawn from the palette, says how often it asks, and is published', async () => {
    const { page } = browser;
    await page.goto(on.address(`/flows/${flow.id}`));
    const { canvas, add, save, saved, publish } = editor(page);
    await canvas.box('Note').waitFor();
    await add('Event in the audit log', 'Opal');
    await canvas.drawWire('Event in the audit log', 'Note');
    await canvas.open('Event in the audit log');
    await trigger().getByText('Each event counts once, by its own id.').waitFor();
    expect(await trigger().getByText('A repeated delivery makes a second run').count()).toBe(0);
    const often = trigger().getByRole('textbox', { name: 'Read every', exact: true });
    expect(await often.inputValue()).toBe('1');
    await trigger().getByRole('combobox', { name: 'Unit of read every' }).click();
    await page.getByRole('option', { name: 'seconds' }).click();
    await often.fill('10');
    await save();
    await eventually(saved).toBe('Saved');
    await publish('Hears of access');
    await canvas.open('Event in the audit log');
    await summary().getByText('Read from Our Opal every 10 s').waitFor();
  });

  test('an event in the system begins a run, which is found among the arrivals', async () => {
    const { page } = browser;
    await grant();
    await eventually(async () => (await summary().textContent()) ?? '').toMatch(/1 new event|nothing new/);
    await summary().getByRole('button', { name: 'Read now' }).click();
    await page.goto(on.address('/arrivals'));
    const row = page.getByRole('row', { name: /Read from Our Opal: Event in the audit log/ }).first();
    await row.getByRole('link', { name: 'Hear of access' }).click();
    await page.getByText('Succeeded').first().waitFor();
    const { body } = await admin.inWorkspace<{ items: { id: string }[] }>('GET', `/runs?flowId=${flow.id}`);
    expect(body.items).toHaveLength(1);
  });

  test('starting again says what it would repeat, and repeats it', async () => {
    const { page } = browser;
    await page.goto(on.address(`/flows/${flow.id}`));
    await editor(page).canvas.open('Event in the audit log');
    await summary().getByRole('button', { name: 'Start again from …' }).click();
    const asked = page.getByRole('dialog', { name: 'Start again from …' });
    const hourAgo = new Date(Date.now() - 3_600_000);
    const local = new Date(hourAgo.getTime() - hourAgo.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    await asked.getByLabel('Read everything that happened since').fill(local);
    await asked.getByText('Since then 1 event arrived here and began 1 run.').waitFor();
    await asked.getByRole('button', { name: 'Read again' }).click();
    await asked.waitFor({ state: 'hidden' });
    const runs = () => admin.inWorkspace<{ items: { id: string }[] }>('GET', `/runs?flowId=${flow.id}`);
    await eventually(async () => (await runs()).body.items.length).toBe(2);
    await page.goto(on.address('/audit'));
    await page.getByText('trigger.start_again').first().waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('what is delivered is checked for lost events, which the connection and the trigger say and which is switched off', async () => {
    const { page } = browser;
    const heard = await publishFlow(admin, {
      name: 'Hear the stream',
      connections: { opal: { connector: 'opal', title: 'Opal', id: connection } },
      triggers: { heard: { kind: 'connector', title: 'Streamed', connection: 'opal', event: 'eventStreamed' } },
      steps: { note: { kind: 'shape', output: { jsonata: 'trigger.body.eventType' } } },
      wires: wires('heard -> note'),
    });
    await page.goto(on.address(`/connections/${connection}`));
    const card = page.getByRole('region', { name: 'Event delivered by an event stream' });
    await card.getByText('0 events').waitFor();
    await card.getByRole('button', { name: 'Look now' }).waitFor();
    await card.getByRole('switch', { name: 'Look for lost events' }).click();
    await card.getByText('Off: an event whose delivery is lost starts nothing.').waitFor();
    await page.goto(on.address(`/flows/${heard.id}`));
    await editor(page).canvas.open('Streamed');
    const beside = trigger().getByRole('region', { name: 'Lost events' });
    await beside.getByRole('switch', { name: 'Look for lost events' }).click();
    await beside.getByText('Last look').waitFor();
    const asked = page.waitForResponse((response) => response.url().endsWith('/sweeps/eventStreamed/now'));
    await beside.getByRole('button', { name: 'Look now' }).click();
    expect((await asked).status()).toBe(202);
    expect(browser.complaints).toEqual([]);
  });
});
