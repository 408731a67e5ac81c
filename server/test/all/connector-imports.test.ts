import {
  type ConnectorImport,
  connectionRoutes,
  connectorRoutes,
  flowRoutes,
  peopleRoutes,
  connectorImportRoutes as routes,
} from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { type Desk, deskDocument, startDesk } from '../desk-vendor.js';
import { deliver, endOf, publishFlow, stepsOf, until, wires } from '../harness/flows.js';
import { type Stack, startStack } from '../harness/stack.js';
import { foreignAdmin } from '../people.js';

let desk: Desk;
let stack: Stack;
let admin: ApiClient;

beforeAll(async () => {
  desk = await startDesk();
  stack = await startStack({ reachable: [desk.address] });
  admin = ApiClient.of(stack.api, stack.admin);
});
afterAll(async () => {
  await stack.stop();
  await desk.stop();
});

/** The import once it is in one of these states. */
const inState = (id: string, ...states: ConnectorImport['state'][]) =>
  until(
    `import ${id} ${states.join(' or ')}`,
    async () => {
      const found = await admin.ok(routes.get, { params: { id } });
      return states.includes(found.state) ? found : null;
    },
    90,
  );

const read = async (body: object) => inState((await admin.ok(routes.begin, { body })).id, 'ready', 'failed');

/** Imports everything that a document has, as it is proposed. */
async function importAll(found: ConnectorImport, over: object = {}): Promise<string> {
  const { title, servers, signIns, operations } = found.outline!;
  const { description: _, ...server } = servers[0]!;
  const usable = operations.filter(({ unusable }) => unusable === null);
  const body = {
    ...{ title, server, signIns: signIns.map(({ kind }) => kind), test: 'GET /status' },
    operations: usable.map(({ key, effect, idempotency, allPages }) => ({
      key,
      effect,
      idempotency,
      paging: allPages,
    })),
    ...over,
  };
  await admin.ok(routes.choose, { params: { id: found.id }, body });
  const done = await inState(found.id, 'done', 'failed');
  expect(done.problems).toEqual([]);
  return done.result!;
}

const credentials = { deskKey: 'the-key-of-the-desk', deskApp: 'the-app-of-the-desk' };
const connect = (connector: string, fields: object = credentials, auth = 'deskKeyDeskApp') =>
  admin.ok(connectionRoutes.create, {
    body: {
      ...{ name: 'Desk', connector, auth },
      fields: { server_protocol: 'http', server_host: desk.address, ...fields },
    },
  });

const action = (operation: string, input: object) => ({ kind: 'action', connection: 'desk', operation, input });
const deskFlow = (connector: string, id: string, steps: Record<string, object>, ...lines: string[]) => ({
  name: 'Tickets',
  connections: { desk: { connector, title: 'Desk', id } },
  triggers: { hook: { kind: 'webhook', methods: ['POST'], respond: 'end' } },
  steps,
  wires: wires(...lines),
});

