import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { FlowDetail, ImportReport, TableChange, TableInfo, TableRowInfo } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, publishFlow, stepsOf, wires } from '../harness/flows.js';
import type { Session } from '../harness/index.js';
import { type Stack, startStack } from '../harness/stack.js';

let stack: Stack;
let admin: Session;

beforeAll(async () => {
  const env = { TEMPLATES_DIR: fileURLToPath(new URL('../templates', import.meta.url)) };
  stack = await startStack({ env });
  ({ admin } = stack);
});
afterAll(() => stack?.stop());

const columns = [
  { name: 'department', title: 'Department', type: 'text' },
  { name: 'resource', title: 'Resource', type: 'text' },
  { name: 'level', title: 'Access level', type: 'text', choices: ['read', 'write'] },
  { name: 'days', title: 'Days', type: 'number' },
  { name: 'since', title: 'Since', type: 'date' },
  { name: 'tags', title: 'Tags', type: 'list' },
];
const key = ['department', 'resource'];

async function makeTable(over: object = {}): Promise<TableInfo> {
  const body = { name: `Role map ${randomUUID().slice(0, 8)}`, columns, key, ...over };
  const made = await admin.inWorkspace<TableInfo>('POST', '/tables', body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}

const put = (table: TableInfo, values: object, version = 0) =>
  admin.inWorkspace<TableRowInfo>('POST', `/tables/${table.id}/rows`, { values, version });
const rowsOf = async (table: TableInfo, query: Record<string, string> = {}) => {
  const answer = await admin.inWorkspace<{ items: TableRowInfo[]; next: string | null; matching: number | null }>(
    'GET',
    `/tables/${table.id}/rows?${new URLSearchParams(query)}`,
  );
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const changesOf = async (table: TableInfo, of?: string) => {
  const query = of === undefined ? '' : `?key=${encodeURIComponent(of)}`;
  return (await admin.inWorkspace<{ items: TableChange[] }>('GET', `/tables/${table.id}/changes${query}`)).body.items;
};
const importCsv = (table: TableInfo, csv: string, over: object = {}) =>
  admin.inWorkspace<ImportReport>('POST', `/tables/${table.id}/import`, {
    csv: csv.match(/[\s\S]{1,1000000}/gu) ?? [''],
    ...over,
  });
const auditOf = async (table: TableInfo) => {
  const { body } = await admin.inWorkspace<{
    items: { action: string; objectId: string; after: unknown; actor: string }[];
  }>('GET', '/audit?limit=200');
  return body.items.filter(({ objectId }) => objectId === table.id);
};

describe('a table', () => {
  test('is refused with every wrong column at its place, and when its name is taken', async () => {
    const [first] = columns;
    const wrong = {
      name: 'Wrong',
      columns: [first, first, { ...columns[3], choices: ['a'] }],
      key: ['nothing', 'tags'],
    };
    const refused = await admin.inWorkspace('POST', '/tables', wrong);
    expect(refused.status).toBe(400);
    const { problems } = (refused.body as { details: { problems: { pointer: string }[] } }).details;
    expect(problems.map(({ pointer }) => pointer)).toEqual([
      ...['/columns/1/name', '/columns/1/title', '/columns/2/choices', '/key/0', '/key/1'],
    ]);
    const { name } = await makeTable();
    const again = { name: name.toUpperCase(), columns, key };
    expect(await admin.inWorkspace('POST', '/tables', again)).toMatchObject({ status: 409 });
  });

  test('takes a new column, loses one with its values, and keeps its key and the types of what holds values', async () => {
    const table = await makeTable();
    await put(table, { department: 'IT', resource: 'aws', days: 3 });
    const save = (some: object[]) =>
      admin.inWorkspace<TableInfo>('PUT', `/tables/${table.id}`, { name: table.name, description: '', columns: some });
    expect(await save(columns.slice(1))).toMatchObject({ status: 400 });
    const retyped = columns.map((column) => (column.name === 'days' ? { ...column, type: 'text' } : column));
    expect(await save(retyped)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('type stays') },
    });
    const others = columns.filter(({ name }) => name !== 'days');
    expect((await save([...others, { name: 'note', title: 'Note', type: 'text' }])).status).toBe(200);
    const [row] = (await rowsOf(table)).items;
    expect(row?.values).toMatchObject({ department: 'IT', note: null });
    expect(row?.values).not.toHaveProperty('days');
    const [change] = await changesOf(table);
    expect(change).toMatchObject({ version: row?.version, actor: 'admin@castellan.test' });
  });

  test('is not removed while a flow names it, and then with its rows', async () => {
    const table = await makeTable();
    await put(table, { department: 'IT', resource: 'aws' });
    const flow = await publishFlow(admin, {
      connections: { roles: { connector: 'table', title: 'Roles', id: table.id } },
      triggers: { hook: { kind: 'webhook' } },
      steps: { read: { kind: 'action', connection: 'roles', operation: 'list', input: {} } },
      wires: wires('hook -> read'),
    });
    const remove = () => admin.inWorkspace('DELETE', `/tables/${table.id}`);
    expect(await remove()).toMatchObject({ status: 409, body: { code: 'in_use' } });
    const { body } = await admin.inWorkspace<TableInfo>('GET', `/tables/${table.id}`);
    expect(body.usedBy.map(({ flowId }) => flowId)).toEqual([flow.id]);
    await admin.inWorkspace('DELETE', `/flows/${flow.id}`);
    expect((await remove()).status).toBe(204);
    expect((await admin.inWorkspace('GET', `/tables/${table.id}`)).status).toBe(404);
    expect((await auditOf(table)).map(({ action }) => action)).toContain('table.remove');
  });
});

