import type {
  DirectoryAccountDetail,
  DirectoryAccountRow,
  DirectoryGroupRow,
  DirectoryMembershipRow,
  FilteredRecord,
  Integration,
  Person,
  PersonDetail,
  SyncRun,
} from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endOf, publishFlow, stepsOf, until, wires } from '../harness/flows.js';
import type { Session } from '../harness/index.js';
import type { SimulatorControl } from '../harness/simulator-control.js';
import { type Stack, startStack } from '../harness/stack.js';

interface Held {
  users: {
    id: string;
    primaryEmail: string;
    suspended: boolean;
    name: { fullName: string };
    [more: string]: unknown;
  }[];
  groups: { id: string; name: string; [more: string]: unknown }[];
  members: { group: string; id: string; email: string; role: string; type: string }[];
}

type Row = Record<string, unknown>;
type State = Record<string, Row[] | undefined>;

const jane = 'jane.doe@example.com';
const users = 'directory.users.list';

let stack: Stack;
let admin: Session;
let control: SimulatorControl;
let google: string;
let atFirst: Held;
/** The integration of Google that most cases look at. */
let integration: Integration;

const ask = async <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T> => {
  const answer = await admin.inWorkspace<T>(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
};
const list = async <T>(path: string) => (await ask<{ items: T[] }>('GET', path)).items;
const held = async () => (await control.state('google-workspace')) as unknown as Held;
const seed = (some: Partial<Held>) => control.seed('google-workspace', some);
const get = (id: string) => ask<Integration>('GET', `/integrations/${id}`);

async function connect(connector: string): Promise<string> {
  const body = { name: `${connector} ${Date.now()}`, connector, simulator: true };
  return (await ask<{ id: string }>('POST', '/connections', body)).id;
}

const ended = (id: string, sync?: SyncRun): Promise<SyncRun> =>
  until('the end of a sync', async () => {
    const { lastSync } = await get(id);
    const isOver = lastSync !== null && lastSync.endedAt !== null && (sync === undefined || lastSync.id === sync.id);
    return isOver || lastSync?.status === 'asks' ? lastSync : null;
  });

const sync = async (id: string) => ended(id, await ask<SyncRun>('POST', `/integrations/${id}/sync`));

beforeAll(async () => {
  stack = await startStack({ simulators: true });
  ({ admin } = stack);
  control = stack.simulators!.control;
  google = await connect('google-workspace');
  atFirst = await held();
  const body = { connectionId: google, name: 'Google', primaryDirectory: true };
  integration = await ask<Integration>('POST', '/integrations', body);
});

afterAll(() => stack?.stop());

beforeEach(() => seed(atFirst));

/** A flow that hears one event of the directory. */
async function hearing(event: string): Promise<{ runs: () => Promise<unknown[]> }> {
  const [directory] = await list<{ id: string }>('/connections?connector=directory');
  const { id } = await publishFlow(admin, {
    name: `On ${event}`,
    connections: { people: { connector: 'directory', title: 'Directory', id: directory?.id } },
    triggers: { heard: { kind: 'connector', connection: 'people', event } },
    steps: { note: { kind: 'shape', output: { jsonata: 'trigger.body' } } },
    wires: wires('heard -> note'),
  });
  return {
    async runs() {
      const runs = await list<{ id: string }>(`/runs?flowId=${id}`);
      return Promise.all(
        runs.map(async (run) => {
          await endOf(admin, run.id);
          return (await stepsOf(admin, run.id)).note?.output;
        }),
      );
    },
  };
}

describe('the first sync', () => {
  test('begins at once, reads everything, and makes people of it', async () => {
    expect(integration).toMatchObject({
      health: { status: 'working' },
      organisation: { id: 'C03az79cb', name: 'example.com' },
      hasGroups: true,
      primaryDirectory: true,
    });
    const first = await ended(integration.id);
    expect(first).toMatchObject({ status: 'completed', reason: 'first', error: null, failures: [] });
    const count = atFirst.users.length;
    expect(first.counts.accounts).toMatchObject({ read: count, created: count, failed: 0 });
    const memberships = atFirst.members.filter(({ type }) => type === 'USER').length;
    const { present, attributes } = await get(integration.id);
    expect(present).toEqual({ accounts: count, groups: atFirst.groups.length, memberships });
    expect(attributes).toEqual(expect.arrayContaining(['department', 'jobTitle', 'managerEmail']));
  });

  test('shows accounts with what the system gave, their groups, and no history', async () => {
    const [found] = await list<DirectoryAccountRow>(`/directory/accounts?q=${jane}`);
    const account = await ask<DirectoryAccountDetail>('GET', `/directory/accounts/${found?.id}`);
    expect(account).toMatchObject({ email: jane, status: 'ACTIVE', payload: { primaryEmail: jane }, history: [] });
    expect(account.memberships.length).toBeGreaterThan(0);
    const [{ group }] = account.memberships as [DirectoryMembershipRow];
    const members = await list<DirectoryMembershipRow>(`/directory/memberships?group=${group.id}`);
    const inGroup = await list<DirectoryAccountRow>(`/directory/accounts?group=${group.id}`);
    expect(inGroup.map(({ id }) => id).sort()).toEqual(members.map(({ account: { id } }) => id).sort());
    expect(await ask<DirectoryGroupRow>('GET', `/directory/groups/${group.id}`)).toMatchObject({
      members: members.length,
    });
  });

  test('is listed page by page, by name, without leaving anybody out', async () => {
    const names: (string | null)[] = [];
    let cursor = '';
    do {
      const page = await ask<{ items: DirectoryAccountRow[]; next: string | null }>(
        'GET',
        `/directory/accounts?limit=3${cursor}`,
      );
      names.push(...page.items.map(({ displayName }) => displayName));
      cursor = page.next === null ? '' : `&cursor=${encodeURIComponent(page.next)}`;
    } while (cursor !== '');
    expect(names).toHaveLength(atFirst.users.length);
    expect(names).toEqual([...names].sort((a, b) => (String(a).toLowerCase() < String(b).toLowerCase() ? -1 : 1)));
    const suspended = await list<DirectoryAccountRow>('/directory/accounts?status=SUSPENDED');
    expect(suspended).toHaveLength(atFirst.users.filter((user) => user.suspended).length);
  });

  test('is read by steps: a person with the manager, a group and its members', async () => {
    const [directory] = await list<{ id: string }>('/connections?connector=directory');
    const step = (operation: string, input: object) => ({ kind: 'action', connection: 'people', operation, input });
    const { id } = await publishFlow(admin, {
      connections: { people: { connector: 'directory', title: 'Directory', id: directory?.id } },
      triggers: { hand: { kind: 'manual', input: {} } },
      steps: {
        person: step('findPerson', { email: jane.toUpperCase() }),
        group: step('getGroup', { group: 'engineering' }),
        members: step('listGroupMembers', { group: 'engineering@example.com' }),
        people: step('listPeople', { department: 'Engineering' }),
      },
      wires: wires('hand -> person', 'person -> group', 'group -> members', 'members -> people'),
    });
    const { runId } = await ask<{ runId: string }>('POST', `/flows/${id}/run`, { input: {} });
    await endOf(admin, runId);
    const steps = await stepsOf(admin, runId);
    const output = (step: string) => steps[step]?.output;
    expect(output('person')).toMatchObject({
      found: true,
      person: { email: jane },
      manager: { email: expect.any(String) },
    });
    const of = { name: 'Engineering', integration: 'Google' };
    expect(output('group')).toMatchObject({ found: true, group: of });
    const { group } = output('group') as { group: { members: number } };
    expect((output('members') as { items: object[] }).items).toHaveLength(group.members);
    const { items } = output('people') as { items: { department: string }[] };
    expect(new Set(items.map(({ department }) => department))).toEqual(new Set(['Engineering']));
  });
});

describe('a later sync', () => {
  test('writes only what changed, and tells flows of it once', async () => {
    const flows = {
      created: await hearing('accountCreated'),
      changed: await hearing('accountChanged'),
      disabled: await hearing('accountDisabled'),
      joined: await hearing('groupJoined'),
      left: await hearing('groupLeft'),
    };
    await ask('POST', '/event-subscriptions', {
      ...{ name: 'Receiver', event: 'directory.account_disabled', url: `${stack.vendorUrl}/disabled` },
    });
    const found = atFirst.users.find(({ primaryEmail }) => primaryEmail === jane)!;
    const [team, other] = atFirst.groups as [Held['groups'][number], Held['groups'][number]];
    const groupOfJane = atFirst.members.find(({ id }) => id === found.id)!.group;
    const to = team.id === groupOfJane ? other : team;
    const fresh = { ...found, id: '999', primaryEmail: 'new.hire@example.com', aliases: [], relations: [] };
    await seed({
      users: [...atFirst.users.map((user) => (user === found ? { ...user, suspended: true } : user)), fresh],
      members: [
        ...atFirst.members.filter(({ id }) => id !== found.id),
        { group: to.id, id: found.id, email: jane, role: 'MEMBER', type: 'USER' },
      ],
    });
    const { counts, status } = await sync(integration.id);
    expect(status).toBe('completed');
    expect(counts.accounts).toMatchObject({ created: 1, changed: 1, unchanged: atFirst.users.length - 1, removed: 0 });
    expect(counts.memberships).toMatchObject({ created: 1, removed: 1 });
    const heard = await until('runs of all events', async () => {
      const all = await Promise.all(Object.values(flows).map((flow) => flow.runs()));
      return all.every((runs) => runs.length > 0) ? all : null;
    });
    const person = { integration: { name: 'Google', primaryDirectory: true }, account: { email: jane } };
    expect(heard).toMatchObject([
      [{ account: { email: 'new.hire@example.com' }, returned: false }],
      [{ ...person, fields: [{ field: 'status', before: 'ACTIVE', after: 'SUSPENDED' }] }],
      [{ ...person, gone: false }],
      [{ ...person, group: { externalId: to.id }, role: 'MEMBER' }],
      [{ ...person, group: { externalId: groupOfJane } }],
    ]);
    const [sent] = await until('an event told', async () => {
      const requests = stack.vendor.to('/disabled');
      return requests.length > 0 ? requests : null;
    });
    expect(sent?.body).toMatchObject({
      type: 'directory.account_disabled',
      data: { account: { email: jane }, gone: false },
    });
    const [account] = await list<DirectoryAccountRow>(`/directory/accounts?q=${jane}`);
    const { history, memberships } = await ask<DirectoryAccountDetail>('GET', `/directory/accounts/${account?.id}`);
    expect(history.map(({ kind }) => kind).sort()).toEqual([
      ...['account_changed', 'account_disabled', 'group_joined', 'group_left'],
    ]);
    expect(memberships.map(({ removedAt }) => removedAt === null)).toEqual([true, false]);
  });

  test('begins a new membership for who comes back, and marks who is gone', async () => {
    const { counts } = await sync(integration.id);
    expect(counts.accounts.removed).toBe(1);
    expect(counts.memberships).toMatchObject({ created: 1, removed: 1 });
    const [gone] = await list<DirectoryAccountRow>('/directory/accounts?gone=removed');
    expect(gone).toMatchObject({ email: 'new.hire@example.com', status: 'ACTIVE', removedAt: expect.any(String) });
    const again = await sync(integration.id);
    expect(again.counts.accounts).toMatchObject({
      changed: 0,
      created: 0,
      removed: 0,
      unchanged: atFirst.users.length,
    });
  });

  test('goes on without a record that does not fit, and takes nothing as removed that it may have been', async () => {
    const [first, ...others] = atFirst.users as [Held['users'][number], ...Held['users']];
    // Google is asked first whose directory it is.
    const body = { users: [{ ...first, id: 7 }, ...others.slice(2)] };
    await control.faults('google-workspace', [{ operation: users, status: 200, body, skip: 1 }]);
    const { counts, failures, status } = await sync(integration.id);
    await control.faults('google-workspace', []);
    expect(status).toBe('completed');
    expect(counts.accounts).toMatchObject({ read: others.length - 1, failed: 1, removed: 0 });
    expect(failures).toMatchObject([{ kind: 'accounts', resource: '7', reason: expect.stringContaining('id') }]);
  });

  test('waits where the system asks for it, and fails where it refuses', async () => {
    const slow = { operation: users, status: 503, headers: { 'retry-after': '1' } };
    await control.faults('google-workspace', [slow]);
    expect(await sync(integration.id)).toMatchObject({ status: 'completed' });
    await control.faults('google-workspace', [{ operation: users, status: 403, times: 5 }]);
    const heard = await hearing('syncFailed');
    const failed = await sync(integration.id);
    await control.faults('google-workspace', []);
    expect(failed).toMatchObject({ status: 'failed', error: { code: expect.any(String) } });
    const [told] = await until('a run of the failure', async () =>
      (await heard.runs()).length > 0 ? heard.runs() : null,
    );
    expect(told).toMatchObject({ syncRunId: failed.id, error: failed.error });
  });

  test('asks before it marks very many as gone; who says no leaves them, and who says yes is obeyed', async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({
      ...atFirst.users[0]!,
      ...{ id: `many-${index}`, primaryEmail: `many-${index}@example.com`, aliases: [] },
    }));
    await seed({ users: [...atFirst.users, ...many] });
    expect(await sync(integration.id)).toMatchObject({ status: 'completed', counts: { accounts: { created: 60 } } });
    await seed({ users: atFirst.users });
    const asking = await sync(integration.id);
    const of = atFirst.users.length + 60;
    expect(asking).toMatchObject({ status: 'asks', asks: [{ kind: 'accounts', gone: 60, of }] });
    const path = `/integrations/${integration.id}/syncs/${asking.id}/decide`;
    await ask('POST', path, { remove: false });
    expect(await ended(integration.id, asking)).toMatchObject({
      status: 'completed',
      counts: { accounts: { removed: 0 } },
    });
    expect((await get(integration.id)).present.accounts).toBe(of);
    const again = await sync(integration.id);
    expect(again.status).toBe('asks');
    await ask('POST', `/integrations/${integration.id}/syncs/${again.id}/decide`, { remove: true });
    await until('the end', async () => ((await ended(integration.id)).status === 'completed' ? true : null));
    expect(await ended(integration.id)).toMatchObject({
      counts: { accounts: { removed: 60 } },
      decision: { remove: true },
    });
    expect((await admin.inWorkspace('POST', path, { remove: true })).status).toBe(409);
  });

  test('goes on after kill -9 in the middle, and counts each page once', async () => {
    const many = Array.from({ length: 600 }, (_, index) => ({
      ...atFirst.users[0]!,
      ...{ id: `more-${index}`, primaryEmail: `more-${String(index).padStart(4, '0')}@example.com`, aliases: [] },
    }));
    await seed({ users: [...atFirst.users, ...many] });
    // The second page is answered late, so that the worker dies while it waits for it.
    await control.faults('google-workspace', [{ operation: users, skip: 1, delaySeconds: 5 }]);
    const begun = await ask<SyncRun>('POST', `/integrations/${integration.id}/sync`);
    await until('the first page', async () =>
      (await get(integration.id)).lastSync?.counts.accounts.read === 200 ? true : null,
    );
    await stack.killWorkers();
    await control.faults('google-workspace', []);
    await stack.startWorker();
    const { counts, status } = await ended(integration.id, begun);
    expect(status).toBe('completed');
    const all = atFirst.users.length + 600;
    expect(counts.accounts).toMatchObject({ read: all, created: 600, unchanged: atFirst.users.length });
    expect((await get(integration.id)).present.accounts).toBe(all);
    await seed(atFirst);
    const { id } = await sync(integration.id);
    await ask('POST', `/integrations/${integration.id}/syncs/${id}/decide`, { remove: true });
    await until('the end', async () => ((await get(integration.id)).lastSync?.status === 'completed' ? true : null));
  });
});

