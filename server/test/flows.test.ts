import { peopleRoutes, flowRoutes as routes, triggerRoutes } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiClient, adminClient } from './api-client.js';
import { startPostgres, startServer, startTemporal, type TestDatabase, type TestServer } from './harness/index.js';

let database: TestDatabase;
let server: TestServer;
let admin: ApiClient;

beforeAll(async () => {
  database = await startPostgres();
  server = await startServer({ database, temporal: await startTemporal(), mode: 'api' });
  admin = await adminClient(server);
});
afterAll(() => server.stop());

/** A flow that can be published: webhook → shape → respond. */
const draft = {
  schema: 1,
  name: 'Spine',
  triggers: { hook: { kind: 'webhook', respond: 'step' } },
  steps: {
    twice: { kind: 'shape', output: { n: { jsonata: 'trigger.body.n * 2' } } },
    reply: { kind: 'respond', body: { jsonata: 'steps.twice.output' } },
  },
  wires: [
    { from: 'hook', port: 'out', to: 'twice' },
    { from: 'twice', port: 'out', to: 'reply' },
  ],
};
const ifMatch = (revision: number) => ({ headers: { 'if-match': `"${revision}"` } });

async function aFlow(given: object = draft): Promise<string> {
  return (await admin.ok(routes.create, { body: { name: 'Spine', draft: given } })).id;
}

describe('a draft', () => {
  test('is kept as it was drawn, whatever is missing', async () => {
    const unfinished = { steps: { a: { kind: 'branch' } }, wires: [{ from: 'a' }], layout: { positions: {} } };
    const id = await aFlow(unfinished);
    expect((await admin.ok(routes.get, { params: { id } })).draft).toEqual({ ...unfinished, name: 'Spine' });
  });

  test('is refused only if it is no flow at all, with the place', async () => {
    const answer = await admin.refused(routes.create, { body: { name: 'X', draft: { steps: [] } } });
    expect(answer).toMatchObject({ status: 400, details: { problems: [{ pointer: '/draft/steps' }] } });
  });

  test('is saved over the revision that was edited, which its ETag names', async () => {
    const id = await aFlow();
    const { headers } = await admin.send(routes.get, { params: { id } });
    expect(headers.get('etag')).toBe('"1"');
    const saved = await admin.ok(routes.save, {
      params: { id },
      body: { draft: { ...draft, name: 'New' } },
      ...ifMatch(1),
    });
    expect(saved).toMatchObject({ name: 'New', revision: 2 });
  });

  test('is not saved without a revision, nor over a newer one, which is named', async () => {
    const id = await aFlow();
    const call = { params: { id }, body: { draft } };
    expect(await admin.refused(routes.save, call)).toMatchObject({ status: 428, code: 'precondition_required' });
    await admin.ok(routes.save, { ...call, ...ifMatch(1) });
    expect(await admin.refused(routes.save, { ...call, ...ifMatch(1) })).toMatchObject({
      ...{ status: 412, code: 'stale_revision', details: { revision: 2 } },
    });
  });

  test('is saved once when two save over the same revision at the same time', async () => {
    const id = await aFlow();
    const save = (name: string) =>
      admin.send(routes.save, { params: { id }, body: { draft: { ...draft, name } }, ...ifMatch(1) });
    const statuses = (await Promise.all(['A', 'B', 'C', 'D'].map(save))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 412, 412, 412]);
  });

  test('leaves as a file with sorted keys and empty slots, and comes in as a new flow', async () => {
    const slots = { connections: { opal: { title: 'Opal', id: crypto.randomUUID(), connector: 'opal' } } };
    const id = await aFlow({ ...draft, ...slots });
    const { flow: file, tests } = await admin.ok(routes.export, { params: { id } });
    expect(tests).toEqual([]);
    expect(Object.keys(file)).toEqual(Object.keys(file).toSorted());
    expect(file.connections).toEqual({ opal: { connector: 'opal', title: 'Opal' } });
    const copy = await admin.ok(routes.import, { body: { flow: file } });
    expect(copy).toMatchObject({ name: 'Spine', published: null, enabled: false, draft: file });
    const again = await admin.ok(routes.import, { body: { flow: { ...draft, ...slots } } });
    expect(again.draft.connections).toEqual({ opal: { connector: 'opal', title: 'Opal' } });
  });
});