describe('a row', () => {
  test('is kept by its types, and what does not fit is told for each cell', async () => {
    const table = await makeTable();
    const whole = { department: 'IT', resource: 'aws', level: 'read', days: 1.5, since: '2026-02-28', tags: ['a'] };
    expect((await put(table, whole)).body.values).toEqual(whole);
    const wrong = {
      department: 'IT',
      resource: '',
      level: 'owner',
      days: '3',
      since: '2026-02-30',
      tags: 'a',
      more: 1,
    };
    const refused = await put(table, wrong);
    expect(refused.status).toBe(400);
    const { problems } = (refused.body as unknown as { details: { problems: { pointer: string }[] } }).details;
    expect(problems.map(({ pointer }) => pointer)).toEqual([
      ...['/values/more', '/values/level', '/values/days', '/values/since', '/values/tags'],
    ]);
    expect(await put(table, { department: 'IT', resource: '' })).toMatchObject({ status: 400 });
    const long = { department: 'IT', resource: 'x'.repeat(2_000) };
    expect(await put(table, long)).toMatchObject({ status: 413 });
  });

  test('is not written over by who saw an older one; its history says who, and puts it back', async () => {
    const table = await makeTable();
    const row = (await put(table, { department: 'IT', resource: 'aws', level: 'read' })).body;
    expect(await put(table, row.values)).toMatchObject({ status: 409 });
    const changed = (await put(table, { ...row.values, level: 'write' }, row.version)).body;
    expect(await put(table, { ...row.values, days: 1 }, row.version)).toMatchObject({ status: 409 });
    const history = await changesOf(table, row.key);
    expect(history.map(({ before, after }) => [before?.level ?? null, after?.level])).toEqual([
      ...[
        ['read', 'write'],
        [null, 'read'],
      ],
    ]);
    expect(history[0]?.actor).toBe('admin@castellan.test');
    const putBack = (version: number) =>
      admin.inWorkspace<{ row: TableRowInfo | null }>('POST', `/tables/${table.id}/changes/${version}/put-back`);
    expect(await putBack(row.version)).toMatchObject({ status: 409 });
    expect((await putBack(changed.version)).body.row?.values.level).toBe('read');
    const [present] = (await rowsOf(table)).items;
    const gone = [{ key: present!.key, version: present!.version }];
    const removed = await admin.inWorkspace('POST', `/tables/${table.id}/rows/remove`, { rows: gone });
    expect(removed.body).toEqual({ removed: 1 });
    const [removal] = await changesOf(table, row.key);
    expect((await putBack(removal!.version)).body.row?.values).toEqual(row.values);
    expect((await auditOf(table)).map(({ action }) => action).toReversed()).toEqual([
      ...['table.create', 'table.add_row', 'table.change_row', 'table.change_row', 'table.remove_row', 'table.add_row'],
    ]);
  });

  test('is found by conditions on any column, sorted by it, page by page', async () => {
    const table = await makeTable();
    const lines = Array.from({ length: 25 }, (_, n) =>
      [
        `Dep ${n % 3}`,
        `r${String(n).padStart(2, '0')}`,
        n % 2 ? 'read' : '',
        n % 5 ? n : '',
        `2026-01-${String(n + 1).padStart(2, '0')}`,
        `t${n % 4}`,
      ].join(),
    );
    await importCsv(table, `department,resource,level,days,since,tags\n${lines.join('\n')}`, { preview: false });
    const found = async (...filter: object[]) => {
      const { items, matching } = await rowsOf(table, { filter: JSON.stringify(filter) });
      expect(matching).toBe(items.length);
      return items.map(({ values }) => values.resource);
    };
    expect(await found({ column: 'department', op: 'eq', value: 'Dep 1' }, { column: 'level', op: 'empty' })).toEqual([
      ...['r04', 'r10', 'r16', 'r22'],
    ]);
    expect(await found({ column: 'days', op: 'gte', value: 22 })).toEqual(['r24', 'r22', 'r23']);
    expect(await found({ column: 'since', op: 'lt', value: '2026-01-03' })).toEqual(['r00', 'r01']);
    expect(
      await found({ column: 'department', op: 'contains', value: 'P 2' }, { column: 'days', op: 'lt', value: 6 }),
    ).toEqual(['r02']);
    expect(await found({ column: 'resource', op: 'in', value: ['r03', 'r07', 'none'] })).toEqual(['r03', 'r07']);
    expect(
      await found(
        { column: 'tags', op: 'contains', value: 't3' },
        { column: 'department', op: 'startsWith', value: 'dep 0' },
      ),
    ).toEqual(['r03', 'r15']);
    const paged = async (query: Record<string, string>) => {
      const all: unknown[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Awaited<ReturnType<typeof rowsOf>> = await rowsOf(table, {
          ...query,
          limit: '4',
          ...(cursor ? { cursor } : {}),
        });
        all.push(...page.items.map(({ values }) => values.days));
        cursor = page.next;
      }
      return all;
    };
    const days = Array.from({ length: 25 }, (_, n) => n).filter((n) => n % 5);
    expect(await paged({ sort: 'days' })).toEqual([...days, null, null, null, null, null]);
    expect(await paged({ sort: 'days', descending: 'true' })).toEqual([
      null,
      null,
      null,
      null,
      null,
      ...days.toReversed(),
    ]);
    expect(await paged({})).toHaveLength(25);
    const unknown = await admin.inWorkspace('GET', `/tables/${table.id}/rows?sort=nothing`);
    expect(unknown).toMatchObject({ status: 400, body: { message: expect.stringContaining('no column nothing') } });
  });
});