describe('an integration', () => {
  test('is tried with a filter on real records before it is kept, and then takes only what passes', async () => {
    const filterExpr = `kind != 'account' || payload.orgUnitPath.startsWith('/Engineering')`;
    const wish = { connectionId: google, filterExpr };
    const { items } = await ask<{ items: FilteredRecord[] }>('POST', '/integration-filter-preview', wish);
    const accounts = items.filter(({ kind }) => kind === 'account');
    const units = (passes: boolean) =>
      accounts
        .filter((one) => one.passes === passes)
        .map(({ payload }) => (payload as { orgUnitPath: string }).orgUnitPath);
    expect(new Set(units(true))).toEqual(new Set(['/Engineering']));
    expect(units(false)).not.toContain('/Engineering');
    expect(items.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['group', 'membership']));
    const broken = { connectionId: google, filterExpr: 'payload.orgUnitPath == "/Engineering"' };
    const tried = await ask<{ items: FilteredRecord[] }>('POST', '/integration-filter-preview', broken);
    const group = tried.items.find(({ kind }) => kind === 'group');
    expect(group).toMatchObject({ passes: null, error: expect.stringContaining('orgUnitPath') });
    const refused = await admin.inWorkspace('POST', '/integration-filter-preview', { ...wish, filterExpr: 'a ==' });
    expect(refused.status).toBe(400);
    await ask('PUT', `/integrations/${integration.id}`, { filterExpr, disableGroupSync: true });
    const narrow = await sync(integration.id);
    const { read, filtered, removed } = narrow.counts.accounts;
    expect(narrow).toMatchObject({ status: 'completed', counts: { groups: { read: 0 } } });
    expect([filtered, removed]).toEqual([read - units(true).length, filtered]);
    await ask('PUT', `/integrations/${integration.id}`, { filterExpr: null, disableGroupSync: false });
    const wide = await sync(integration.id);
    expect(wide).toMatchObject({ status: 'completed', counts: { accounts: { created: removed, removed: 0 } } });
  });

  test('is refused with settings that are not its, and a source that gives out no identities is never primary', async () => {
    const create = (body: object) =>
      admin.inWorkspace('POST', '/integrations', { connectionId: google, name: 'X', ...body });
    expect((await create({ settings: { customer: 'C0' } })).status).toBe(400);
    expect((await create({ settings: { domain: 7 } })).status).toBe(400);
    expect((await create({ everyHours: 0 })).status).toBe(400);
    expect((await create({ connectionId: stack.connections.vendor })).status).toBe(400);
    expect((await create({ connectionId: integration.id })).status).toBe(404);
    expect((await create({ name: 'google' })).status).toBe(409);
    const opal = await connect('opal');
    expect((await create({ connectionId: opal, primaryDirectory: true })).status).toBe(400);
  });

  test('is one of several that know a person, and the primary directory’s word counts', async () => {
    const hris = await connect('bamboohr');
    const second = await ask<Integration>('POST', '/integrations', { connectionId: hris, name: 'HRIS' });
    expect(await ended(second.id)).toMatchObject({ status: 'completed' });
    const [person] = await list<Person>(`/directory/people?q=${jane}`);
    expect(person).toMatchObject({ key: jane, isPrimary: true });
    expect(person?.accounts.map((account) => account.integration.name)).toEqual(['Google', 'HRIS']);
    const detail = await ask<PersonDetail>('GET', `/directory/people/${jane}`);
    expect(detail.manager).toMatchObject({ displayName: expect.any(String) });
    expect(detail.memberships.length).toBeGreaterThan(0);
    await ask('POST', `/integrations/${second.id}/remove`, { name: 'HRIS' });
  });

  test.each<[connector: string, lists: [last: string, members?: string], without: (state: State) => object]>([
    [
      'okta',
      ['listGroups', 'listGroupUsers'],
      ({ users, members }) => ({
        users: users?.slice(1),
        members: members?.filter(({ user }) => user !== users?.[0]?.id),
      }),
    ],
    [
      'entra',
      ['group_ListGroup', 'group_ListMember'],
      ({ users, members }) => ({
        users: users?.slice(1),
        members: members?.filter(({ object }) => object !== users?.[0]?.id),
      }),
    ],
    [
      'scim',
      ['listGroups', 'getGroup'],
      ({ users, groups }) => ({
        users: users?.slice(1),
        groups: groups?.map((group) => ({
          ...group,
          members: (group.members as Row[]).filter(({ value }) => value !== users?.[0]?.id),
        })),
      }),
    ],
    [
      'github',
      ['teams/list', 'teams/list-members-in-org'],
      ({ members, teamMembers }) => ({
        members: members?.slice(1),
        teamMembers: teamMembers?.filter(({ login }) => login !== members?.[0]?.login),
      }),
    ],
    [
      'workday',
      ['SupervisoryOrganizations_getById', 'SupervisoryOrganizations_getMembers'],
      ({ workers }) => ({ workers: workers?.filter(({ email }) => email !== jane) }),
    ],
    [
      'opal',
      ['getGroups', 'get_group_users'],
      ({ users, memberships }) => ({
        users: users?.slice(1),
        memberships: memberships?.filter(({ user_id }) => user_id !== users?.[0]?.user_id),
      }),
    ],
    ['sailpoint', ['listIdentities'], ({ identities }) => ({ identities: identities?.slice(1) })],
    ['bamboohr', ['list-employees'], ({ employees }) => ({ employees: employees?.slice(1) })],
  ])(
    'reads the directory of %s whole, the second time unchanged, and tells who is gone only when all was read',
    async (connector, [lastList, members], without) => {
      const name = `${connector} read`;
      const state = (await control.state(connector)) as State;
      const { id } = await ask<Integration>('POST', '/integrations', { connectionId: await connect(connector), name });
      const { status, counts } = await ended(id);
      expect({ status, failed: counts.accounts.failed + counts.groups.failed + counts.memberships.failed }).toEqual({
        ...{ status: 'completed', failed: 0 },
      });
      const { present } = await get(id);
      expect(present.accounts).toBe(counts.accounts.created);
      expect(present.accounts).toBeGreaterThan(5);
      expect([present.groups > 0, present.memberships > 0]).toEqual([members !== undefined, members !== undefined]);
      const again = (await sync(id)).counts;
      expect(again.accounts).toMatchObject({ unchanged: present.accounts, changed: 0, created: 0 });
      expect(again.memberships).toMatchObject({ unchanged: present.memberships, created: 0 });

      await control.seed(connector, without(state));
      await control.faults(connector, [{ operation: lastList, status: 403 }]);
      expect(await sync(id)).toMatchObject({ status: 'failed', error: { code: expect.any(String) } });
      expect(await get(id)).toMatchObject({ present, health: { status: 'failing' } });
      const busy = { operation: members ?? lastList, status: 503, headers: { 'retry-after': '1' } };
      await control.faults(connector, [{ ...busy, skip: members === undefined ? 0 : 1 }]);
      const gone = await sync(id);
      const answered = (await control.requests(connector)).map((one) => one.status);
      expect(answered).toEqual(expect.arrayContaining([403, 503]));
      expect(gone).toMatchObject({ status: 'completed', counts: { accounts: { removed: 1, created: 0 } } });
      const left = await get(id);
      expect(left).toMatchObject({ present: { accounts: present.accounts - 1 }, health: { status: 'working' } });
      expect(gone.counts.memberships.removed).toBe(present.memberships - left.present.memberships);
      if (members !== undefined) expect(gone.counts.memberships.removed).toBeGreaterThan(0);

      await control.faults(connector, [{ status: 401, times: 9 }]);
      const checked = await ask<Integration>('POST', `/integrations/${id}/health`);
      expect(checked.health).toMatchObject({ status: 'failing', message: expect.any(String) });
      await control.faults(connector, []);
      await control.seed(connector, state);
      expect((await ask<Integration>('POST', `/integrations/${id}/health`)).health.status).toBe('working');
      await ask('POST', `/integrations/${id}/remove`, { name });
    },
  );

  test('is told from another one by its people, where the system has no name for the organisation', async () => {
    const begin = async (name: string) => {
      const { id } = await ask<Integration>('POST', '/integrations', { connectionId: await connect('opal'), name });
      await ended(id);
      return get(id);
    };
    const one = await begin('Opal of one');
    const ofOne = (await control.state('opal')) as { users: Row[]; memberships: Row[] };
    const renamed = (id: unknown) => String(id).replace(/^.{8}/, 'ffffffff');
    await control.seed('opal', {
      users: ofOne.users.map((user) => ({ ...user, user_id: renamed(user.user_id) })),
      memberships: ofOne.memberships.map((one) => ({ ...one, user_id: renamed(one.user_id) })),
    });
    const other = await begin('Opal of another');
    expect(other).toMatchObject({ health: { status: 'working' }, present: one.present });
    expect(other.organisation?.id).not.toBe(one.organisation?.id);
    const astray = await sync(one.id);
    expect(astray).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('now reaches another') },
    });
    await control.seed('opal', ofOne);
    expect(await sync(one.id)).toMatchObject({
      status: 'completed',
      counts: { accounts: { unchanged: one.present.accounts } },
    });
    const twin = await begin('Opal of one again');
    const message = 'Another integration syncs api.opal.dev already.';
    expect(twin).toMatchObject({ health: { status: 'failing', message }, lastSync: { status: 'failed' } });
    for (const { id, name } of [one, other, twin]) await ask('POST', `/integrations/${id}/remove`, { name });
    const back = await begin('Opal of one, later');
    expect(back).toMatchObject({ organisation: one.organisation, present: one.present });
    await ask('POST', `/integrations/${back.id}/remove`, { name: back.name });
  });

  test('of Okta is one, by whichever of its domains a connection reaches it', async () => {
    const okta = await connect('okta');
    const { id } = await ask<Integration>('POST', '/integrations', { connectionId: okta, name: 'Okta' });
    await ended(id);
    const fields = { domain: 'login.example.com', token: '00-a-token' };
    const body = { name: 'Okta by its domain', connector: 'okta', simulator: true, fields };
    const { id: connectionId } = await ask<{ id: string }>('POST', '/connections', body);
    const twin = await ask<Integration>('POST', '/integrations', { connectionId, name: 'Okta twice' });
    const message = 'Another integration syncs login.example.com already.';
    expect(twin.health).toMatchObject({ status: 'failing', message });
    await ask('POST', `/integrations/${twin.id}/remove`, { name: 'Okta twice' });
    await ask('POST', `/integrations/${id}/remove`, { name: 'Okta' });
  });

  test('leads from a person to what runs changed about them', async () => {
    const connection = await connect('google-workspace');
    const { id } = await publishFlow(admin, {
      name: 'Suspend',
      connections: { google: { connector: 'google-workspace', title: 'Google', id: connection } },
      triggers: { hand: { kind: 'manual', input: {} } },
      steps: {
        suspend: { kind: 'action', connection: 'google', operation: 'suspendUser', input: { user: jane } },
      },
      wires: wires('hand -> suspend'),
    });
    const { runId } = await ask<{ runId: string }>('POST', `/flows/${id}/run`, { input: {} });
    expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    const { runs } = await ask<PersonDetail>('GET', `/directory/people/${jane}`);
    const flow = { id, name: 'Suspend' };
    expect(runs[0]).toMatchObject({ runId, flow, stepId: 'suspend', state: 'done' });
  });

  test('is the only primary directory, and the only one of its organisation', async () => {
    const body = { connectionId: await connect('google-workspace'), name: 'Google again', primaryDirectory: true };
    const twin = await ask<Integration>('POST', '/integrations', body);
    const message = 'Another integration syncs example.com already.';
    expect(twin).toMatchObject({ primaryDirectory: true, health: { status: 'failing', message } });
    expect(await ended(twin.id)).toMatchObject({ status: 'failed', error: { message } });
    expect(await get(integration.id)).toMatchObject({ primaryDirectory: false });
    await ask('PUT', `/integrations/${integration.id}`, { primaryDirectory: true });
    expect(await get(twin.id)).toMatchObject({ primaryDirectory: false });
    await ask('POST', `/integrations/${twin.id}/remove`, { name: 'Google again' });
    expect((await get(integration.id)).present.accounts).toBeGreaterThan(0);
  });

  test('that is paused stops at once and is synced again when it is resumed', async () => {
    await control.faults('google-workspace', [{ operation: users, delaySeconds: 30 }]);
    await ask('POST', `/integrations/${integration.id}/sync`);
    await until('a sync under way', async () =>
      (await get(integration.id)).lastSync?.status === 'running' ? true : null,
    );
    const paused = await ask<Integration>('POST', `/integrations/${integration.id}/pause`);
    expect(paused).toMatchObject({ paused: true, nextSyncAt: null, lastSync: { status: 'cancelled' } });
    expect((await admin.inWorkspace('POST', `/integrations/${integration.id}/sync`)).status).toBe(409);
    await control.faults('google-workspace', []);
    await ask('POST', `/integrations/${integration.id}/resume`);
    const next = await until('another sync', async () => {
      const { lastSync } = await get(integration.id);
      return lastSync?.id !== paused.lastSync?.id && lastSync?.endedAt ? lastSync : null;
    });
    expect(next).toMatchObject({ reason: 'schedule' });
  });

  test('keeps its connection, and when it is removed by its name its records stay readable as removed', async () => {
    const remove = (name: string) => admin.inWorkspace('POST', `/integrations/${integration.id}/remove`, { name });
    const inUse = await admin.inWorkspace<{ code: string }>('DELETE', `/connections/${google}`);
    expect(inUse).toMatchObject({ status: 409, body: { code: 'in_use' } });
    expect((await remove('Other')).status).toBe(400);
    await control.faults('google-workspace', [{ operation: 'directory.groups.list', delaySeconds: 30 }]);
    const begun = await ask<SyncRun>('POST', `/integrations/${integration.id}/sync`);
    await until('a sync in the middle', async () => {
      const { lastSync } = await get(integration.id);
      return lastSync?.id === begun.id && lastSync.phase === 'groups' ? true : null;
    });
    expect((await remove('Google')).status).toBe(200);
    await control.faults('google-workspace', []);
    expect((await admin.inWorkspace('GET', `/integrations/${integration.id}`)).status).toBe(404);
    const mine = `integration=${integration.id}`;
    expect(await list<DirectoryAccountRow>(`/directory/accounts?${mine}`)).toEqual([]);
    const [account] = await list<DirectoryAccountRow>(`/directory/accounts?gone=removed&q=${jane}&${mine}`);
    const { history } = await ask<DirectoryAccountDetail>('GET', `/directory/accounts/${account?.id}`);
    expect(history.length).toBeGreaterThan(0);
    expect((await held()).users).toHaveLength(atFirst.users.length);
    expect((await admin.inWorkspace('DELETE', `/connections/${google}`)).status).toBe(204);
  });
});