describe('a flow that starts others', () => {
  const calling = (flow: string) => ({ ...draft, steps: { ...draft.steps, tell: { kind: 'subflow' as const, flow } } });

  test('leaves with their names, and comes in with the flows of those names, where one has it', async () => {
    const told = await admin.ok(routes.create, { body: { name: `Tell ${crypto.randomUUID()}` } });
    const id = await aFlow(calling(told.id));
    const file = await admin.ok(routes.export, { params: { id } });
    expect(file.flows).toEqual({ [told.id]: told.name });
    const stepOf = async (body: object) =>
      ((await admin.ok(routes.import, { body: body as typeof file })).draft.steps as Record<string, unknown>).tell;
    expect(await stepOf(file)).toMatchObject({ flow: told.id });
    // As a file of another workspace: its ids are unknown here.
    const foreign = crypto.randomUUID();
    const elsewhere = { flow: calling(foreign), flows: { [foreign]: told.name } };
    expect(await stepOf(elsewhere)).toMatchObject({ flow: told.id });
    await admin.ok(routes.create, { body: { name: told.name } });
    expect(await stepOf(elsewhere)).toEqual({ kind: 'subflow' });
    expect(await stepOf({ flow: calling(foreign) })).toEqual({ kind: 'subflow' });
  });
});

describe('publishing', () => {
  test('makes a version, puts its triggers in place and switches them on', async () => {
    const id = await aFlow();
    const flow = await admin.ok(routes.publish, { params: { id }, body: { note: 'First' }, ...ifMatch(1) });
    expect(flow).toMatchObject({ published: 1, enabled: true, changed: false });
    expect(flow.triggers).toEqual([expect.objectContaining({ id: 'hook', kind: 'webhook' })]);
    expect(flow.triggers[0]?.url).toMatch(/\/hooks\/[\w-]{27}$/);
    const { items } = await admin.ok(routes.versions, { params: { id } });
    expect(items).toEqual([expect.objectContaining({ number: 1, note: 'First', publishedBy: 'admin@castellan.test' })]);
  });

  test('keeps the address of a trigger over all versions, and one that comes back has its old one', async () => {
    const id = await aFlow();
    const publish = async (given: object, revision: number) => {
      await admin.ok(routes.save, { params: { id }, body: { draft: given }, ...ifMatch(revision) });
      return admin.ok(routes.publish, { params: { id }, body: {}, ...ifMatch(revision + 1) });
    };
    const first = await publish(draft, 1);
    const other = {
      ...draft,
      triggers: { other: { kind: 'manual' } },
      wires: [{ from: 'other', port: 'out', to: 'done' }],
    };
    const second = await publish({ ...other, steps: { done: { kind: 'stop', outcome: 'succeed' } } }, 2);
    expect(second.triggers.map((trigger) => trigger.id)).toEqual(['other']);
    const rows = await database.query<{ trigger_id: string; enabled: boolean }>(
      'select trigger_id, enabled from triggers where flow_id = $1 order by 1',
      [id],
    );
    expect(rows).toEqual([
      { trigger_id: 'hook', enabled: false },
      { trigger_id: 'other', enabled: true },
    ]);
    const third = await publish(draft, 3);
    expect(third.triggers).toEqual([expect.objectContaining({ url: first.triggers[0]?.url })]);
  });

  test('refuses a bad flow with every problem and its place, and changes nothing', async () => {
    const bad = {
      ...draft,
      connections: { opal: { connector: 'opal' } },
      steps: {
        lost: { kind: 'action', connection: 'opal', operation: 'noSuchOperation' },
        no_slot: { kind: 'action', connection: 'nowhere', operation: 'x' },
        broken: { kind: 'shape', output: { jsonata: 'a ( b' } },
        one: { kind: 'shape', output: 1 },
        two: { kind: 'shape', output: 2 },
      },
      wires: [
        { from: 'hook', port: 'out', to: 'lost' },
        { from: 'lost', port: 'out', to: 'broken' },
        { from: 'broken', port: 'out', to: 'gone' },
        { from: 'hook', port: 'out', to: 'one' },
        { from: 'one', port: 'out', to: 'two' },
        { from: 'two', port: 'out', to: 'one' },
      ],
    };
    const id = await aFlow(bad);
    const answer = await admin.refused(routes.publish, { params: { id }, body: {}, ...ifMatch(1) });
    expect(answer).toMatchObject({ status: 422, code: 'flow_invalid' });
    const { problems } = (answer as unknown as { details: { problems: { pointer: string; message: string }[] } })
      .details;
    const places = problems.map(({ pointer }) => pointer);
    for (const place of [
      '/steps/lost/operation',
      '/steps/no_slot',
      '/steps/broken/output',
      '/wires/2',
      '/connections/opal',
    ]) {
      expect(
        places.filter((pointer) => pointer.startsWith(place)),
        `${place} in ${places.join()}`,
      ).not.toEqual([]);
    }
    expect(problems.map(({ message }) => message).join()).toMatch(/wait for each other/);
    expect(await admin.ok(routes.validate, { params: { id }, body: {} })).toEqual({ problems });
    expect(await admin.ok(routes.get, { params: { id } })).toMatchObject({ published: null, enabled: false });
    expect(await database.query('select 1 from versions where flow_id = $1', [id])).toEqual([]);
  });

  test('saves a flow with a label of 1 MB, and refuses to publish it', async () => {
    const id = await aFlow({ ...draft, description: 'x'.repeat(1_000_000) });
    const answer = await admin.refused(routes.publish, { params: { id }, body: {}, ...ifMatch(1) });
    expect(answer).toMatchObject({ status: 422, code: 'flow_invalid' });
  });

  test('refuses the connection of another workspace as one that does not exist', async () => {
    const elsewhere = await admin.ok(peopleRoutes.makeWorkspace, { body: { name: 'Elsewhere' } });
    const connectionId = crypto.randomUUID();
    await database.query(
      `insert into connections (id, workspace_id, name, connector, auth, hook_path) values ($1, $2, 'X', 'opal', 'apiToken', 'a')`,
      [connectionId, elsewhere.id],
    );
    const id = await aFlow({
      ...draft,
      connections: { opal: { connector: 'opal', id: connectionId } },
      steps: { ...draft.steps, twice: { kind: 'action', connection: 'opal', operation: 'listUsers' } },
    });
    expect(await admin.refused(routes.publish, { params: { id }, body: {}, ...ifMatch(1) })).toMatchObject({
      status: 422,
    });
  });

  test('restores an old version as the draft, and what runs stays', async () => {
    const id = await aFlow();
    await admin.ok(routes.publish, { params: { id }, body: {}, ...ifMatch(1) });
    await admin.ok(routes.save, { params: { id }, body: { draft: { name: 'Empty' } }, ...ifMatch(1) });
    const restored = await admin.ok(routes.restore, { params: { id }, body: { version: 1 }, ...ifMatch(2) });
    expect(restored).toMatchObject({ revision: 3, published: 1, changed: true, draft });
    expect(await admin.refused(routes.restore, { params: { id }, body: { version: 9 }, ...ifMatch(3) })).toMatchObject({
      status: 404,
    });
  });
});