describe('a description', () => {
  test('is fetched, chosen from, connected and called: the system hears exactly what it describes', async () => {
    const found = await read({ url: `http://${desk.address}/openapi.yaml` });
    expect(found).toMatchObject({ state: 'ready', into: null, outline: { title: 'Desk', version: '3.0.3' } });
    const connector = await importAll(found);
    expect(connector).toBe('api-desk');

    const entry = await admin.ok(connectorRoutes.get, { params: { id: connector } });
    expect(entry).toMatchObject({
      title: 'Desk',
      simulator: false,
      imported: { version: 1, source: expect.stringContaining('openapi.yaml') },
    });
    const { connectors } = await admin.ok(connectorRoutes.catalog);
    expect(connectors.find(({ id }) => id === connector)?.operations.map(({ id }) => id)).toContain('createTicket');

    const wrong = await connect(connector, { ...credentials, deskKey: 'another' });
    expect(wrong).toMatchObject({ status: 'working', statusMessage: 'Status of the desk was answered.' });
    const { id, status, statusMessage, hosts } = await connect(connector);
    expect({ status, statusMessage, hosts }).toEqual({
      ...{ status: 'working', statusMessage: 'Status of the desk was answered.' },
      hosts: [`http://${desk.address}`],
    });

    const title = { jsonata: 'trigger.body.title' };
    const flow = await publishFlow(
      stack.admin,
      deskFlow(
        connector,
        id,
        {
          open: action('createTicket', {
            body: { title, priority: 2, from: { kind: 'mail', address: 'ann@example.com' } },
          }),
          list: action('listTickets', { limit: 2, filter: { owner: 'ann' }, 'X-Trace': 't 1' }),
          reply: { kind: 'respond', status: 200, body: { jsonata: '$count(steps.list.output.items)' } },
        },
        ...['hook -> open', 'open -> list', 'list -> reply'],
      ),
    );
    desk.throttle(1);
    desk.heard.length = 0;
    const { body } = await deliver(flow.hooks.hook!, { title: 'Printer is on fire' });
    expect(body).toEqual({ text: '1' });
    expect(desk.heard).toMatchObject([
      {
        operation: 'createTicket',
        path: '/v1/tickets',
        query: { app: 'the-app-of-the-desk' },
        headers: {
          'x-desk-key': 'the-key-of-the-desk',
          'idempotency-key': expect.stringMatching(/^[0-9a-f]{64}$/),
          'content-type': 'application/json',
        },
        body: { title: 'Printer is on fire', priority: 2, from: { kind: 'mail', address: 'ann@example.com' } },
      },
      {
        operation: 'list-tickets',
        query: { limit: '2', 'filter[owner]': 'ann', app: 'the-app-of-the-desk' },
        headers: { 'x-trace': 't 1' },
      },
    ]);
  });

  test('is read to the end of its lists, and its calls fail with the system’s own words', async () => {
    const { items } = await admin.ok(connectionRoutes.list, { query: { connector: 'api-desk' } });
    const [right, wrong] = items.map(({ id }) => id) as [string, string];
    const steps = {
      list: action('listTickets', {}),
      reply: { kind: 'respond', status: 200, body: { jsonata: 'steps.list.output.items.title' } },
    };
    const flow = await publishFlow(stack.admin, deskFlow('api-desk', right, steps, 'hook -> list', 'list -> reply'));
    const open = await publishFlow(
      stack.admin,
      deskFlow(
        'api-desk',
        right,
        { open: action('createTicket', { body: { title: { jsonata: 'trigger.body.title' } } }) },
        'hook -> open',
      ),
    );
    for (const title of ['Two', 'Three', 'Four', 'Five']) await deliver(open.hooks.hook!, { title });
    desk.heard.length = 0;
    const { body } = await deliver(flow.hooks.hook!, {});
    expect(JSON.parse(String(body.text))).toEqual(['Printer is on fire', 'Two', 'Three', 'Four', 'Five']);
    expect(desk.heard.map(({ query }) => query.cursor)).toEqual([undefined, '2', '4']);

    const refused = await publishFlow(
      stack.admin,
      deskFlow('api-desk', wrong, { open: action('createTicket', { body: { title: 'No' } }) }, 'hook -> open'),
    );
    const { body: told } = await deliver(refused.hooks.hook!, {});
    const run = await endOf(stack.admin, String(told.runId));
    expect(run).toMatchObject({
      status: 'failed',
      error: { code: 'E_AUTH', message: expect.stringContaining('does not know this key') },
    });
    const wrongInput = deskFlow(
      'api-desk',
      right,
      { open: action('createTicket', { body: { title: { jsonata: '1' } } }) },
      'hook -> open',
    );
    const misfit = await publishFlow(stack.admin, wrongInput);
    const { body: end } = await deliver(misfit.hooks.hook!, {});
    expect((await stepsOf(stack.admin, String(end.runId))).open).toMatchObject({
      error: { code: 'E_INPUT', message: expect.stringContaining('/body/title') },
    });
  });
});

