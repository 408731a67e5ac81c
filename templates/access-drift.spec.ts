import { describe, expect, it } from 'vitest';
import { evaluate, flowOf, outputOf, readTemplate, stepOf } from './template-flow.js';

const flow = flowOf('access-drift');
const rolesOf = (id: string) =>
  readTemplate<{ tables: { roles: { columns: object[]; key: string[] } } }>(id).tables.roles;
const run = { id: 'run-1', mode: 'live', startedAt: '2026-03-02T04:00:00.000Z', url: 'https://castellan.test/runs/1' };

const shapeOf = (step: string, context: object, field?: string) => outputOf(flow, step, { run, ...context }, field);

it('The role map is the same table, read by the same words, as that of new hires', () => {
  expect(stepOf(flow, 'wanted').output).toEqual(stepOf(flowOf('hris-joiner'), 'wanted').output);
  const { columns, key } = rolesOf('access-drift');
  const joiner = rolesOf('hris-joiner');
  expect({ columns, key }).toEqual({ columns: joiner.columns, key: joiner.key });
});

describe('Who is compared', () => {
  it('is everybody of BambooHR whom Opal knows by e-mail, in any spelling; others are named', async () => {
    const employee = { workEmail: 'Jane@Example.com ', status: 'Active', jobTitle: 'Engineer', department: 'Data' };
    const user = { email: 'jane@example.com', fullName: 'Jane Doe', userId: 'u-1' };
    const steps = {
      employees: { output: { items: [employee, { ...employee, workEmail: null }, { workEmail: 'new@example.com' }] } },
      users: { output: { items: [user, { email: 'robot@example.com', fullName: 'Robot', userId: 'u-2' }] } },
    };
    expect(await shapeOf('people', { steps })).toEqual({
      known: [
        {
          ...{ known: true, email: user.email, name: 'Jane Doe', userId: 'u-1', active: true },
          ...{ title: 'Engineer', department: 'Data' },
        },
      ],
      strangers: ['robot@example.com'],
    });
  });
});

describe('What differs for a person', () => {
  const item = { email: 'jane@example.com', name: 'Jane Doe', userId: 'u-1', active: true };
  const row = (kind: string, id: string, level: string | null = null) => ({
    values: { system: 'Opal', kind, target_id: id, access_level: level },
  });
  const wanted = (kind: string, id: string, level = '') => ({
    ...{
      key: `${kind}/${id}/${level}`,
      kind,
      id,
      name: id,
      title: id,
      accessLevel: level,
      minutes: 0,
      approval: false,
    },
  });
  const resource = (resourceId: string, more: object = {}) => ({
    ...{ resourceId, resourceName: resourceId, accessLevel: '', accessLevelName: '' },
    ...{ hasDirectAccess: true, expirationDate: null, ...more },
  });
  const group = (groupId: string, more: object = {}) => ({
    ...{ groupId, groupName: groupId, accessLevel: '', expirationDate: null, ...more },
  });
  const found = async (
    { role = [], map = [], resources = [], groups = [], accepted = [] }: Record<string, object[]>,
    over: object = {},
  ) => {
    const steps = {
      access: { output: { resources, groups } },
      wanted: { output: { access: role } },
      role_map: { output: { items: map } },
      exceptions: { output: { items: accepted.map((values) => ({ values })) } },
    };
    const given = (await shapeOf('found', { steps, item: { ...item, ...over } }, 'rows')) as {
      change: string;
      access: string;
    }[];
    return given.map(({ change, access }) => `${change} ${access}`);
  };
  const map = [row('group', 'g-1'), row('resource', 'r-1', 'read'), row('group', 'g-2')];

  it('is what the role gives and Opal does not grant directly, and what it grants beyond the role', async () => {
    const role = [wanted('group', 'g-1'), wanted('resource', 'r-1', 'read')];
    const inherited = resource('r-1', { accessLevel: 'read', hasDirectAccess: false });
    expect(await found({ role, map, resources: [inherited], groups: [group('g-2')] })).toEqual([
      'missing group/g-1/',
      'missing resource/r-1/read',
      'surplus group/g-2/',
    ]);
    const there = [resource('r-1', { accessLevel: 'read' })];
    expect(await found({ role, map, resources: there, groups: [group('g-1')] })).toEqual([]);
  });

  it('leaves aside what no row of the map names, and what somebody has for a time', async () => {
    const resources = [resource('r-1', { accessLevel: 'owner' }), resource('r-9')];
    const groups = [group('g-2', { expirationDate: '2026-04-01T00:00:00Z' })];
    expect(await found({ map, resources, groups })).toEqual([]);
  });

  it('leaves aside what is accepted, for this person and until its end', async () => {
    const accept = (more: object) =>
      found({ map, groups: [group('g-2')], accepted: [{ email: 'Jane@example.com', target_id: 'g-2', ...more }] });
    expect(await accept({ until: null })).toEqual([]);
    expect(await accept({ until: '2026-03-03T00:00:00.000Z' })).toEqual([]);
    expect(await accept({ until: '2026-03-01T00:00:00.000Z' })).toEqual(['surplus group/g-2/']);
    expect(await accept({ email: 'tom@example.com' })).toEqual(['surplus group/g-2/']);
  });

  it('is all that the map names for somebody who is no longer employed', async () => {
    const role = [wanted('group', 'g-1')];
    expect(await found({ role, map, groups: [group('g-1')] }, { active: false })).toEqual(['surplus group/g-1/']);
  });
});

