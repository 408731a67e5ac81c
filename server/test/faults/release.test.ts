import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliver, endOf, publishFlow, readRun, until, wires } from '../harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestDatabase,
  type TestServer,
  type TestTemporal,
} from '../harness/index.js';
import { approvalOf } from '../harness/stack.js';

/** A release whose workflow code does not fit what runs have done before it. */
const dist = fileURLToPath(new URL('../../dist', import.meta.url));

let database: TestDatabase;
let temporal: TestTemporal;
let api: TestServer;
let worker: TestServer;
let admin: Session;
let misfit: string;

const startWorker = (entry?: string) =>
  startServer({ database, temporal, mode: 'worker', installation: api.installation, ...(entry ? { entry } : {}) });

beforeAll(async () => {
  [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  api = await startServer({ database, temporal, mode: 'api' });
  admin = await adminSession(api);
  worker = await startWorker();
  misfit = buildMisfit();
});
afterAll(async () => {
  await Promise.all([api?.stop(), worker?.stop()]);
  if (misfit) rmSync(misfit, { recursive: true, force: true });
});

/** A copy of the build, beside it so that its packages are found, whose carriers begin with a timer of their own. */
function buildMisfit(): string {
  const folder = mkdtempSync(join(dist, '..', 'dist-misfit-'));
  cpSync(dist, folder, { recursive: true });
  const bundle = join(folder, 'workflow-bundle.js');
  const code = readFileSync(bundle, 'utf8');
  const sleep = /\(0,_temporalio_workflow__WEBPACK_IMPORTED_MODULE_\d+__\.sleep\)/.exec(code)?.[0];
  const changed = code.replace('async function carrier(input) {', `async function carrier(input) { await ${sleep}(1);`);
  if (sleep === undefined || changed === code) throw new Error('The workflow bundle is not what this test changes.');
  writeFileSync(bundle, changed);
  return folder;
}

test('its runs stall and do not fail, which is said; back on the release before, they go on', async () => {
  const { hooks } = await publishFlow(admin, {
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      ask: { kind: 'approval', title: 'Allowed?', approvers: ['role:admin'] },
      done: { kind: 'shape', output: { done: true } },
    },
    wires: wires('hook -> ask', 'ask:approved -> done'),
  });
  const runId = (await deliver(hooks.hook as string, {})).body.runId as string;
  const { id, hash } = await approvalOf(admin, runId);
  await worker.stop();
  worker = await startWorker(join(misfit, 'main.js'));
  await admin.inWorkspace('POST', `/approvals/${id}/decide`, { decision: 'approve', hash });
  await until('it stalls', async () => (await readRun(admin, runId)).status === 'stalled', 120);

  await worker.stop();
  worker = await startWorker();
  expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
});