describe('a CSV file', () => {
  test('is read with every problem told by its line, and then not at all', async () => {
    const table = await makeTable();
    const csv = 'Department,resource,Days\nIT,aws,many\nIT,,1\n"IT","g\nh",2\nIT,aws\nIT,x,1\nIT,x,2\n';
    const { body } = await importCsv(table, csv, { preview: false });
    expect(body).toMatchObject({ done: false, problemCount: 4 });
    expect(body.problems.map(({ line, message }) => [line, message])).toEqual([
      ...[
        [2, 'It takes a number.'],
        [3, 'A row needs a value of “Resource”.'],
      ],
      ...[
        [6, 'It has 2 values, the first line 3.'],
        [8, 'The same row stands in line 7.'],
      ],
    ]);
    expect((await rowsOf(table)).items).toEqual([]);
    expect((await importCsv(table, 'department,what\nIT,x')).body.problems.map(({ column }) => column)).toEqual([
      'what',
      'Resource',
    ]);
    expect((await importCsv(table, 'department,resource\n"IT,x')).body.problemCount).toBe(1);
  });

  test('is previewed, taken in whole, and says the same again when it is taken out', async () => {
    const table = await makeTable();
    await put(table, { department: 'IT', resource: 'aws', level: 'read', days: 3 });
    await put(table, { department: 'IT', resource: 'old' });
    const csv = 'department,resource,days,tags\nIT,aws,4,a; b\nHR,"x, ""y""",,"[""c;d""]"\n';
    const counts = { created: 1, changed: 1, same: 0, removed: 1, problemCount: 0 };
    expect((await importCsv(table, csv, { replace: true })).body).toMatchObject({ ...counts, done: false });
    expect((await rowsOf(table)).items).toHaveLength(2);
    expect((await importCsv(table, csv, { replace: true, preview: false })).body).toMatchObject({
      ...counts,
      done: true,
    });
    const { items } = await rowsOf(table);
    expect(items.map(({ values }) => values)).toEqual([
      expect.objectContaining({ department: 'HR', resource: 'x, "y"', days: null, tags: ['c;d'] }),
      // What the file has no column for stays.
      expect.objectContaining({ department: 'IT', resource: 'aws', days: 4, level: 'read', tags: ['a', 'b'] }),
    ]);
    const { rowCount } = (await admin.inWorkspace<TableInfo>('GET', `/tables/${table.id}`)).body;
    expect(rowCount).toBe(2);
    const file = await fetch(`${stack.api.url}/api/v1/workspaces/${admin.workspaceId}/tables/${table.id}/export`, {
      headers: { cookie: admin.cookie },
    });
    expect(file.headers.get('content-type')).toContain('text/csv');
    const text = await file.text();
    expect((await importCsv(table, text, { preview: false })).body).toMatchObject({ created: 0, changed: 0, same: 2 });
    expect(await changesOf(table)).toHaveLength(5);
  });
});