describe('a newer description', () => {
  /** One call gone, one at another place, one that wants something else, and all of it at another host. */
  const newer = deskDocument
    .replace('  /tickets/{id}/files:', '  /tickets/{id}/papers:')
    .replace('operationId: replaceTicket', 'operationId: putTicket')
    .replace('    put:\n', '    x-put:\n')
    .replace('name: { type: string }, groups:', 'name: { type: integer }, groups:')
    .replace('default: eu.desk.example', 'default: elsewhere.example')
    .replace("url: '{protocol}://{host}/v1'", "url: '{protocol}://{host}/v2'");

  test('shows what is new, changed and gone, and which flows call what is gone', async () => {
    const { items } = await admin.ok(connectionRoutes.list, { query: { connector: 'api-desk' } });
    const file = { filename: 'a.txt', content: 'aGk=' };
    const steps = {
      attach: action('attachFile', { id: 'T1', body: { file } }),
      replace: action('replaceTicket', { id: 'T1' }),
      sign: action('signUp', { body: { name: 'Ann' } }),
    };
    const sketch = {
      ...deskFlow('api-desk', items[0]!.id, steps, 'hook -> attach', 'attach -> replace', 'replace -> sign'),
      name: 'Attaches',
    };
    const flow = await publishFlow(stack.admin, sketch);
    const found = await read({ name: 'desk.yaml', text: newer, into: 'api-desk' });
    const by = (key: string) => found.outline?.operations.find((one) => one.key === key);
    const using = [{ flowId: flow.id, flowName: 'Attaches' }];
    expect(by('POST /tickets/{id}/papers')).toMatchObject({ id: 'attachFile', present: 'changed', usedBy: using });
    expect(by('POST /sign-up')).toMatchObject({ present: 'changed', usedBy: using });
    expect(by('GET /status')).toMatchObject({ present: 'same' });
    expect(found.into).toMatchObject({
      ...{ id: 'api-desk', version: 1, connections: 2, test: 'GET /status' },
      gone: [{ id: 'replaceTicket', key: 'PUT /tickets/{id}', usedBy: using }],
    });

    expect(await importAll(found)).toBe('api-desk');
    const entry = await admin.ok(connectorRoutes.get, { params: { id: 'api-desk' } });
    expect(entry.imported).toMatchObject({ version: 2, source: 'desk.yaml' });
    // What connections stand on stays: their secrets are not led to where a newer document wishes.
    const connection = await admin.ok(connectionRoutes.test, { params: { id: items[0]!.id } });
    expect(connection).toMatchObject({ status: 'working', hosts: [`http://${desk.address}`] });
  });

  test('leaves published flows with the operations that they were published with', async () => {
    const { items } = await admin.ok(flowRoutes.list);
    const flow = items.find(({ name }) => name === 'Attaches')!;
    const detail = await admin.ok(flowRoutes.get, { params: { id: flow.id } });
    desk.heard.length = 0;
    const { body } = await deliver(detail.triggers[0]!.url!, {});
    const { attach } = await stepsOf(stack.admin, String(body.runId));
    // The desk has no rule for files: it is asked at the old place all the same.
    expect(attach).toMatchObject({ error: { status: 404, message: expect.stringContaining('No such call') } });
    const { problems } = await admin.ok(flowRoutes.validate, { params: { id: flow.id } });
    expect(problems.map(({ stepId, code }) => [stepId, code])).toEqual([
      ['replace', 'operation_unknown'],
      ['sign', 'input_wrong'],
    ]);
  });

  test('is chosen from again without being sent again', async () => {
    const found = await read({ again: 'api-desk' });
    expect(found).toMatchObject({ source: 'desk.yaml', into: { version: 2, gone: [] } });
    await admin.ok(routes.discard, { params: { id: found.id } });
    expect(await admin.refused(routes.get, { params: { id: found.id } })).toMatchObject({ status: 404 });
  });
});

