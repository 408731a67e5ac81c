import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { wires } from '../../server/test/harness/flows.js';
import { eventually, type TestBrowser } from '../browser.js';
import { editor } from '../pages/editor.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story =
  program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'the publish policy, in the browser';

/** An administrator makes a rule, sees a flow break it in the editor, and excepts that flow. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let browser: TestBrowser;
  let flow: { id: string; revision: number };

  beforeAll(async () => {
    on = await startSignedIn(program!, { simulators: true });
    ({ browser } = on);
    const body = { name: 'Opal', connector: 'opal', simulator: true };
    const opal = (await on.admin.inWorkspace<{ id: string }>('POST', '/connections', body)).body.id;
    const draft = {
      ...{ schema: 1, name: 'Taker', connections: { opal: { connector: 'opal', title: 'Opal', id: opal } } },
      triggers: { start: { kind: 'manual', title: 'By hand', input: { type: 'object' } } },
      steps: {
        revoke: {
          ...{ kind: 'action', title: 'Revoke it', connection: 'opal', operation: 'revokeResource' },
          input: { resourceId: 'r', resourceName: 'R', userId: 'u', userEmail: 'u@example.com', accessLevel: '' },
        },
      },
      wires: wires('start -> revoke'),
    };
    flow = (await on.admin.inWorkspace<typeof flow>('POST', '/flows', { name: 'Taker', draft })).body;
  });
  afterAll(() => on?.stop());
  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const text = () => browser.page.getByRole('main').textContent();
  const rulesForm = () => browser.page.getByRole('form', { name: 'Rules of the workspace' });
  const publish = async () => {
    const { id, revision } = flow;
    const headers = { 'if-match': String(revision) };
    return (await on.admin.inWorkspace('POST', `/flows/${id}/publish`, {}, headers)).status;
  };

  test('a rule is set in Settings, and the editor names the way on which a flow breaks it', async () => {
    const { page } = browser;
    await page.goto(on.address('/settings?tab=safety'));
    await rulesForm()
      .getByRole('radiogroup', { name: 'What takes something away comes after an approval' })
      .getByText('Refuse')
      .click();
    await page.getByRole('button', { name: 'Save the rules' }).click();
    await eventually(() => page.getByRole('button', { name: 'Save the rules' }).isDisabled()).toBe(true);
    expect(await publish()).toBe(422);
    await page.goto(on.address(`/flows/${flow.id}`));
    const { problemCount, problems } = editor(page);
    await eventually(() => problemCount().textContent()).toBe('1 problem');
    expect((await problems()).join()).toContain('By hand → Revoke it');
    await page.getByRole('button', { name: /By hand → Revoke it/ }).click();
    const box = (name: RegExp) => page.getByRole('button', { name });
    await eventually(() => box(/^By hand, .*1 on the way of the problem/).count()).toBe(1);
    expect(await box(/^Revoke it, .*2 on the way of the problem/).count()).toBe(1);
    await box(/^By hand/).click();
    await eventually(() => box(/on the way of the problem/).count()).toBe(0);
  });

  test('the flow is excepted with a reason, and again held against the rule when that ends', async () => {
    const { page } = browser;
    await page.goto(on.address('/settings?tab=safety'));
    await page.getByRole('combobox', { name: 'Flow', exact: true }).click();
    await page.getByRole('option', { name: 'Taker' }).click();
    await page.getByRole('textbox', { name: 'Why' }).fill('Reviewed each morning');
    await page.getByRole('button', { name: 'Except it' }).click();
    await eventually(text).toContain('Reviewed each morning');
    expect(await publish()).toBe(201);
    await page.getByRole('button', { name: 'End the exception of Taker' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click();
    await eventually(text).toContain('Every flow keeps to the rules.');
    expect(browser.complaints).toEqual([]);
  });
});