describe('a flow', () => {
  const action = (operation: string, input: object, over: object = {}) => ({
    ...{ kind: 'action', connection: 'roles', operation, input },
    ...over,
  });
  const at = { department: { jsonata: 'trigger.body.department' }, resource: 'aws' };
  const flowOn = (table: TableInfo, steps: Record<string, unknown>, ...lines: string[]) =>
    publishFlow(admin, {
      name: 'Uses a table',
      connections: { roles: { connector: 'table', title: 'Roles', id: table.id } },
      triggers: { hook: { kind: 'webhook' } },
      steps,
      wires: wires(...lines),
    });
  async function run(flow: { hooks: Record<string, string | undefined> }, body: object) {
    const { body: told } = await deliver(flow.hooks.hook as string, body);
    const ended = await endOf(admin, told.runId as string);
    return { ended, steps: await stepsOf(admin, told.runId as string), runId: told.runId as string };
  }

  test('finds, writes and removes rows by steps like any other, and history and audit name its run', async () => {
    const table = await makeTable();
    const flow = await flowOn(
      table,
      {
        add: action('upsert', { key: at, values: { level: 'read', days: 3 } }),
        change: action('upsert', { key: at, values: { days: 4 } }),
        find: action('find', {
          where: [{ column: 'department', op: 'eq', value: { jsonata: 'trigger.body.department' } }],
        }),
        set: action('compareAndSet', {
          key: at,
          values: { level: 'write' },
          version: { jsonata: 'steps.find.output.row.version' },
        }),
        list: action('list', { where: [{ column: 'level', op: 'eq', value: 'write' }], sort: 'days' }),
        gone: action('delete', { key: at }),
        none: action('delete', { key: at }),
      },
      ...[
        'hook -> add',
        'add -> change',
        'change -> find',
        'find -> set',
        'set -> list',
        'list -> gone',
        'gone -> none',
      ],
    );
    const { ended, steps, runId } = await run(flow, { department: 'IT' });
    expect(ended, JSON.stringify(ended)).toMatchObject({ status: 'succeeded' });
    expect(steps.add?.output).toMatchObject({
      created: true,
      row: { values: { department: 'IT', days: 3, tags: null } },
    });
    expect(steps.change?.output).toMatchObject({ created: false, row: { values: { level: 'read', days: 4 } } });
    expect(steps.find?.output).toMatchObject({ found: true, row: { values: { resource: 'aws' } } });
    expect(steps.list?.output).toMatchObject({ items: [{ values: { level: 'write', days: 4 } }] });
    expect([steps.gone?.output, steps.none?.output]).toEqual([{ removed: true }, { removed: false }]);
    const history = await changesOf(table);
    expect(history.map(({ runId, step }) => [runId, step])).toEqual(
      ['gone', 'set', 'change', 'add'].map((step) => [runId, step]),
    );
    const audit = await auditOf(table);
    expect(audit.find(({ action }) => action === 'table.add_row')).toMatchObject({
      after: { run: runId, step: 'add' },
    });
  });

  test('fails where somebody changed the row since, or a value does not fit, and goes by its error', async () => {
    const table = await makeTable();
    await put(table, { department: 'IT', resource: 'aws' });
    const flow = await flowOn(
      table,
      {
        set: action('compareAndSet', { key: at, values: { days: 1 }, version: 999 }),
        wrong: action('upsert', { key: at, values: { level: 'owner' } }),
        strange: action('upsert', { key: { department: 'IT' }, values: {} }),
        told: { kind: 'shape', output: 'told' },
      },
      ...['hook -> set', 'set:error -> wrong', 'wrong:error -> strange', 'strange:error -> told'],
    );
    const { steps } = await run(flow, { department: 'IT' });
    expect(steps.set?.error).toMatchObject({ code: 'E_HTTP', status: 409 });
    expect(steps.wrong?.error).toMatchObject({
      code: 'E_INPUT',
      message: expect.stringContaining('takes only read, write'),
    });
    expect(steps.strange?.error).toMatchObject({ message: expect.stringContaining('needs a value of “Resource”') });
    expect((await rowsOf(table)).items[0]?.version).toBe(1);
  });

  test('writes each item of a loop once, side by side', async () => {
    const table = await makeTable();
    const flow = await publishFlow(admin, {
      connections: { roles: { connector: 'table', title: 'Roles', id: table.id } },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        each: {
          ...{ kind: 'loop', items: { jsonata: 'trigger.body.names' }, key: { jsonata: 'item' }, concurrency: 20 },
          steps: {
            put: action('upsert', {
              key: { department: 'IT', resource: { jsonata: 'item' } },
              values: { days: { jsonata: 'index' } },
            }),
          },
          wires: [{ from: 'each', port: 'each', to: 'put' }],
        },
      },
      wires: wires('hook -> each'),
    });
    const names = Array.from({ length: 100 }, (_, n) => `r${n}`);
    const { ended } = await run(flow, { names });
    expect(ended).toMatchObject({ status: 'succeeded' });
    expect((await rowsOf(table, { limit: '1' })).matching).toBe(100);
    expect(await changesOf(table)).toHaveLength(50);
  });

  test('cannot reach a table of another workspace', async () => {
    const draft = {
      ...{ schema: 1, name: 'Foreign', triggers: { hook: { kind: 'webhook' } }, wires: wires('hook -> read') },
      connections: { roles: { connector: 'table', title: 'Roles', id: randomUUID() } },
      steps: { read: action('list', {}) },
    };
    const { body } = await admin.inWorkspace<{ id: string }>('POST', '/flows', { name: 'Foreign', draft });
    const answer = await admin.inWorkspace<{ problems: { code: string }[] }>('POST', `/flows/${body.id}/validate`, {});
    expect(answer.body.problems.map(({ code }) => code)).toContain('connection_unknown');
  });
});