describe('What is new and what is settled', () => {
  const row = {
    email: 'jane@example.com',
    person: 'Jane Doe',
    access: 'group/g-1/',
    change: 'surplus',
    title: 'group A',
  };
  const drift = (items: object[], known: object[]) =>
    shapeOf('drift', {
      steps: {
        compare: { output: { items } },
        known: { output: { items: known.map((values) => ({ values })) } },
      },
    });
  const before = {
    ...row,
    what: 'group A',
    state: 'ticketed',
    ticket: 'OPS-1',
    first_seen: '2026-02-01T00:00:00.000Z',
  };

  it('is known by the person and the access', async () => {
    const other = { ...row, access: 'group/g-2/' };
    expect(await drift([{ email: row.email, rows: [row, other] }], [before])).toMatchObject({
      rows: [
        { access: 'group/g-1/', new: false, ticket: 'OPS-1', first_seen: before.first_seen },
        { access: 'group/g-2/', new: true, ticket: null, first_seen: run.startedAt },
      ],
      fresh: [{ access: 'group/g-2/' }],
      settled: [],
    });
  });

  it('is settled when it is gone, but not where the person could not be read', async () => {
    expect(await drift([{ email: row.email, rows: [] }], [before])).toMatchObject({ settled: [{ ticket: 'OPS-1' }] });
    expect(await drift([{ email: row.email, rows: null, error: 'refused' }], [before])).toEqual({
      ...{ rows: [], fresh: [], settled: [], unread: ['jane@example.com: refused'] },
    });
  });
});

describe('What came of it', () => {
  const row = {
    ...{ email: 'jane@example.com', person: 'Jane Doe', title: 'group A', access: 'group/g-1/', change: 'surplus' },
    ...{ kind: 'group', id: 'g-1', name: 'A', new: true, ticket: null },
  };
  const results = async (over: object, mode = 'live') => {
    const context = { steps: { drift: { output: { rows: [row] } }, ...over }, run: { ...run, mode } };
    const { rows } = (await shapeOf('results', context)) as { rows: object[] };
    return rows[0];
  };
  const tried = (more: object = {}) => ({ output: { items: [{ email: row.email, access: row.access, ...more }] } });
  const again = (held: string[], error?: string) => ({ output: { items: [{ email: row.email, held, error }] } });

  it('is fixed only when it was tried and reading again proves it', async () => {
    expect(await results({ fix: tried(), again: again(['group/g-2/']) })).toMatchObject({
      state: 'fixed',
      failed: false,
    });
    expect(await results({ fix: tried(), again: again(['group/g-1/']) })).toMatchObject({
      ...{ state: 'open', failed: true, problem: 'Opal does not show the change yet' },
    });
    expect(await results({ fix: tried({ error: 'locked' }), again: again(['group/g-1/']) })).toMatchObject({
      ...{ state: 'open', problem: 'locked' },
    });
    expect(await results({ fix: tried(), again: again([], 'refused') })).toMatchObject({
      ...{ state: 'open', problem: 'could not be read again: refused' },
    });
    expect(await results({ again: again([]) })).toMatchObject({ state: 'open', failed: false });
    const planned = await results({ fix: tried(), again: again(['group/g-1/']) }, 'plan');
    expect(planned).toMatchObject({ state: 'open', failed: false, problem: null });
  });

  it('is a ticket, a refusal, or open with its reason', async () => {
    expect(await results({ ticket: { output: { key: 'OPS-7' } } })).toMatchObject({
      state: 'ticketed',
      ticket: 'OPS-7',
    });
    expect(await results({ rejected: { output: { why: 'rejected' } } })).toMatchObject({
      ...{ state: 'open', failed: false, problem: 'rejected' },
    });
    expect(await results({ ticket: { error: { message: 'refused' } } })).toMatchObject({
      ...{ state: 'open', problem: 'no ticket: refused' },
    });
  });

  it('is told to the owners once for each thing, when it is new or fixed', async () => {
    const at = { ...row, state: 'open', problem: 'rejected' };
    const rows = [
      at,
      { ...at, person: 'Tom Fischer', email: 'tom@example.com', new: false, state: 'fixed', problem: null },
      { ...at, id: 'g-2', new: false },
      { ...at, kind: 'resource', id: 'r-1', name: 'orders-db', title: 'orders-db (Read)', change: 'missing' },
    ];
    const items = stepOf(flow, 'owners').items;
    expect(await evaluate(items, { run, steps: { results: { output: { rows } } } })).toEqual([
      {
        ...{ kind: 'group', id: 'g-1', name: 'A' },
        lines: [
          'Jane Doe (jane@example.com): group A is surplus, open: rejected',
          'Tom Fischer (tom@example.com): group A is surplus, revoked now',
        ],
      },
      {
        ...{ kind: 'resource', id: 'r-1', name: 'orders-db' },
        lines: ['Jane Doe (jane@example.com): orders-db (Read) is missing, open: rejected'],
      },
    ]);
    expect(await evaluate(items, { run, steps: { results: { output: { rows: [] } } } })).toEqual([]);
  });
});

