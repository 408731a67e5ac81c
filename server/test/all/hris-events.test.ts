import { createHmac } from 'node:crypto';
import type { Delivery, TriggerState } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, type PublishedFlow, publishFlow, until, wires } from '../harness/flows.js';
import { type Stack, startStack } from '../harness/stack.js';

const key = 'the-private-key-of-the-webhook';

let stack: Stack;
let bamboohr: { id: string; hookUrl: string };

beforeAll(async () => {
  stack = await startStack({ simulators: true, servers: 'one' });
  const { admin } = stack;
  const made = await admin.inWorkspace<typeof bamboohr>('POST', '/connections', {
    ...{ name: 'BambooHR', connector: 'bamboohr', simulator: true, auth: 'apiKey' },
    fields: { companyDomain: 'example', apiKey: 'an-api-key', webhookKey: key },
  });
  expect(made.status).toBe(201);
  bamboohr = made.body;
});

afterAll(() => stack?.stop());

const listening = (event: string): Promise<PublishedFlow> =>
  publishFlow(stack.admin, {
    connections: { hr: { connector: 'bamboohr', title: 'BambooHR', id: bamboohr.id } },
    triggers: { heard: { kind: 'connector', connection: 'hr', event, everySeconds: 3_600 } },
    steps: { note: { kind: 'shape', output: { jsonata: 'trigger.body' } } },
    wires: wires('heard -> note'),
  });

/** Enters somebody in BambooHR. */
async function enter(id: string): Promise<void> {
  const { control } = stack.simulators!;
  const { employees } = (await control.state('bamboohr')) as { employees: object[] };
  const fields = {
    firstName: 'Ravi',
    lastName: `Menon ${id}`,
    workEmail: `ravi${id}@example.com`,
    hireDate: '2099-03-02',
  };
  const employee = { id, fields, action: 'Inserted', lastChanged: new Date().toISOString() };
  await control.seed('bamboohr', { employees: [...employees, employee] });
}

/** Delivers as BambooHR does. */
function tell(id: string, signedWith = key) {
  const data = { companyId: '1', employeeId: id };
  const body = { type: 'employee.created', timestamp: '2026-03-01T10:00:00Z', data };
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', signedWith)
    .update(`${JSON.stringify(body)}${timestamp}`)
    .digest('hex');
  const headers = { 'x-bamboohr-timestamp': timestamp, 'x-bamboohr-signature': signature };
  return deliver(bamboohr.hookUrl, body, headers);
}

async function readNow({ id }: PublishedFlow): Promise<void> {
  const { admin } = stack;
  const asked = await admin.inWorkspace('POST', `/flows/${id}/triggers/heard/poll`);
  expect(asked.status).toBe(202);
  await until('the end of the poll', async () => {
    const { body } = await admin.inWorkspace<{ items: TriggerState[] }>('GET', `/flows/${id}/triggers`);
    const poll = body.items[0]?.poll;
    return Boolean(poll && !poll.underWay && poll.polledAt && !poll.failing);
  });
}

const runsOf = (flow: PublishedFlow) =>
  stack.database.query<{ id: string; body: Record<string, unknown> }>(
    `select id, trigger_data -> 'body' as body from runs where flow_id = $1 order by id`,
    [flow.id],
  );

const arrivals = async (flow: PublishedFlow): Promise<Delivery[]> =>
  (await stack.admin.inWorkspace<{ items: Delivery[] }>('GET', `/deliveries?flowId=${flow.id}`)).body.items;

describe('an event that BambooHR delivers and that is read as well', () => {
  test('makes one run when it is heard both ways, and one when its delivery is lost', async () => {
    const flow = await listening('employeeCreated');
    await readNow(flow);
    await enter('901');
    expect((await tell('901')).status).toBe(200);
    await enter('902');
    await readNow(flow);
    const runs = await runsOf(flow);
    expect(runs.map(({ body }) => body.employeeId)).toEqual(['901', '902']);
    for (const { id } of runs) expect((await endOf(stack.admin, id)).status).toBe('succeeded');
    expect((await arrivals(flow)).map(({ method, status }) => `${method} ${status}`).toSorted()).toEqual([
      'POLL accepted',
      'POLL duplicate',
      'POST accepted',
    ]);
  });

  test('starts nothing when it is forged, and once when it is sent again', async () => {
    const flow = await listening('employeeCreated');
    await readNow(flow);
    expect((await tell('903', 'another key')).status).toBe(404);
    expect(await runsOf(flow)).toEqual([]);
    await tell('903');
    await tell('903');
    expect(await runsOf(flow)).toHaveLength(1);
  });

  test('comes with the person’s job where it is read for that', async () => {
    const flow = await listening('newHire');
    await readNow(flow);
    await enter('904');
    await readNow(flow);
    expect((await runsOf(flow)).map(({ body }) => body)).toEqual([
      expect.objectContaining({ id: '904', workEmail: 'ravi904@example.com', startDate: '2099-03-02' }),
    ]);
  });
});