describe('switching', () => {
  test('turns the triggers of the published version on and off', async () => {
    const id = await aFlow();
    expect(await admin.refused(routes.enable, { params: { id } })).toMatchObject({ status: 409 });
    await admin.ok(routes.publish, { params: { id }, body: { enable: false }, ...ifMatch(1) });
    const enabled = async () => (await admin.ok(triggerRoutes.list)).items.find(({ flowId }) => flowId === id)?.enabled;
    expect(await enabled()).toBe(false);
    await admin.ok(routes.enable, { params: { id } });
    expect(await enabled()).toBe(true);
    await admin.ok(routes.disable, { params: { id } });
    expect(await enabled()).toBe(false);
  });

  test('ends with removing the flow, whose versions stay', async () => {
    const id = await aFlow();
    await admin.ok(routes.publish, { params: { id }, body: {}, ...ifMatch(1) });
    await admin.ok(routes.remove, { params: { id } });
    expect(await admin.refused(routes.get, { params: { id } })).toMatchObject({ status: 404 });
    expect(await database.query('select enabled from triggers where flow_id = $1', [id])).toEqual([{ enabled: false }]);
    expect(await database.query('select 1 from versions where flow_id = $1', [id])).toHaveLength(1);
  });
});

test('flows are listed page by page, newest first, and found by their words', async () => {
  for (const name of ['Alpha one', 'Alpha two', 'Alpha three']) await admin.ok(routes.create, { body: { name } });
  const first = await admin.ok(routes.list, { query: { limit: '2', q: 'ALPHA' } });
  const second = await admin.ok(routes.list, { query: { limit: '2', q: 'ALPHA', cursor: first.next ?? '' } });
  const names = [...first.items, ...second.items].map(({ name }) => name);
  expect(names).toEqual(['Alpha three', 'Alpha two', 'Alpha one']);
  expect(second.next).toBeNull();
  expect((await admin.ok(routes.list, { query: { q: "%' or 1=1 --" } })).items).toEqual([]);
});