describe('an imported connector', () => {
  test('is known to every process that runs its flows, the ones that start later too', async () => {
    await stack.killWorkers();
    await stack.startWorker();
    const { items } = await admin.ok(connectionRoutes.list, { query: { connector: 'api-desk' } });
    const steps = { sign: action('signUp', { body: { name: 7, groups: ['a', 'b'] } }) };
    const flow = await publishFlow(stack.admin, deskFlow('api-desk', items[0]!.id, steps, 'hook -> sign'));
    desk.heard.length = 0;
    const { body } = await deliver(flow.hooks.hook!, {});
    expect(await endOf(stack.admin, String(body.runId))).toMatchObject({ status: 'succeeded' });
    expect(desk.heard).toMatchObject([{ operation: 'signUp', body: { name: '7', groups: ['a', 'b'] } }]);
  });

  test('is not removed while something uses it, and is gone from the catalogue then', async () => {
    const other = await importAll(await read({ name: 'Desk', text: deskDocument }));
    expect(other).toBe('api-desk-2');
    const connection = await connect(other);
    const refused = await admin.refused(routes.remove, { params: { id: other } });
    expect(refused).toMatchObject({ status: 409, code: 'in_use', message: expect.stringContaining('“Desk”') });
    await admin.ok(connectionRoutes.remove, { params: { id: connection.id } });
    await admin.ok(routes.remove, { params: { id: other } });
    expect(await admin.refused(connectorRoutes.get, { params: { id: other } })).toMatchObject({ status: 404 });
    expect(await admin.refused(routes.remove, { params: { id: 'opal' } })).toMatchObject({ status: 404 });
    expect(await admin.refused(routes.remove, { params: { id: 'api-desk' } })).toMatchObject({ status: 409 });
  });

  test('and its imports are of one workspace only', async () => {
    const stranger = await foreignAdmin(stack.api, admin);
    const { connectors } = await stranger.ok(connectorRoutes.catalog);
    expect(connectors.some(({ imported }) => imported !== undefined)).toBe(false);
    const connection = { name: 'Theirs', connector: 'api-desk', auth: 'deskKeyDeskApp', fields: credentials };
    expect(await stranger.refused(connectionRoutes.create, { body: connection })).toMatchObject({ status: 404 });
    expect(await stranger.refused(routes.begin, { body: { again: 'api-desk' } })).toMatchObject({ status: 404 });
    const found = await read({ name: 'Desk', text: deskDocument });
    expect(await stranger.refused(routes.get, { params: { id: found.id } })).toMatchObject({ status: 404 });
  });

  test('is in the audit, with who imported it and what', async () => {
    const { items } = await admin.ok(peopleRoutes.audit);
    expect(items.map(({ action }) => action)).toEqual(expect.arrayContaining(['connector.import', 'connector.remove']));
    expect(JSON.stringify(items)).not.toContain(credentials.deskKey);
  });
});

