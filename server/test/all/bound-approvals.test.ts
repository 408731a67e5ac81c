import { randomUUID } from 'node:crypto';
import { type Approval, routes } from '@castellan/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { deliver, endOf, type PublishedFlow, publishFlow, stepsOf, until, wires } from '../harness/flows.js';
import type { Session } from '../harness/index.js';
import { type Stack, startStack } from '../harness/stack.js';
import { joinAs } from '../people.js';

let stack: Stack;
let admin: Session;
let approver: ApiClient & { email: string };

beforeAll(async () => {
  stack = await startStack();
  ({ admin } = stack);
  approver = await joinAs(stack.api, ApiClient.of(stack.api, admin), 'approver');
});
afterAll(() => stack?.stop());

/** After the approval a step reads who is to be removed, and another removes them. */
function leaver(
  path: string,
  triggers: Record<string, unknown> = { hook: { kind: 'webhook' } },
): Promise<PublishedFlow> {
  const [trigger = ''] = Object.keys(triggers);
  const call = (operation: string, input: object) => ({ kind: 'action', connection: 'vendor', operation, input });
  return publishFlow(admin, {
    connections: { vendor: { connector: 'http', title: 'Vendor', id: stack.connections.vendor } },
    triggers,
    steps: {
      ask: {
        ...{ kind: 'approval', approvers: ['role:approver', 'role:admin'], covers: ['remove'] },
        show: { why: 'They have left.' },
      },
      who: call('get', { url: `${stack.vendorUrl}${path}/who` }),
      remove: call('requestWithKey', {
        method: 'DELETE',
        url: { jsonata: `"${stack.vendorUrl}${path}/" & steps.who.output.body.user` },
      }),
    },
    wires: wires(`${trigger} -> ask`, 'ask:approved -> who', 'who -> remove'),
  });
}

const newPath = () => `/bound-${randomUUID().slice(0, 8)}`;
const removed = (path: string) =>
  stack.vendor.requests
    .filter(({ method, path: at }) => method === 'DELETE' && at.startsWith(path))
    .map((one) => one.path);

/** The question of a run, once it shows what it allows, or why it cannot. */
const shownOf = (runId: string): Promise<Approval> =>
  until(`what the approval of run ${runId} allows`, async () => {
    const { body } = await admin.inWorkspace<{ items: Approval[] }>('GET', '/approvals?limit=100');
    return body.items.find((item) => item.runId === runId && item.bound !== null && item.bound.state !== 'making');
  });
const approve = ({ id, hash }: Approval) =>
  approver.send(routes.approvals.decide, { params: { id }, body: { decision: 'approve', hash } });

async function start(flow: PublishedFlow): Promise<string> {
  const answer = await deliver(flow.hooks.hook ?? '', {});
  expect(answer.status).toBe(202);
  return String(answer.body.runId);
}

test('an approval shows what the run would do after it, and allows just that', async () => {
  const path = newPath();
  stack.vendor.script(`${path}/who`, () => ({ body: { user: 'jane' } }));
  const runId = await start(await leaver(path));
  const approval = await shownOf(runId);
  expect(approval.show).toMatchObject({
    why: 'They have left.',
    allows: [{ action: 'delete', object: { title: `DELETE ${stack.vendorUrl}${path}/jane` }, system: 'HTTP' }],
  });
  expect(removed(path)).toEqual([]);
  expect(await approve({ ...approval, hash: 'another' })).toMatchObject({ status: 409 });
  expect(await approve(approval)).toMatchObject({ status: 200 });
  expect((await endOf(admin, runId)).status).toBe('succeeded');
  expect(removed(path)).toEqual([`${path}/jane`]);
});

test('a write that is another one by then fails with E_APPROVAL_STALE, and is not sent', async () => {
  const path = newPath();
  let user = 'jane';
  stack.vendor.script(`${path}/who`, () => ({ body: { user } }));
  const runId = await start(await leaver(path));
  const approval = await shownOf(runId);
  user = 'ada';
  expect(await approve(approval)).toMatchObject({ status: 200 });
  expect((await endOf(admin, runId)).status).toBe('failed');
  expect((await stepsOf(admin, runId)).remove?.error).toMatchObject({ code: 'E_APPROVAL_STALE' });
  expect(removed(path)).toEqual([]);
});

test('what could not be worked out can be rejected, and not approved', async () => {
  const path = newPath();
  stack.vendor.script(`${path}/who`, () => ({ status: 404 }));
  const runId = await start(await leaver(path));
  const approval = await shownOf(runId);
  expect(approval.bound).toMatchObject({ state: 'failed' });
  expect(await approve(approval)).toMatchObject({ status: 409 });
  const { id, hash } = approval;
  const rejected = await approver.send(routes.approvals.decide, {
    params: { id },
    body: { decision: 'reject', comment: 'No.', hash },
  });
  expect(rejected.status).toBe(200);
  await endOf(admin, runId);
  expect(removed(path)).toEqual([]);
});

test('what is bound is not approved by whoever started the run', async () => {
  const path = newPath();
  stack.vendor.script(`${path}/who`, () => ({ body: { user: 'jane' } }));
  const flow = await leaver(path, { hand: { kind: 'manual', input: { type: 'object' } } });
  const started = await admin.inWorkspace<{ runId: string }>('POST', `/flows/${flow.id}/run`, { input: {} });
  const approval = await shownOf(started.body.runId);
  expect(approval).toMatchObject({ startedBy: ['admin@castellan.test'], mayDecide: false });
  const { id, hash } = approval;
  expect((await admin.inWorkspace('POST', `/approvals/${id}/decide`, { decision: 'approve', hash })).status).toBe(403);
  expect(await approve(approval)).toMatchObject({ status: 200 });
  expect((await endOf(admin, started.body.runId)).status).toBe('succeeded');
  expect(removed(path)).toEqual([`${path}/jane`]);
});