it('An owner gets one message about everything', async () => {
  const letters = (items: object[]) =>
    evaluate(stepOf(flow, 'letters').items, { run, steps: { owners: { output: { items } } } });
  const things = [
    { name: 'A', lines: ['x'], owners: ['ada@example.com', 'ben@example.com'] },
    { name: 'B', lines: ['y', 'z'], owners: ['ada@example.com'] },
    { name: 'C', lines: ['q'], owners: [], problem: 'refused' },
  ];
  const [a, b] = things.map(({ name, lines }) => ({ name, lines }));
  expect(await letters(things)).toEqual([
    { email: 'ada@example.com', things: [a, b] },
    { email: 'ben@example.com', things: [a] },
  ]);
  expect(await letters([])).toEqual([]);
});

describe('What is reported', () => {
  const row = {
    person: 'Jane Doe',
    title: 'group A',
    change: 'surplus',
    new: true,
    state: 'ticketed',
    ticket: 'OPS-7',
  };
  const summary = (over: object) =>
    shapeOf('summary', {
      steps: {
        people: { output: { known: [{}, {}], strangers: ['robot@example.com'] } },
        drift: { output: { rows: [], settled: [], unread: [] } },
        results: { output: { rows: [] } },
        owners: { output: { items: [] } },
        record: { output: { failed: 0 } },
        ...over,
      },
    });

  it('is that nothing differs', async () => {
    expect(await summary({})).toMatchObject({ done: true, lines: [], compared: 2, outcome: 'complete: no drift' });
  });

  it('is how much is missing and surplus, what became of it, and who could not be told', async () => {
    const results = { output: { rows: [row, { ...row, change: 'missing', state: 'open', problem: 'rejected' }] } };
    expect(await summary({ results })).toMatchObject({
      done: true,
      lines: ['Jane Doe: group A is surplus (ticket OPS-7)', 'Jane Doe: group A is missing (open, rejected)'],
      outcome: 'complete: 1 missing, 1 surplus; 2 new, 0 fixed, 1 ticketed, 1 open',
    });
    const none = { name: 'B', owners: [], lines: [] };
    const owners = { output: { items: [{ name: 'A', owners: ['ada@example.com'], lines: [] }, none] } };
    const letters = { output: { items: [{ email: 'ada@example.com', problem: 'no such member' }] } };
    expect(await summary({ results, owners, letters })).toMatchObject({
      done: false,
      problems: ['B, owner not told: nobody owns it', 'owner ada@example.com not told: no such member'],
    });
  });

  it('is what was in the way', async () => {
    expect(await summary({ employees: { error: { message: 'refused' } }, people: {} })).toMatchObject({
      ...{ done: false, reason: 'BambooHR could not be read: refused', compared: 0 },
    });
    const drift = { output: { rows: [], settled: [], unread: ['jane@example.com: refused'] } };
    expect(await summary({ drift })).toMatchObject({ done: false, problems: ['jane@example.com: refused'] });
    expect(
      await summary({ results: { output: { rows: [{ ...row, state: 'open', failed: true, problem: 'locked' }] } } }),
    ).toMatchObject({ done: false, problems: ['Jane Doe, group A: locked'] });
  });
});
