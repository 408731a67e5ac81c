import { type Approval, approvalRoutes } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { endOf, publishFlow, stepsOf, until, wires } from '../harness/flows.js';
import { type Stack, startStack } from '../harness/stack.js';
import { joinAs } from '../people.js';

/** What an approval asks of people, and of whom. */
type Person = ApiClient & { email: string };

let stack: Stack;
let admin: ApiClient;
let ann: Person;
let ben: Person;

beforeAll(async () => {
  stack = await startStack({ servers: 'one', simulators: true });
  admin = ApiClient.of(stack.api, stack.admin);
  ann = await joinAs(stack.api, admin, 'approver');
  ben = await joinAs(stack.api, admin, 'approver');
});
afterAll(() => stack?.stop());

const call = () => ({
  ...{ kind: 'action', connection: 'vendor', operation: 'requestWithKey' },
  input: { method: 'DELETE', url: `${stack.vendorUrl}/approved` },
});

/** A flow that is started by hand or by a webhook, asks, and changes something unless `after` says otherwise. */
async function asking(step: object, after: object = call()) {
  return publishFlow(stack.admin, {
    connections: { vendor: { connector: 'http', title: 'Vendor', id: stack.connections.vendor } },
    triggers: { hook: { kind: 'webhook' }, hand: { kind: 'manual', input: { type: 'object' } } },
    steps: {
      ask: { kind: 'approval', title: 'Remove it?', approvers: ['role:approver', 'role:admin'], ...step },
      after,
    },
    wires: wires('hook -> ask', 'hand -> ask', 'ask:approved -> after'),
  });
}

const byHook = async (flow: Awaited<ReturnType<typeof asking>>, body: object = {}): Promise<Approval> =>
  approvalOf(String((await stack.send(flow.hooks.hook!, body)).body.runId));

async function byHand(flow: Awaited<ReturnType<typeof asking>>): Promise<Approval> {
  const { body } = await stack.admin.inWorkspace<{ runId: string }>('POST', `/flows/${flow.id}/run`, {
    ...{ trigger: 'hand', input: {} },
  });
  return approvalOf(body.runId);
}

const approvalOf = (runId: string): Promise<Approval> =>
  until(`the approval of run ${runId}`, async () => {
    const { items } = await admin.ok(approvalRoutes.list, { query: { limit: '200' } });
    return items.find((item) => item.runId === runId);
  });

const decision = ({ id, hash }: Approval, given: object) => ({
  ...{ params: { id }, body: { decision: 'approve', hash, ...given } },
});
const decide = (by: ApiClient, approval: Approval, given: object = {}) =>
  by.ok(approvalRoutes.decide, decision(approval, given));
const refused = (by: ApiClient, approval: Approval, given: object = {}) =>
  by.refused(approvalRoutes.decide, decision(approval, given));

describe('a reason', () => {
  test('is wanted of a rejection unless the flow says otherwise, and stands in what the step gives', async () => {
    const approval = await byHook(await asking({}));
    expect(approval.commentOn).toBe('reject');
    const reject = { decision: 'reject' };
    expect(await refused(ann, approval, reject)).toMatchObject({ status: 400, message: /why/ });
    expect(await refused(ann, approval, { ...reject, comment: ' \n' })).toMatchObject({ status: 400 });
    await decide(ann, approval, { ...reject, comment: 'Not before the audit' });
    await endOf(stack.admin, approval.runId);
    expect((await stepsOf(stack.admin, approval.runId)).ask?.output).toMatchObject({
      decisions: [{ by: ann.email, decision: 'reject', comment: 'Not before the audit' }],
    });
  });

  test('is wanted of each decision, or of none, where the flow says so', async () => {
    const each = await byHook(await asking({ commentOn: 'both', needed: 2 }));
    expect(await refused(ann, each)).toMatchObject({ status: 400, message: /Each decision/ });
    await decide(ann, each, { comment: 'Seen in the ticket' });
    expect(await decide(ben, each, { comment: 'I as well' })).toMatchObject({ status: 'approved' });
    const none = await byHook(await asking({ commentOn: 'none' }));
    expect(await decide(ann, none, { decision: 'reject' })).toMatchObject({ status: 'rejected' });
  });
});

describe('whoever started a run', () => {
  test('does not approve the changes that follow, and others do', async () => {
    const approval = await byHand(await asking({}));
    expect(approval).toMatchObject({ startedBy: ['admin@castellan.test'], mayDecide: false });
    expect(await refused(admin, approval)).toMatchObject({ status: 403, message: /you started it/ });
    await decide(ann, approval);
    expect((await endOf(stack.admin, approval.runId)).status).toBe('succeeded');
  });

  test('decides where nothing is changed after it, or where the flow lets them', async () => {
    const looks = { kind: 'shape', output: { seen: true } };
    expect(await decide(admin, await byHand(await asking({}, looks)))).toMatchObject({ status: 'approved' });
    expect(await decide(admin, await byHand(await asking({ starterDecides: true })))).toMatchObject({
      status: 'approved',
    });
  });

  test('does not decide a run that they ask for again', async () => {
    const first = await byHook(await asking({}));
    await decide(ann, first);
    await endOf(stack.admin, first.runId);
    const again = { place: { at: 'start' } };
    const { body } = await stack.admin.inWorkspace<{ runId: string }>('POST', `/runs/${first.runId}/retry`, again);
    const second = await approvalOf(body.runId);
    expect(await refused(admin, second)).toMatchObject({ status: 403 });
    await stack.admin.inWorkspace('POST', `/runs/${body.runId}/cancel`, {});
  });
});

test('the person concerned is known in any spelling, by name, and among several', async () => {
  const flow = await asking({ subject: { jsonata: 'trigger.body.about' } });
  const [name = '', domain = ''] = ann.email.split('@');
  for (const about of [`${name}+hr@${domain}`.toUpperCase(), `Ann <${ann.email}>`, `${ben.email}, ${ann.email}`]) {
    const approval = await byHook(flow, { about });
    expect(await refused(ann, approval), about).toMatchObject({ status: 403 });
    await stack.admin.inWorkspace('POST', `/runs/${approval.runId}/cancel`, {});
  }
  const { body } = await stack.send(flow.hooks.hook!, { about: [ann.email] });
  await endOf(stack.admin, String(body.runId));
  expect((await stepsOf(stack.admin, String(body.runId))).ask?.error).toMatchObject({ code: 'E_PARAM_TYPE' });
});
