import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type PublishedFlow, publishFlow, until, wires } from '../harness/flows.js';
import { invariants } from '../harness/invariants.js';
import type { SimulatorControl } from '../harness/simulator-control.js';
import { type Stack, startStack } from '../harness/stack.js';

/** SailPoint waits for an answer that comes later, while the process that is to bring it dies. */
const event = 'accessRequestPreApproval';
const yes = { approved: true, comment: 'Seen', approver: 'castellan' };

let stack: Stack;
let connection: string;
let flow: PublishedFlow;

const sailpoint = () => stack.simulators?.control as SimulatorControl;

beforeAll(async () => {
  stack = await startStack({ simulators: true });
  const { admin } = stack;
  const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
    ...{ name: 'SailPoint', connector: 'sailpoint', simulator: true, auth: 'oauth2ClientCredentials' },
    fields: { apiUrl: 'https://simulated-company.api.identitynow.com', clientId: 'client', clientSecret: 'secret' },
  });
  connection = made.body.id;
  flow = await publishFlow(admin, {
    connections: { iga: { connector: 'sailpoint', title: 'SailPoint', id: connection } },
    triggers: { asked: { kind: 'connector', connection: 'iga', event, answers: true } },
    steps: { think: { kind: 'wait', seconds: 2 }, say: { kind: 'respond', status: 200, body: yes } },
    wires: wires('asked -> think', 'think -> say'),
  });
  const wish = { name: 'Castellan', mode: 'async', deadlineSeconds: 600 };
  const subscribed = await admin.inWorkspace('PUT', `/connections/${connection}/subscriptions/${event}`, wish);
  expect(subscribed.status, JSON.stringify(subscribed.body)).toBe(200);
});
afterAll(() => stack?.stop());

beforeEach(() => sailpoint().faults('sailpoint', []));

async function ask(): Promise<string> {
  const { body } = await stack.admin.inWorkspace<{ invocations: string[] }>(
    'POST',
    `/connections/${connection}/subscriptions/${event}/tests`,
    {},
  );
  const [id] = body.invocations as [string];
  await until('the question to be stored', async () => (await questions(id)).length === 1);
  return id;
}

const questions = (id: string) =>
  stack.database.query<{ state: string; sealed: string | null }>(
    'select state, sealed from awaited_answers where question = $1',
    [id],
  );

/** Calls that brought the answer to an invocation. */
const brought = async (id: string) =>
  (await sailpoint().requests('sailpoint')).filter(({ path }) => path.endsWith(`/${id}/complete`));

async function completedOnce(id: string): Promise<void> {
  await until('the answer', async () => (await questions(id))[0]?.state === 'answered', 90);
  const { invocations } = (await sailpoint().state('sailpoint')) as { invocations: { id: string; output: unknown }[] };
  expect(invocations.find((each) => each.id === id)?.output).toEqual(yes);
  expect(await brought(id)).toHaveLength(1);
  expect((await questions(id))[0]?.sealed).toBeNull();
}

test('a worker killed with kill -9 while it brings an answer: the next one finds that it arrived', async () => {
  await sailpoint().faults('sailpoint', [{ operation: 'completeTriggerInvocation', delaySeconds: 2, times: 1 }]);
  const id = await ask();
  await until('the call that brings it', async () => (await brought(id)).length === 1);
  await stack.killWorkers();
  await stack.startWorker();
  await completedOnce(id);
});

test('a worker and an API killed with kill -9 while the flow is at it: the answer is brought all the same, once', async () => {
  const id = await ask();
  await Promise.all([stack.killWorkers(), stack.restartApi()]);
  await stack.startWorker();
  await completedOnce(id);
  const runs = await stack.database.query('select id from runs where flow_id = $1 and ended_at is not null', [flow.id]);
  expect(runs).toHaveLength(2);
  await invariants(stack);
});
