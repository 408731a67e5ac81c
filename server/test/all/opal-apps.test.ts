import {
  type FlowDetail,
  type OpalApp,
  type OpalAppCall,
  type OpalAppCheck,
  type RunRow,
  routes,
} from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { deliver, endOf, publishFlow, stepsOf, until, wires } from '../harness/flows.js';
import type { Session } from '../harness/index.js';
import { type Stack, startStack } from '../harness/stack.js';
import { type OpalCaller, opalCaller } from '../opal-caller.js';
import { joinAs } from '../people.js';

const secret = 'the-signing-secret-of-opal';
const jane = 'ca57e11a-0001-4000-8000-000000000003';
const noah = 'ca57e11a-0001-4000-8000-000000000009';
const staging = 'ca57e11a-0002-4000-8000-000000000002';
const data = 'ca57e11a-0003-4000-8000-000000000003';

let stack: Stack;
let admin: Session;
/** The system behind the app: the simulated Opal, which has people, things and who has what. */
let connectionId: string;
let writer: string;
let app: OpalApp;
let opal: OpalCaller;

const held = (operation: string, fields: Record<string, string>, argument?: string) => ({
  by: 'connection',
  ...{ connectionId, operation, fields },
  ...(argument ? { argument } : {}),
});
const level = {
  access_level_id: '/accessLevel/accessLevelRemoteId',
  access_level_name: '/accessLevel/accessLevelName',
};
const reads = () => ({
  users: held('listUsers', { id: '/userId', email: '/email' }),
  resources: held('listResources', { id: '/resourceId', name: '/name', description: '/description' }),
  accessLevels: held('listAccessLevels', { id: '/accessLevel', name: '/name' }, 'resourceId'),
  resourceUsers: held('listResourceUsers', { user_id: '/userId', email: '/email', ...level }, 'resourceId'),
  groups: held('listGroups', { id: '/groupId', name: '/name', description: '/description' }),
  groupUsers: held('listGroupUsers', { user_id: '/userId', email: '/email' }, 'groupId'),
});

const action = (operation: string, input: Record<string, string>) => ({
  ...{ kind: 'action', connection: 'system', operation },
  input: Object.fromEntries(Object.entries(input).map(([name, jsonata]) => [name, { jsonata }])),
});

/** A flow that carries out what Opal asks for, and answers when it is done. */
const writing = (steps: Record<string, unknown>, ...lines: string[]) =>
  publishFlow(admin, {
    name: 'Serves Opal',
    connections: { system: { connector: 'opal', title: 'The system', id: connectionId } },
    triggers: { called: { kind: 'call' } },
    steps,
    wires: wires(...lines),
  });

const when = (call: string) => ({ name: call.toLowerCase(), when: { jsonata: `trigger.input.call = '${call}'` } });
const onResource = {
  resourceId: 'trigger.input.resourceId',
  userId: 'trigger.input.userId',
  accessLevel: `$exists(trigger.input.accessLevelId) ? trigger.input.accessLevelId : ''`,
};
const inGroup = { groupId: 'trigger.input.groupId', userId: 'trigger.input.userId' };

beforeAll(async () => {
  stack = await startStack({ simulators: true });
  ({ admin } = stack);
  const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
    ...{ name: 'The system', connector: 'opal', simulator: true },
  });
  connectionId = made.body.id;
  const flow = await writing(
    {
      which: {
        kind: 'branch',
        cases: ['addResourceUser', 'removeResourceUser', 'addGroupUser', 'removeGroupUser'].map(when),
      },
      grant: action('grantResource', { ...onResource, durationMinutes: '0' }),
      revoke: action('revokeResource', onResource),
      join: action('grantGroup', { ...inGroup, durationMinutes: '0' }),
      leave: action('revokeGroup', inGroup),
    },
    ...['called -> which', 'which:addresourceuser -> grant', 'which:removeresourceuser -> revoke'],
    ...['which:addgroupuser -> join', 'which:removegroupuser -> leave'],
  );
  writer = flow.id;
  const serves = {
    reads: reads(),
    writes: Object.fromEntries(
      ['addResourceUser', 'removeResourceUser', 'addGroupUser', 'removeGroupUser'].map((call) => [
        call,
        { by: 'flow', flowId: writer },
      ]),
    ),
  };
  app = await makeApp({ name: 'Payroll', appId: 'payroll', signingSecret: secret, serves });
  opal = await opalCaller(app.url, { secret, appId: 'payroll' });
});
afterAll(() => stack?.stop());

