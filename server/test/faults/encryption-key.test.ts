import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beginningOf, encryptionKeyOf } from '../../src/platform/crypto/index.js';
import { endOf, publishFlow, until, wires } from '../harness/flows.js';
import { invariants } from '../harness/invariants.js';
import { approvalOf, type Stack, startStack } from '../harness/stack.js';

/** The key of an installation is changed while it runs. */
let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(async () => {
  await stack?.stop();
});

const secret = `token-${randomBytes(12).toString('hex')}`;
const copies = 30_000;

describe('a change of the encryption key', () => {
  test('in the middle of runs, with kill -9 on the way: all is sealed afresh, and everything opens', async () => {
    const { encryptionKey: old } = stack.api.installation;
    const oldId = encryptionKeyOf(old, 'the test').id;
    const fresh = randomBytes(32).toString('base64');
    const freshId = encryptionKeyOf(fresh, 'the test').id;
    const runId = await waitingRun();
    await sealMore(runId);

    // One process is started with both keys; the worker runs on with the old one, and hears of the change.
    await stack.startApi({ ENCRYPTION_KEY: fresh, ENCRYPTION_KEY_PREVIOUS: old });
    await until('some of it sealed afresh', async () => (await sealedWith(freshId)) > 100, 60);
    await stack.killWorkers();
    expect(await sealedWith(oldId)).toBeGreaterThan(0);
    await expect(stack.startWorker()).rejects.toThrow(/Wrong encryption key/);
    await stack.startWorker({ ENCRYPTION_KEY: fresh });

    // The first API runs with the old key still, and takes the decision.
    const approval = await approvalOf(stack.admin, runId);
    const decision = { decision: 'approve', hash: approval.hash };
    expect((await stack.admin.inWorkspace('POST', `/approvals/${approval.id}/decide`, decision)).status).toBe(200);
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    expect(stack.vendor.to('/tell')[0]?.body).toEqual({ echo: secret, items: [secret] });

    await until('the end of the change', async () => (await ring()).change === undefined, 150);
    expect(await placesOf(oldId)).toEqual([]);
    expect(await sealedWith(freshId)).toBeGreaterThan(copies);
    const { body } = await stack.admin.inWorkspace<{ intact: boolean }>('GET', '/audit/verify');
    expect(body.intact).toBe(true);
    const changes = await stack.database.query<{ after: unknown }>(
      `select after from audit where action = 'encryption_key.change'`,
    );
    expect(changes).toEqual([{ after: { key: freshId } }]);
    await stack.database.query(`delete from steps where step_id = 'copy'`);
    await invariants(stack);
  });
});

/** A run that waits for a decision in a loop over what it has read, with a secret in that and a write behind it and one before it. */
async function waitingRun(): Promise<string> {
  stack.vendor.script('/ask', ({ headers }) => ({ body: { echo: String(headers.authorization).split(' ')[1] } }));
  const made = await stack.admin.inWorkspace<{ id: string }>('POST', '/connections', {
    ...{ name: 'Vendor with a token', connector: 'http', auth: 'bearer' },
    fields: { token: secret, hosts: [stack.vendorUrl] },
  });
  const vendor = { connector: 'http', title: 'Vendor', id: made.body.id };
  const write = (path: string) => ({ method: 'POST', url: `${stack.vendorUrl}${path}` });
  const { hooks } = await publishFlow(stack.admin, {
    connections: { vendor },
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      ask: { kind: 'action', connection: 'vendor', operation: 'get', input: { url: `${stack.vendorUrl}/ask` } },
      note: {
        ...{ kind: 'action', connection: 'vendor', operation: 'requestWithKey' },
        input: { ...write('/note'), headers: { 'x-effect': { jsonata: 'run.id' } }, json: {} },
      },
      tell: {
        ...{ kind: 'action', connection: 'vendor', operation: 'request' },
        input: {
          ...write('/tell'),
          headers: { 'x-effect': { jsonata: 'run.id & "tell"' } },
          json: { echo: { jsonata: 'steps.ask.output.body.echo' }, items: { jsonata: 'steps.each.output.items' } },
        },
      },
      each: {
        kind: 'loop',
        items: { jsonata: '[steps.ask.output.body.echo]' },
        collect: { jsonata: 'item' },
        steps: { decide: { kind: 'approval', approvers: ['role:admin'], needed: 1 } },
        wires: wires('each:each -> decide'),
      },
    },
    wires: wires('hook -> ask', 'ask -> note', 'note -> each', 'each -> tell'),
  });
  return String((await stack.send(hooks.hook as string, {})).body.runId);
}

/** As many sealed values as take a while: rows of runs that are no more. */
async function sealMore(runId: string): Promise<void> {
  await approvalOf(stack.admin, runId);
  await stack.database.query(
    `insert into steps (run_id, step_id, iteration, kind, status, exact, ended_at)
     select overlay(run_id::text placing lpad(to_hex(n), 12, '0') from 25)::uuid, 'copy', '', 'action', 'succeeded', exact, now()
       from steps, generate_series(1, ${copies}) as n where run_id = $1 and exact is not null`,
    [runId],
  );
}

async function sealedWith(keyId: string): Promise<number> {
  const [row] = await stack.database.query<{ count: number }>(
    'select count(*)::int as count from steps where starts_with(exact, $1)',
    [beginningOf(keyId)],
  );
  return row?.count ?? 0;
}

async function ring(): Promise<{ change?: unknown }> {
  const [row] = await stack.database.query<{ value: { change?: unknown } }>(
    `select value from installation where key = 'encryption_key'`,
  );
  return row?.value ?? {};
}

/** The columns of the whole database in which something stands that this key has sealed. */
async function placesOf(keyId: string): Promise<string[]> {
  const columns = await stack.database.query<{ table: string; column: string }>(
    `select c.table_name as table, c.column_name as column from information_schema.columns c
       join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.data_type in ('text', 'jsonb')`,
  );
  const found: string[] = [];
  for (const { table, column } of columns) {
    const rows = await stack.database.query(
      `select 1 from "${table}" where position($1 in "${column}"::text) > 0 limit 1`,
      [beginningOf(keyId)],
    );
    if (rows.length > 0) found.push(`${table}.${column}`);
  }
  return found;
}