describe('a document', () => {
  test('that cannot be read says where it is wrong, and what to do', async () => {
    expect(await read({ name: 'a.yaml', text: 'openapi: 3.0.0\n  info: {' })).toMatchObject({
      state: 'failed',
      problems: [{ place: expect.stringContaining('line 2'), fix: expect.any(String) }],
    });
    const old = await read({ name: 'a.json', text: '{"swagger": "2.0", "paths": {}}' });
    expect(old.problems).toMatchObject([{ place: '/swagger' }]);
  });

  test('is fetched by the way out that all calls take', async () => {
    const forbidden = await read({ url: 'http://127.0.0.1:1/openapi.yaml' });
    expect(forbidden.problems).toMatchObject([
      { place: 'http://127.0.0.1:1/openapi.yaml', message: expect.stringContaining('EGRESS_ALLOW') },
    ]);
    const missing = await read({ url: `http://${desk.address}/nothing` });
    expect(missing.problems).toMatchObject([
      { message: expect.stringContaining('404'), fix: expect.stringContaining('download') },
    ]);
  });

  test('of 13 MB comes in parts, is read by a process of its own, and takes its part in a catalogue of modest size', async () => {
    const bytes = Buffer.from(JSON.stringify(largeDocument()));
    expect(bytes.length).toBeGreaterThan(13_000_000);
    const { id } = await admin.ok(routes.begin, { body: { name: 'large.json', size: bytes.length } });
    const part = 700_000;
    const send = (at: number) =>
      admin.send(routes.send, {
        params: { id },
        body: { at, content: bytes.subarray(at, at + part).toString('base64') },
      });
    expect(await send(part)).toMatchObject({ status: 409, body: { details: { received: 0 } } });
    for (let at = 0; at < bytes.length; at += part) expect(await send(at)).toMatchObject({ status: 200 });
    // The last one again, as after a lost answer.
    expect(await send(Math.floor((bytes.length - 1) / part) * part)).toMatchObject({ status: 200 });
    const found = await inState(id, 'ready', 'failed');
    expect(found.outline?.operations).toHaveLength(200);
    const { operations } = found.outline!;
    const body = { title: 'Large', server: { url: '', variables: [] }, signIns: ['bearer'], test: null };
    const many = Array.from({ length: 501 }, () => ({ key: 'GET /', effect: 'read', idempotency: 'natural' }));
    const refused = await admin.refused(routes.choose, { params: { id }, body: { ...body, operations: many } });
    expect(refused).toMatchObject({ message: expect.stringContaining('At most 500') });
    const all = operations.map(({ key, effect, idempotency }) => ({ key, effect, idempotency }));
    const connector = await importAll(found, { ...body, operations: all });
    const entry = await admin.ok(connectorRoutes.get, { params: { id: connector } });
    expect(entry.operations).toHaveLength(200);
    expect(JSON.stringify(entry).length).toBeLessThan(6_000_000);
  });

  test('that waits while no process reads is read by the next one', async () => {
    await stack.killWorkers();
    const { id, state } = await admin.ok(routes.begin, { body: { name: 'Desk', text: deskDocument } });
    expect(state).toBe('waiting');
    await stack.startWorker();
    expect(await inState(id, 'ready', 'failed')).toMatchObject({ state: 'ready' });
  });

  test('is chosen from only as it allows', async () => {
    const found = await read({ name: 'Desk', text: deskDocument });
    const body = {
      ...{ title: 'Desk', server: { url: 'ftp://desk', variables: [] }, signIns: ['nobody'], test: 'POST /tickets' },
      operations: [
        { key: 'GET /nowhere', effect: 'read', idempotency: 'natural' },
        { key: 'POST /legacy', effect: 'write', idempotency: 'none' },
        { key: 'PATCH /tickets/{id}', effect: 'write', idempotency: 'key' },
      ],
    };
    const { body: told } = await admin.send(routes.choose, { params: { id: found.id }, body });
    const { details } = told as { details: { problems: { pointer: string }[] } };
    expect(details.problems.map(({ pointer }) => pointer)).toEqual([
      ...['/operations/0/key', '/operations/1', '/operations/2/idempotency'],
      ...['/signIns', '/server/url', '/test'],
    ]);
  });
});

/** 200 calls whose many schemas name each other in circles. */
function largeDocument() {
  const words = 'What it is, told at length, as descriptions of large systems tell it. '.repeat(16);
  const schema = (at: number) => ({
    type: 'object',
    description: words,
    properties: Object.fromEntries(
      Array.from({ length: 14 }, (_, field) => [
        `field${field}`,
        field % 3 === 0
          ? { $ref: `#/components/schemas/S${(at * 7 + field) % 1_200}` }
          : { type: 'string', description: words },
      ]),
    ),
  });
  const schemas = Array.from({ length: 1_200 }, (_, at) => at);
  const json = (at: number) => ({
    content: { 'application/json': { schema: { $ref: `#/components/schemas/S${at}` } } },
  });
  return {
    openapi: '3.0.3',
    info: { title: 'Large' },
    paths: Object.fromEntries(
      schemas.slice(0, 200).map((at) => [
        `/things/${at}`,
        {
          post: { description: words, operationId: `make${at}`, requestBody: json(at), responses: { 200: json(at) } },
        },
      ]),
    ),
    components: { schemas: Object.fromEntries(schemas.map((at) => [`S${at}`, schema(at)])) },
  };
}
