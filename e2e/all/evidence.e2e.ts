import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { deliver, endOf, publishFlow, wires } from '../../server/test/harness/flows.js';
import { approvalOf } from '../../server/test/harness/stack.js';
import { rezip } from '../../server/test/harness/zip-files.js';
import { eventually, type TestBrowser } from '../browser.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story =
  program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'evidence of a run, in the browser';
const castellan = fileURLToPath(new URL('../../cli/dist/castellan.js', import.meta.url));

/** An auditor takes the evidence of a run and the public key, and checks both away from the server. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let browser: TestBrowser;
  let folder: string;
  let runId: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'evidence-'));
    on = await startSignedIn(program!);
    ({ browser } = on);
    const flow = await publishFlow(on.admin, {
      ...{ name: 'Leaver', connections: on.slots },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        ask: { kind: 'approval', approvers: ['role:admin'], show: { who: 'ada@example.com' } },
        remove: {
          ...{ kind: 'action', title: 'Remove the account', connection: 'vendor', operation: 'request' },
          input: { method: 'DELETE', url: `${on.stack.vendorUrl}/users/ada` },
        },
      },
      wires: wires('hook -> ask', 'ask:approved -> remove'),
    });
    runId = String((await deliver(flow.hooks.hook ?? '', {})).body.runId);
    const { id, hash } = await approvalOf(on.admin, runId);
    await on.admin.inWorkspace('POST', `/approvals/${id}/decide`, { decision: 'approve', hash, comment: 'As agreed.' });
    expect((await endOf(on.admin, runId)).status).toBe('succeeded');
  });
  afterAll(async () => {
    await on?.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const text = () => browser.page.getByRole('main').textContent();

  /** What comes of pressing something that downloads. */
  async function downloaded(press: () => Promise<unknown>, name: string): Promise<string> {
    const [file] = await Promise.all([browser.page.waitForEvent('download'), press()]);
    expect(await file.failure()).toBeNull();
    const path = join(folder, name);
    await file.saveAs(path);
    return path;
  }

  /** The real command, which knows of no server. */
  function verify(...args: string[]): Promise<{ code: number; out: string }> {
    const env = { PATH: process.env.PATH, HOME: folder };
    return new Promise((resolve) => {
      execFile(process.execPath, [castellan, 'verify', ...args], { env }, (error, out) =>
        resolve({ code: error === null ? 0 : Number(error.code), out }),
      );
    });
  }

  const aPack = async () => {
    await browser.page.goto(on.address(`/runs/${runId}`));
    return downloaded(() => browser.page.getByRole('link', { name: 'Evidence', exact: true }).click(), 'pack.zip');
  };
  const theKeys = async () => {
    await browser.page.goto(on.address('/settings?tab=evidence'));
    const button = browser.page.getByRole('button', { name: 'Download the public keys' });
    return downloaded(() => button.click(), 'keys.pem');
  };

  test('a pack from the run’s page is verified with the key from the settings, and a tampered one is refused', async () => {
    const [pack, keys] = [await aPack(), await theKeys()];
    const whole = await verify(pack, '--key', keys);
    expect(whole.out).toContain('none altered, missing or added');
    expect(whole.out).toContain(runId);
    expect(whole.code).toBe(0);

    const tampered = join(folder, 'tampered.zip');
    await rezip(readFileSync(pack), tampered, (files) =>
      files.map(([file, was]) => [
        file,
        file === 'approvals.jsonl' ? String(was).replace('As agreed.', 'I said no.') : was,
      ]),
    );
    const refused = await verify(tampered, '--key', keys);
    expect(refused.out).toContain('approvals.jsonl was altered');
    expect(refused.code).toBe(1);
  });

  test('the page of the keys shows the one that signs, and makes a new one, which is in the audit', async () => {
    await browser.page.goto(on.address('/settings?tab=evidence'));
    await eventually(text).toContain('sha256:');
    await browser.page.getByRole('button', { name: 'Make a new key' }).click();
    await browser.page.getByRole('button', { name: 'Make it' }).click();
    await eventually(text).toContain('Signs no more');
    const signing = await browser.page.getByRole('row', { name: /Signs(?! no more)/ }).textContent();
    await browser.page.goto(on.address('/audit'));
    await eventually(text).toContain('evidence_key.change');
    const pack = await aPack();
    const checked = await verify(pack, '--key', await theKeys());
    expect(checked.code).toBe(0);
    const id = /with key ([0-9a-f]{16})/.exec(checked.out)?.[1];
    expect(signing).toContain(id);
    expect(browser.complaints).toEqual([]);
  });
});
