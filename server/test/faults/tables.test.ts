import type { ImportReport, TableChange, TableInfo, TableRowInfo } from '@castellan/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliver, endOf, publishFlow, until, wires } from '../harness/flows.js';
import { type Stack, startStack } from '../harness/stack.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

test('kill -9 of the worker while a loop writes rows: each is written once, though it may only be written where it is not', async () => {
  const { admin } = stack;
  const { body: table } = await admin.inWorkspace<TableInfo>('POST', '/tables', {
    name: 'Sent',
    columns: [{ name: 'person', title: 'Person', type: 'text' }],
    key: ['person'],
  });
  const flow = await publishFlow(admin, {
    connections: { sent: { connector: 'table', title: 'Sent', id: table.id } },
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      each: {
        ...{ kind: 'loop', items: { jsonata: 'trigger.body.people' }, key: { jsonata: 'item' }, concurrency: 20 },
        steps: {
          put: {
            ...{ kind: 'action', connection: 'sent', operation: 'compareAndSet' },
            // A second write of the same effect would find the row of the first, and fail.
            input: { key: { person: { jsonata: 'item' } }, values: {}, version: 0 },
          },
        },
        wires: [{ from: 'each', port: 'each', to: 'put' }],
      },
    },
    wires: wires('hook -> each'),
  });
  const people = Array.from({ length: 600 }, (_, n) => `person-${n}`);
  const { body } = await deliver(flow.hooks.hook as string, { people });
  const written = async () => (await admin.inWorkspace<TableInfo>('GET', `/tables/${table.id}`)).body.rowCount;
  for (const some of [30, 250]) {
    await until(`${some} rows`, async () => (await written()) >= some);
    await stack.killWorkers();
    await stack.startWorker();
  }
  expect(await endOf(admin, body.runId as string, 120)).toMatchObject({ status: 'succeeded' });
  expect(await written()).toBe(people.length);
  let changes = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const place = `/tables/${table.id}/changes?limit=200${cursor ? `&cursor=${cursor}` : ''}`;
    const page: { items: TableChange[]; next: string | null } = (
      await admin.inWorkspace<{ items: TableChange[]; next: string | null }>('GET', place)
    ).body;
    changes += page.items.length;
    cursor = page.next;
  }
  expect(changes).toBe(people.length);
});

test('100,000 rows are taken in from a file, found by an index, and refused past the limit', async () => {
  const { admin } = stack;
  const { body: table } = await admin.inWorkspace<TableInfo>('POST', '/tables', {
    name: 'Large',
    columns: [
      { name: 'department', title: 'Department', type: 'text' },
      { name: 'resource', title: 'Resource', type: 'text' },
      { name: 'days', title: 'Days', type: 'number' },
    ],
    key: ['department', 'resource'],
  });
  const take = (head: string, lines: string[]) =>
    admin.inWorkspace<ImportReport>('POST', `/tables/${table.id}/import`, {
      ...{ csv: [head, ...lines].join('\n').match(/[\s\S]{1,1000000}/gu), preview: false },
    });
  const rows = async (query: Record<string, string>) =>
    (
      await admin.inWorkspace<{ items: TableRowInfo[]; matching: number }>(
        'GET',
        `/tables/${table.id}/rows?${new URLSearchParams(query)}`,
      )
    ).body;
  const lines = Array.from({ length: 100_000 }, (_, n) => `Department ${n % 500},resource-${n},${n}`);
  expect((await take('department,resource,days', lines)).body).toMatchObject({ created: 100_000, done: true });
  const filter = JSON.stringify([{ column: 'department', op: 'eq', value: 'Department 7' }]);
  expect(await rows({ filter, limit: '5' })).toMatchObject({ matching: 200 });
  const last = await rows({ sort: 'days', descending: 'true', limit: '1' });
  expect(last.items[0]?.values.days).toBe(99_999);
  const beyond = Array.from({ length: 200_001 }, (_, n) => `More,r${n}`);
  expect(await take('department,resource', beyond)).toMatchObject({
    status: 413,
    body: { message: expect.stringContaining('200000') },
  });
  expect((await rows({ limit: '1' })).matching).toBe(100_000);
});