describe('tools', () => {
  const step = (operation: string, input: object) => ({ kind: 'action', connection: 'tools', operation, input });

  test('work in a flow that names no connection for them, and what they refuse fails the step with its place', async () => {
    const flow = await publishFlow(admin, {
      name: 'Uses tools',
      connections: { tools: { connector: 'tools', title: 'Tools' } },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        rows: step('parseCsv', { text: { jsonata: 'trigger.body.csv' } }),
        news: step('compareLists', { before: [{ id: '1' }], after: { jsonata: 'steps.rows.output.items' }, key: 'id' }),
        file: step('writeCsv', { rows: { jsonata: 'steps.news.output.added' } }),
        until: step('addToDate', { date: { jsonata: 'trigger.body.from' }, amount: 30, format: 'yyyy-MM-dd' }),
      },
      wires: wires('hook -> rows', 'rows -> news', 'news -> file', 'file -> until'),
    });
    const runOn = async (body: object) => {
      const { body: told } = await deliver(flow.hooks.hook as string, body);
      const runId = told.runId as string;
      return { ended: await endOf(admin, runId), steps: await stepsOf(admin, runId) };
    };
    const good = await runOn({ csv: 'id,note\n1,old\n2,=1+1\n', from: '2026-11-21T10:00:00Z' });
    expect(good.ended, JSON.stringify(good.ended)).toMatchObject({ status: 'succeeded' });
    expect(good.steps.file?.output).toEqual({ text: "id,note\r\n2,'=1+1\r\n", rows: 1 });
    expect(good.steps.until?.output).toMatchObject({ text: '2026-12-21' });
    const bad = await runOn({ csv: 'id\n2\n', from: 'soon' });
    expect(bad.ended).toMatchObject({ status: 'failed', error: { code: 'E_INPUT', stepId: 'until' } });
  });

  test('take no connection, and say so where one is to be made', async () => {
    const body = { name: 'Tools', connector: 'tools' };
    const answer = await admin.inWorkspace<{ message: string }>('POST', '/connections', body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain('without a connection');
  });
});