async function makeApp(body: object): Promise<OpalApp> {
  const answer = await admin.inWorkspace<OpalApp>('POST', '/opal-apps', body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

const save = (id: string, body: object) => admin.inWorkspace<OpalApp>('PUT', `/opal-apps/${id}`, body);
const runsOf = async (flowId: string) =>
  (await admin.inWorkspace<{ items: RunRow[] }>('GET', `/runs?flowId=${flowId}&limit=200`)).body.items;
const callsOf = async (id: string) =>
  (await admin.inWorkspace<{ items: OpalAppCall[] }>('GET', `/opal-apps/${id}/calls?limit=200`)).body.items;
const usersOf = async (resource: string) =>
  opal.all<{ user_id: string; access_level?: { id: string } }>(`/resources/${resource}/users`, 'users');
const has = async (user: string, id: string) =>
  (await usersOf(staging)).some((row) => row.user_id === user && row.access_level?.id === id);

describe('reading a custom app as Opal does', () => {
  test('finds its status, people, resources, levels, groups and members', async () => {
    expect(await opal.ask('/status')).toEqual({ status: 200, body: undefined });
    const users = await opal.all<{ id: string; email: string }>('/users', 'users');
    expect(users).toContainEqual({ id: jane, email: 'jane.doe@example.com' });
    const resources = await opal.all<{ id: string; name: string }>('/resources', 'resources');
    expect(resources).toContainEqual(expect.objectContaining({ id: staging, name: 'AWS Staging' }));
    expect(await opal.ask(`/resources/${staging}`)).toMatchObject({ body: { resource: { id: staging } } });
    expect(await opal.ask(`/groups/${data}`)).toMatchObject({ body: { group: { id: data, name: 'Data' } } });
    const levels = await opal.all(`/resources/${staging}/access_levels`, 'access_levels');
    expect(levels).toContainEqual({ id: 'AdministratorAccess', name: 'Administrator' });
    expect(
      (await opal.all<{ user_id: string }>(`/groups/${data}/users`, 'users')).map(({ user_id }) => user_id),
    ).toEqual(['ca57e11a-0001-4000-8000-000000000005']);
  });

  test('gets empty lists of what nobody serves', async () => {
    expect(await opal.ask('/events')).toEqual({ status: 200, body: { events: [], next_cursor: '' } });
    expect(await opal.ask(`/groups/${data}/member-groups`)).toMatchObject({ body: { groups: [] } });
    expect(await opal.ask(`/groups/${data}/resources`)).toMatchObject({ body: { resources: [] } });
  });

  test('is told what is not there, and that a cursor is not of this app', async () => {
    expect(await opal.ask('/resources/nothing')).toMatchObject({ status: 404, body: { code: 404 } });
    expect(await opal.ask('/resources/nothing/users')).toMatchObject({ status: 404, body: { code: 404 } });
    expect(await opal.ask('/users', { query: { cursor: 'guessed' } })).toMatchObject({ status: 400 });
  });

  test('reads a long list to its end, each item once', async () => {
    const state = (await stack.simulators!.control.state('opal')) as { users: Record<string, unknown>[] };
    const many = Array.from({ length: 450 }, (_, n) => ({
      ...state.users[0],
      user_id: `person-${n}`,
      email: `person-${n}@example.com`,
    }));
    await stack.simulators!.control.seed('opal', { users: [...state.users, ...many] });
    const users = await opal.all<{ id: string }>('/users', 'users');
    expect(users).toHaveLength(state.users.length + 450);
    expect(new Set(users.map(({ id }) => id)).size).toBe(users.length);
    const read = async () => (await stack.simulators!.control.requests('opal')).length;
    const [before, { body }, once] = [await read(), await opal.ask<{ users: [] }>('/users'), await read()];
    expect(body.users).toHaveLength(200);
    await opal.all('/users', 'users');
    expect((await read()) - once, 'the pages that follow the first are not read anew').toBe(once - before);
    await stack.simulators!.control.seed('opal', { users: state.users });
  });
});

describe('a grant by Opal', () => {
  const grant = (user: string) =>
    opal.ask(`/resources/${staging}/users`, {
      method: 'POST',
      body: { user_id: user, access_level_id: 'ReadOnlyAccess' },
    });
  const revoke = (user: string) =>
    opal.ask(`/resources/${staging}/users/${user}`, { method: 'DELETE', query: { access_level_id: 'ReadOnlyAccess' } });

  test('is carried out by the flow and read back from the system; so is the revoke', async () => {
    expect(await has(jane, 'ReadOnlyAccess')).toBe(false);
    expect(await grant(jane)).toEqual({ status: 200, body: undefined });
    expect(await has(jane, 'ReadOnlyAccess')).toBe(true);
    expect(await revoke(jane)).toMatchObject({ status: 200 });
    expect(await has(jane, 'ReadOnlyAccess')).toBe(false);
  });

  test('that is repeated, also at the same time, starts no second write', async () => {
    const before = (await runsOf(writer)).length;
    const answers = await Promise.all(
      [1, 2, 3].map((seconds) =>
        opal.ask(`/resources/${staging}/users`, {
          method: 'POST',
          body: { user_id: noah, access_level_id: 'ReadOnlyAccess' },
          at: Math.floor(Date.now() / 1_000) - seconds,
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await grant(noah)).toMatchObject({ status: 200 });
    expect(await runsOf(writer)).toHaveLength(before + 1);
  });

  test('is made good when the access was taken away behind Opal’s back', async () => {
    const before = (await runsOf(writer)).length;
    const { grants } = (await stack.simulators!.control.state('opal')) as {
      grants: { user_id: string; thing_id: string }[];
    };
    const left = grants.filter(({ user_id, thing_id }) => user_id !== noah || thing_id !== staging);
    await stack.simulators!.control.seed('opal', { grants: left });
    expect(await has(noah, 'ReadOnlyAccess')).toBe(false);
    expect(await grant(noah)).toMatchObject({ status: 200 });
    expect(await has(noah, 'ReadOnlyAccess')).toBe(true);
    expect(await runsOf(writer)).toHaveLength(before + 1);
  });

  test('works for groups, and what is there already needs no run', async () => {
    const join = () => opal.ask(`/groups/${data}/users`, { method: 'POST', body: { user_id: jane } });
    const before = (await runsOf(writer)).length;
    expect(await join()).toMatchObject({ status: 200 });
    const members = await opal.all<{ user_id: string }>(`/groups/${data}/users`, 'users');
    expect(members.map(({ user_id }) => user_id)).toContain(jane);
    const there = await opal.ask(`/groups/${data}/users`, {
      method: 'POST',
      body: { user_id: 'ca57e11a-0001-4000-8000-000000000005' },
    });
    expect(there.status).toBe(200);
    expect(await runsOf(writer)).toHaveLength(before + 1);
    expect(await opal.ask(`/groups/${data}/users/${jane}`, { method: 'DELETE' })).toMatchObject({ status: 200 });
  });

  test('that fails is told to Opal, and may be asked for again', async () => {
    await stack.simulators!.control.faults('opal', [
      { operation: 'add_resource_user', status: 400, body: { message: 'no' } },
    ]);
    expect(await grant('ca57e11a-0001-4000-8000-000000000005')).toMatchObject({ status: 500, body: { code: 500 } });
    expect(await grant('ca57e11a-0001-4000-8000-000000000005')).toMatchObject({ status: 200 });
  });

  test('that no flow serves is refused with the remedy', async () => {
    const asked = { method: 'POST' as const, body: { group_id: 'other' } };
    expect(await opal.ask(`/groups/${data}/member-groups`, asked)).toMatchObject({
      status: 501,
      body: { message: expect.stringContaining('Choose one') },
    });
  });
});

describe('a flow that serves a call', () => {
  test('answers reads by its respond step, and says no in its own words', async () => {
    const flow = await writing(
      {
        which: { kind: 'branch', cases: [when('users')] },
        people: {
          kind: 'respond',
          status: 200,
          body: {
            items: [{ id: 'u1', email: 'u1@example.com' }],
            nextCursor: { jsonata: `trigger.input.cursor = 'two' ? '' : 'two'` },
          },
        },
        no: { kind: 'respond', status: 403, body: { message: 'Only during the day.' } },
      },
      ...['called -> which', 'which:users -> people', 'which:else -> no'],
    );
    const byFlow = { by: 'flow', flowId: flow.id };
    const serves = { reads: { users: byFlow, resources: byFlow }, writes: { addGroupUser: byFlow } };
    const served = await makeApp({ name: 'By a flow', appId: 'by-flow', signingSecret: secret, serves });
    const caller = await opalCaller(served.url, { secret, appId: 'by-flow' });
    expect(await caller.all('/users', 'users')).toHaveLength(2);
    const no = { status: 403, body: { code: 403, message: 'Only during the day.' } };
    expect(await caller.ask('/resources')).toEqual(no);
    expect(await caller.ask('/groups/g/users', { method: 'POST', body: { user_id: 'u' } })).toEqual(no);
  });

  test('and is slow goes on while Opal is told to ask again, which then finds its run', async () => {
    const path = '/slow-grant';
    let release: () => void = () => undefined;
    stack.vendor.script(path, () => new Promise((resolve) => (release = () => resolve({}))));
    const flow = await publishFlow(admin, {
      connections: { vendor: { connector: 'http', title: 'Vendor', id: stack.connections.vendor } },
      triggers: { called: { kind: 'call' } },
      steps: {
        call: {
          kind: 'action',
          connection: 'vendor',
          operation: 'request',
          input: { method: 'POST', url: `${stack.vendor.url}${path}`, json: {} },
        },
      },
      wires: wires('called -> call'),
    });
    const serves = { reads: {}, writes: { addGroupUser: { by: 'flow', flowId: flow.id } } };
    const served = await makeApp({ name: 'Slow', appId: 'slow', signingSecret: secret, serves });
    const caller = await opalCaller(served.url, { secret, appId: 'slow' });
    const join = () => caller.ask('/groups/g/users', { method: 'POST', body: { user_id: 'u' } });
    expect(await join()).toMatchObject({
      status: 503,
      body: { message: expect.stringContaining('not begun a second time') },
    });
    release();
    const [run] = await runsOf(flow.id);
    await endOf(admin, run!.id);
    expect(
      await caller.ask('/groups/g/users', {
        method: 'POST',
        body: { user_id: 'u' },
        at: Math.floor(Date.now() / 1_000) - 1,
      }),
    ).toMatchObject({ status: 200 });
    expect(await runsOf(flow.id)).toHaveLength(1);
    expect(stack.vendor.to(path)).toHaveLength(1);
  });
});

describe('a request that Opal did not send so', () => {
  let before: number;
  beforeEach(async () => {
    before = (await runsOf(writer)).length;
  });
  const wanting = { method: 'POST' as const, body: { user_id: jane, access_level_id: 'AdministratorAccess' } };
  const path = `/resources/${staging}/users`;

  test('is refused when it is forged, unsigned or stale, and is seen in the log', async () => {
    const forger = await opalCaller(app.url, { secret: 'guessed-secret', appId: 'payroll' });
    expect(await forger.ask(path, wanting)).toMatchObject({ status: 401, body: { code: 401 } });
    expect(await opal.ask('/users', { headers: { 'x-opal-signature': '' } })).toMatchObject({ status: 401 });
    const old = Math.floor(Date.now() / 1_000) - 301;
    expect(await opal.ask(path, { ...wanting, at: old })).toMatchObject({ status: 401 });
    expect(await runsOf(writer)).toHaveLength(before);
    const [last] = await callsOf(app.id);
    expect(last).toMatchObject({ method: 'POST', target: path, status: 401, reason: expect.stringContaining('300 s') });
  });

  test('is refused when it is the very same write once more', async () => {
    const at = Math.floor(Date.now() / 1_000) - 20;
    expect(await opal.ask(path, { ...wanting, at })).toMatchObject({ status: 200 });
    const gone = await opal.ask(`${path}/${jane}`, {
      method: 'DELETE',
      query: { access_level_id: 'AdministratorAccess' },
    });
    expect(gone.status).toBe(200);
    expect(await opal.ask(path, { ...wanting, at })).toMatchObject({
      status: 401,
      body: { message: expect.stringContaining('before') },
    });
    expect(await has(jane, 'AdministratorAccess')).toBe(false);
  });

  test('is refused when it is malformed or for another app', async () => {
    expect(await opal.ask(path, { method: 'POST', body: 'no json' })).toMatchObject({ status: 400 });
    expect(await opal.ask(path, { method: 'POST', body: { user_id: 7 } as never })).toMatchObject({ status: 400 });
    for (const user_id of ['a\0b', 'half \ud800']) {
      expect(await opal.ask(path, { method: 'POST', body: { user_id } })).toMatchObject({ status: 400 });
    }
    expect(await opal.ask('/resources/a%00b/users')).toMatchObject({ status: 404, body: { code: 404 } });
    expect(await opal.ask('/users', { query: { app_id: 'other' } })).toMatchObject({ status: 404 });
    const nowhere = await fetch(`${app.url.replace(/[^/]+$/, 'x'.repeat(27))}/users`);
    expect(nowhere.status).toBe(404);
    expect(await runsOf(writer)).toHaveLength(before);
  });
});

describe('the settings of a custom app', () => {
  test('take a second secret while Opal’s is replaced, and never tell one', async () => {
    const next = await opalCaller(app.url, { secret: 'the-secret-that-follows', appId: 'payroll' });
    expect(await next.ask('/status')).toMatchObject({ status: 401 });
    const saved = await save(app.id, { nextSecret: 'the-secret-that-follows' });
    expect(saved.body).toMatchObject({ hasNextSecret: true });
    expect(JSON.stringify(saved.body)).not.toContain('follows');
    expect([(await next.ask('/status')).status, (await opal.ask('/status')).status]).toEqual([200, 200]);
    expect((await save(app.id, { nextSecret: null })).body).toMatchObject({ hasNextSecret: false });
    expect(await next.ask('/status')).toMatchObject({ status: 401 });
    expect((await save(app.id, { onlyNext: true })).status).toBe(409);
    await save(app.id, { nextSecret: 'the-secret-that-follows' });
    expect((await save(app.id, { onlyNext: true })).body).toMatchObject({ hasNextSecret: false });
    expect([(await next.ask('/status')).status, (await opal.ask('/status')).status]).toEqual([200, 401]);
    await save(app.id, { signingSecret: secret });
  });

  test('keep the connection that serves a list from being removed', async () => {
    const removed = await admin.inWorkspace<{ message: string }>('DELETE', `/connections/${connectionId}`);
    expect(removed.status).toBe(409);
  });

  test('name everything that is wrong at once', async () => {
    const wrong = {
      users: held('listUsers', { id: '/userId' }),
      resourceUsers: held('grantResource', { user_id: '/userId' }),
      groups: { by: 'flow', flowId: connectionId },
    };
    const refused = await save(app.id, { serves: { reads: wrong, writes: {} } });
    expect(refused.status).toBe(400);
    const { problems } = (refused.body as unknown as { details: { problems: { pointer: string }[] } }).details;
    expect(problems.map(({ pointer }) => pointer)).toEqual([
      ...['/serves/reads/users/fields/email', '/serves/reads/resourceUsers/operation'],
      ...['/serves/reads/resourceUsers/argument', '/serves/groups'],
    ]);
  });

  test('are checked by reading the app as Opal does, which shows in the log', async () => {
    const answer = await admin.inWorkspace<{ checks: OpalAppCheck[] }>('POST', `/opal-apps/${app.id}/check`, {});
    const { checks } = answer.body;
    expect(checks.map(({ status }) => status)).toEqual(checks.map(() => 200));
    expect(checks.map(({ target }) => target.replace(/[0-9a-f-]{36}/, 'id'))).toEqual([
      ...['/status', '/users', '/resources', '/resources/id', '/resources/id/access_levels', '/resources/id/users'],
      ...['/groups', '/groups/id', '/groups/id/users', '/groups/id/resources', '/groups/id/member-groups', '/events'],
    ]);
    expect(checks[1]?.items).toBeGreaterThan(5);
    expect((await callsOf(app.id))[0]).toMatchObject({ target: '/events', status: 200 });
  });

  test('switch an app off, and take it away for good', async () => {
    const gone = await makeApp({ name: 'Gone', appId: 'gone', signingSecret: secret });
    const caller = await opalCaller(gone.url, { secret, appId: 'gone' });
    await save(gone.id, { enabled: false });
    expect(await caller.ask('/status')).toMatchObject({ status: 503 });
    expect((await admin.inWorkspace('DELETE', `/opal-apps/${gone.id}`)).status).toBe(204);
    expect(await caller.ask('/status')).toMatchObject({ status: 404 });
    const audit = await until('the removal in the audit', async () => {
      const { items } = (await admin.inWorkspace<{ items: { action: string }[] }>('GET', '/audit?limit=10')).body;
      return items.some(({ action }) => action === 'opal_app.remove') && items;
    });
    expect(JSON.stringify(audit)).not.toContain(secret);
  });
});

describe('a template that serves a custom app', () => {
  const installed = (body: object) =>
    admin.inWorkspace<FlowDetail>('POST', '/templates/custom-app/install', {
      connections: { app: 'simulator', slack: 'simulator', offered: 'new' },
      ...body,
    });
  /** A group of the app, which the template's table offers and lets be changed. */
  const reports = 'ca57e11a-0002-4000-8000-000000000003';
  const ledger = { name: 'Ledger', appId: 'ledger', signingSecret: secret };

  test('serves all its calls by being installed and published', async () => {
    const made = await makeApp(ledger);
    const caller = await opalCaller(made.url, { secret, appId: 'ledger' });
    const { status, body: flow } = await installed({ opalApp: made.id });
    expect(status, JSON.stringify(flow)).toBe(201);
    expect(await caller.ask('/users')).toMatchObject({ status: 503 });
    await admin.inWorkspace('POST', `/flows/${flow.id}/publish`, {}, { 'if-match': String(flow.revision) });
    expect((await caller.all('/users', 'users')).length).toBe(11);
    expect(await caller.all<{ name: string }>('/groups', 'groups')).toHaveLength(4);
    expect(await caller.ask(`/groups/${reports}/users`, { method: 'POST', body: { user_id: jane } })).toEqual({
      status: 200,
      body: undefined,
    });
    expect(await caller.ask(`/groups/${reports}/users`)).toMatchObject({
      body: { users: expect.arrayContaining([expect.objectContaining({ user_id: jane })]) },
    });
  });

  test('takes no call from what serves it already, and is then not installed at all', async () => {
    const before = (await admin.inWorkspace<{ items: FlowDetail[] }>('GET', '/flows?limit=200')).body.items.length;
    const refused = await installed({ opalApp: app.id });
    expect(refused).toMatchObject({ status: 400, body: expect.objectContaining({ code: 'invalid_input' }) });
    expect(JSON.stringify(refused.body)).toContain('Of Payroll these are served already: Users');
    const after = (await admin.inWorkspace<{ items: FlowDetail[] }>('GET', '/flows?limit=200')).body.items.length;
    expect(after).toBe(before);
  });

  test('is bound only by those who may change connections, and only if it serves one', async () => {
    const made = await makeApp({ ...ledger, name: 'Ledger 2', appId: 'ledger-2' });
    const builder = await joinAs(stack.api, ApiClient.of(stack.api, admin), 'builder');
    const connections = { app: 'simulator', slack: 'simulator', offered: 'new' } as const;
    const wish = { params: { id: 'custom-app' }, body: { connections, variables: {}, opalApp: made.id } };
    expect(await builder.send(routes.templates.install, wish)).toMatchObject({ status: 403 });
    const other = await admin.inWorkspace('POST', '/templates/directory-welcome/install', {
      ...{ connections: {}, opalApp: made.id },
    });
    expect(JSON.stringify(other.body)).toContain('The template serves no custom app of Opal.');
    expect((await admin.inWorkspace<OpalApp>('GET', `/opal-apps/${made.id}`)).body.serves).toEqual({
      ...{ reads: {}, writes: {} },
    });
  });
});

test('a step that waits for Opal’s propagation sleeps between its looks, and goes on when the access has arrived', async () => {
  const { control } = stack.simulators!;
  await control.seed('opal', { propagation: { seconds: 3_600, ends: 'SUCCESS' } });
  const place = { resourceId: staging, userId: jane, accessLevel: 'AdministratorAccess' };
  const step = (operation: string, input: object) => ({ kind: 'action', connection: 'opal', operation, input });
  const flow = await publishFlow(admin, {
    connections: { opal: { connector: 'opal', title: 'Opal', id: connectionId } },
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      grant: step('grantResource', { ...place, durationMinutes: 0 }),
      arrived: step('awaitResourceAccess', place),
    },
    wires: wires('hook -> grant', 'grant -> arrived'),
  });
  const { body } = await deliver(flow.hooks.hook as string, {});
  const runId = body.runId as string;
  const waiting = await until('several looks', async () => {
    const { arrived } = await stepsOf(admin, runId);
    // Between two looks, and not during one.
    return arrived?.status === 'retrying' && arrived.attempts >= 3 && arrived;
  });
  expect(waiting.error).toMatchObject({ code: 'E_TIMEOUT', message: expect.stringContaining('PENDING') });
  const { grants } = (await control.state('opal')) as { grants: object[] };
  const arrived = grants.map((grant) => ({ ...grant, propagated_at: '2026-01-01T00:00:00.000Z' }));
  await control.seed('opal', { grants: arrived, propagation: { seconds: 0, ends: 'SUCCESS' } });
  expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'succeeded' });
  expect((await stepsOf(admin, runId)).arrived?.output).toMatchObject({ state: 'carriedOut', status: 'SUCCESS' });
});
