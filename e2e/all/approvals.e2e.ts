import type { Approval, FlowDetail } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { ApiClient } from '../../server/test/api-client.js';
import { deliver, endOf, publishFlow, until, wires } from '../../server/test/harness/flows.js';
import { approvalOf } from '../../server/test/harness/stack.js';
import { joinAs, password } from '../../server/test/people.js';
import { eventually, type TestBrowser } from '../browser.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'approvals, in the browser';

interface Mail {
  recipients: string[];
  body: string;
}

/** A flow's author says how it asks; those who are asked, their deputies, and whoever gets an e-mail decide. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let browser: TestBrowser;
  let ann: ApiClient & { email: string };
  let mailConnection: string;

  beforeAll(async () => {
    on = await startSignedIn(program!, { simulators: true });
    ({ browser } = on);
    ann = await joinAs(on.stack.api, ApiClient.of(on.stack.api, on.admin), 'approver');
    const made = await on.admin.inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'Mail', connector: 'smtp', simulator: true, auth: 'none' },
      fields: { host: 'smtp.example.com', from: 'it@example.com' },
    });
    mailConnection = made.body.id;
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const main = () => browser.page.getByRole('main');
  const text = () => main().textContent();
  const press = (name: string) => browser.page.getByRole('button', { name, exact: true }).click();

  const publish = (step: object) =>
    publishFlow(on.admin, {
      name: 'Leaver',
      connections: {
        ...on.slots,
        mail: { connector: 'smtp', title: 'Mail', id: mailConnection },
      },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        ask: { kind: 'approval', title: 'Let them go?', approvers: ['role:admin'], ...step },
        after: { kind: 'shape', output: 1 },
      },
      wires: wires('hook -> ask', 'ask:approved -> after'),
    });
  async function asked(step: object): Promise<Approval> {
    const { body } = await deliver((await publish(step)).hooks.hook ?? '', {});
    return approvalOf(on.admin, String(body.runId));
  }

  test('a flow’s author chooses how it is decided and where it is asked, and the flow can be published', async () => {
    const { page } = browser;
    const flow = await publish({});
    const ask = async () => {
      const { body } = await on.admin.inWorkspace<FlowDetail>('GET', `/flows/${flow.id}`);
      return (body.draft.steps as Record<string, Record<string, unknown>>).ask;
    };
    await page.goto(on.address(`/flows/${flow.id}`));
    await page.getByText('Let them go?').first().click();
    await page.getByLabel('A reason').click();
    await page.getByRole('option', { name: 'With each decision' }).click();
    await page.getByLabel('Whoever started the run may decide').check();
    await page.getByRole('button', { name: /Where they are asked/ }).click();
    await press('Ask by e-mail too, through SMTP');
    await press('Remind who has not decided');
    await eventually(ask).toMatchObject({
      ...{ commentOn: 'both', starterDecides: true },
      ask: { remind: { everySeconds: 86_400 } },
    });
    expect(browser.complaints).toEqual([]);
  });

  test('each decision says why where the flow wants it, and its reason stands there afterwards', async () => {
    const { page } = browser;
    const approval = await asked({ commentOn: 'both' });
    await page.goto(on.address(`/approvals/${approval.id}`));
    await press('Approve');
    expect(await page.getByRole('button', { name: 'Approve', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Reason' }).fill('Seen in the ticket');
    await press('Approve');
    await eventually(text).toContain('approved, ');
    await eventually(text).toContain('Seen in the ticket');
    expect((await endOf(on.admin, approval.runId)).status).toBe('succeeded');
    expect(browser.complaints).toEqual([]);
  });

  test('somebody who is away has a deputy, who is asked for them; it is taken back', async () => {
    const { page } = browser;
    const approval = await asked({ approvers: [ann.email] });
    await page.goto(on.address('/approvals'));
    await page.getByRole('link', { name: 'Deputies' }).click();
    await press('Name a deputy');
    await page.getByLabel('Who is away').click();
    await page.getByRole('option', { name: new RegExp(ann.email) }).click();
    await page.getByPlaceholder('Choose').click();
    await page.getByRole('option', { name: /admin@castellan.test/ }).click();
    await press('Name deputy');
    await eventually(text).toContain('Decides');
    await page.goto(on.address('/approvals?show=mine'));
    await eventually(text).toContain(`for ${ann.email}`);
    await page.goto(on.address(`/approvals/${approval.id}`));
    await eventually(text).toContain(`You decide for ${ann.email}, as their deputy.`);
    await press('Approve');
    await eventually(text).toContain(`approved for ${ann.email}`);
    await page.goto(on.address('/approvals/deputies'));
    await page.getByRole('button', { name: /^Take back/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    await eventually(text).toContain('Nobody decides for somebody else.');
    expect(browser.complaints).toEqual([]);
  });

  test('a link out of an e-mail leads through the sign-in to the decision; changed, or for another, it says so', async () => {
    const { page } = browser;
    const approval = await asked({ approvers: [ann.email], ask: { connection: 'mail' } });
    const [mail] = await until('the e-mail', async () => {
      const { mails } = (await on.stack.simulators!.control.state('smtp')) as unknown as { mails: Mail[] };
      const some = mails.filter(({ recipients }) => recipients.includes(ann.email));
      return some.length > 0 && some;
    });
    const body = mail!.body.replace(/=\r\n/g, '').replace(/=3D/g, '=');
    const { search } = new URL(/https?:\/\/\S+approval-link\S+/.exec(body)![0]);
    const link = new URL(`/approval-link${search}`, on.address('/')).href;

    await page.goto(link);
    await eventually(text).toContain('who does not decide it');
    await page.goto(`${link}0`);
    await eventually(text).toContain('it was changed or cut off');
    await page.goto(link);
    await press('Sign in as somebody else');
    await page.getByRole('textbox', { name: 'E-mail' }).fill(ann.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(password);
    await press('Sign in');
    await eventually(() => page.url()).toContain(`/approvals/${approval.id}`);
    await press('Approve');
    await eventually(text).toContain(`${ann.email} approved`);
    await page.goto(link);
    await eventually(text).toContain('This link is over. It was approved.');
    // A link that leads nowhere is an answer of 403, 404 or 409, which the browser notes.
    expect(browser.complaints.filter((one) => !/40[349]/.test(one))).toEqual([]);
  });
});