describe('a template that needs a table', () => {
  const install = (choice: string) =>
    admin.inWorkspace<FlowDetail>('POST', '/templates/with-table/install', {
      connections: { roles: choice, tools: 'simulator' },
    });
  const slotsIn = ({ draft }: FlowDetail) => draft.connections as Record<string, { id: string }>;
  const tableIn = (flow: FlowDetail) => slotsIn(flow).roles!.id;
  const infoOf = async (id: string) => (await admin.inWorkspace<TableInfo>('GET', `/tables/${id}`)).body;

  test('makes it with its sample rows, under a name that is free, and its flow reads and writes it', async () => {
    const [first, second] = [await install('new'), await install('new')];
    expect([first.status, second.status], JSON.stringify(first.body)).toEqual([201, 201]);
    const [one, two] = [await infoOf(tableIn(first.body)), await infoOf(tableIn(second.body))];
    expect([one.name, two.name]).toEqual(['Role map', 'Role map 2']);
    expect(one).toMatchObject({ rowCount: 2, usedBy: [{ flowId: first.body.id }] });
    const published = await admin.inWorkspace<FlowDetail>(
      ...(['POST', `/flows/${first.body.id}/publish`, {}] as const),
      { 'if-match': String(first.body.revision) },
    );
    const { body } = await deliver(published.body.triggers[0]?.url as string, { department: 'Sales' });
    expect(await endOf(admin, body.runId as string)).toMatchObject({ status: 'succeeded' });
    const sales = (await rowsOf(one)).items.find(({ values }) => values.department === 'Sales');
    expect(sales?.values).toEqual({ department: 'Sales', level: 'read', asked: 3 });
  });

  test('takes one that is there and fits, and says of another what it lacks, without making anything', async () => {
    const flows = async () =>
      (await admin.inWorkspace<{ items: unknown[] }>('GET', '/flows?limit=200')).body.items.length;
    const before = await flows();
    const other = await makeTable();
    const refused = await install(other.id);
    expect(refused.status).toBe(400);
    const { problems } = (refused.body as unknown as { details: { problems: { message: string }[] } }).details;
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('no column asked'),
      expect.stringContaining('told apart by department, resource, not by department'),
    ]);
    expect(await install(randomUUID())).toMatchObject({ status: 400 });
    expect(await install('simulator')).toMatchObject({ status: 400 });
    expect(await flows()).toBe(before);
    const asked = { name: 'asked', title: 'Asked', type: 'number' };
    const fitting = await makeTable({ columns: [...columns, asked], key: ['department'] });
    const flow = await install(fitting.id);
    expect(tableIn(flow.body)).toBe(fitting.id);
    expect((await infoOf(fitting.id)).rowCount).toBe(0);
    expect(slotsIn(flow.body).tools!.id, 'calls nobody, with simulators too').toBeNull();
  });
});
