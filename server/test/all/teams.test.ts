import type {
  Approval,
  DirectoryGroupRow,
  Integration,
  Push,
  PushSetup,
  Resource,
  RuledPerson,
  Team,
  TeamMember,
} from '@castellan/api';
import { routes } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { endOf, publishFlow, stepsOf, until, wires } from '../harness/flows.js';
import type { Session } from '../harness/index.js';
import type { SimulatorControl } from '../harness/simulator-control.js';
import { type Stack, startStack } from '../harness/stack.js';
import { joinAs } from '../people.js';

interface Held {
  users: { id: string; primaryEmail: string }[];
  groups: { id: string; email: string; name: string }[];
  members: { group: string; id: string; email: string; role: string; type: string }[];
}
interface Preview {
  people: number;
  joins: number;
  stays: number;
  leaves: number;
  fails: number;
  items: RuledPerson[];
}

/** How Google refuses. */
const forbidden = { status: 403, body: { error: { code: 403, message: 'No', errors: [{ reason: 'forbidden' }] } } };
const jane = 'jane.doe@example.com';
const engineers = 'person.status == "ACTIVE" && person.department == "Engineering"';

let stack: Stack;
let admin: Session;
let control: SimulatorControl;
let google: Integration;

const ask = async <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T> => {
  const answer = await admin.inWorkspace<T>(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
};
const refused = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: object) => {
  const { status, body: said } = await admin.inWorkspace<{ message: string }>(method, path, body);
  return { status, message: said.message };
};
const list = async <T>(path: string) => (await ask<{ items: T[] }>('GET', path)).items;
const held = async () => (await control.state('google-workspace')) as unknown as Held;

const makeTeam = (name: string, rule: string | null = null) => ask<Team>('POST', '/teams', { name, rule });
const membersOf = async ({ id }: Team) =>
  (await list<TeamMember>(`/teams/${id}/members?limit=200`)).map(({ email }) => email).sort();
const groupNamed = async (q: string): Promise<DirectoryGroupRow> => {
  const [group] = await list<DirectoryGroupRow>(`/directory/groups?q=${q}`);
  return group!;
};
const tie = (group: DirectoryGroupRow, mode: string, team: Team | null) =>
  ask<Resource>('PUT', `/directory/groups/${group.id}/resource`, { mode, teamId: team?.id ?? null });
const resourceOf = async (team: Team) => (await list<Resource>(`/resources?team=${team.id}`))[0]!;
const pushes = () => list<Push>(`/integrations/${google.id}/pushes`);
const setup = () => ask<PushSetup>('GET', `/integrations/${google.id}/push`);
/** Who is in a group of Google as a user, by role. */
const inGoogle = async (group: string, role = 'MEMBER') => {
  const { groups, members } = await held();
  const found = groups.find(({ email }) => email === group);
  return members
    .filter((one) => one.group === found?.id && one.type === 'USER' && one.role === role)
    .map(({ email }) => email)
    .sort();
};

/** All that is due is written, and the run of it has been noted. */
const settled = () =>
  until('the end of all pushes', async () => {
    const { due, problem } = await setup();
    const open = (await pushes()).some(({ endedAt }) => endedAt === null);
    return (due && problem === null) || open ? null : true;
  });
const evaluated = (team: Team) =>
  until('the evaluation of a rule', async () => {
    const { ruleState } = await ask<Team>('GET', `/teams/${team.id}`);
    return ruleState?.due ? null : ruleState;
  });
async function synced(): Promise<void> {
  const { id } = await ask<{ id: string }>('POST', `/integrations/${google.id}/sync`);
  await until('the end of a sync', async () => {
    const { lastSync } = await ask<Integration>('GET', `/integrations/${google.id}`);
    return lastSync?.id === id && lastSync.status === 'completed' ? lastSync : null;
  });
}

beforeAll(async () => {
  stack = await startStack({ simulators: true });
  ({ admin } = stack);
  control = stack.simulators!.control;
  const connection = { name: 'Google', connector: 'google-workspace', simulator: true };
  const { id: connectionId } = await ask<{ id: string }>('POST', '/connections', connection);
  google = await ask<Integration>('POST', '/integrations', { connectionId, name: 'Google', primaryDirectory: true });
  await until('the first sync', async () => {
    const { lastSync } = await ask<Integration>('GET', `/integrations/${google.id}`);
    return lastSync?.status === 'completed' ? true : null;
  });
});

afterAll(() => stack?.stop());

describe('members by hand', () => {
  test('are people by any of their addresses, each once, and what was is kept with who did it', async () => {
    const team = await makeTeam('By hand');
    const path = `/teams/${team.id}/members`;
    expect(await ask(`POST`, path, { emails: ['CISO@example.com', 'ada.okafor@example.com', jane] })).toEqual({
      added: 2,
    });
    expect(await ask('POST', path, { emails: [jane] })).toEqual({ added: 0 });
    expect(await membersOf(team)).toEqual(['ada.okafor@example.com', jane]);
    await ask('POST', `${path}/remove`, { email: jane });
    expect(await membersOf(team)).toEqual(['ada.okafor@example.com']);
    const [gone] = await list<TeamMember>(`${path}?gone=gone`);
    expect(gone).toMatchObject({ email: jane, displayName: 'Jane Doe', removedBy: expect.stringContaining('@') });
    const audit = await list<{ action: string; objectId: string }>('/audit?limit=200');
    const actions = audit.filter(({ objectId }) => objectId === team.id).map(({ action }) => action);
    expect(actions.sort()).toEqual(['team.add_members', 'team.create', 'team.remove_member']);
  });

  test('are changed by administrators only, and one name has one team', async () => {
    const operator = await joinAs(stack.api, ApiClient.of(stack.api, admin), 'operator');
    const { status } = await operator.send(routes.teams.create, {
      body: { name: 'Mine', description: '', rule: null },
    });
    expect(status).toBe(403);
    expect(await refused('POST', '/teams', { name: 'by HAND' })).toMatchObject({ status: 409 });
  });
});

describe('a rule', () => {
  test('is tried on everybody before it is kept, and says on whom it fails', async () => {
    const preview = await ask<Preview>('POST', '/team-rule-preview', { rule: engineers });
    expect(preview).toMatchObject({ stays: 0, leaves: 0, fails: 0 });
    expect(preview.joins).toBeGreaterThan(1);
    expect(preview.items.map(({ email }) => email)).toContain(jane);
    const failing = await ask<Preview>('POST', '/team-rule-preview', { rule: 'payload.nothing.such == 1' });
    expect(failing).toMatchObject({ joins: 0, fails: failing.people });
    const wrong = await refused('POST', '/team-rule-preview', { rule: 'person.department ==' });
    expect(wrong).toMatchObject({ status: 400, message: expect.stringContaining('/rule') });
  });

  test('finds the members, and whoever it fails on stays what they were', async () => {
    const team = await makeTeam('Engineers by rule', engineers);
    await evaluated(team);
    const found = await membersOf(team);
    expect(found).toContain(jane);
    expect((await refused('POST', `/teams/${team.id}/members`, { emails: [jane] })).message).toMatch(/rule says/);
    await ask('PUT', `/teams/${team.id}`, { rule: 'payload.nothing.such == 1' });
    const state = await evaluated(team);
    expect(state?.failures).toBeGreaterThanOrEqual(found.length);
    expect(await membersOf(team)).toEqual(found);
    // What gives no true or false says nothing of anybody.
    await ask('PUT', `/teams/${team.id}`, { rule: 'person.department' });
    expect((await evaluated(team))?.failures).toBeGreaterThanOrEqual(found.length);
    expect(await membersOf(team)).toEqual(found);
  });

  test('is asked again after a sync of the primary directory', async () => {
    const team = await makeTeam('Engineers after a sync', engineers);
    await evaluated(team);
    const { users } = await held();
    await control.seed('google-workspace', {
      users: users.map((user) =>
        user.primaryEmail === jane
          ? { ...user, organizations: [{ title: 'Clerk', department: 'Legal', primary: true }] }
          : user,
      ),
    });
    await synced();
    await until('Jane to leave', async () => ((await membersOf(team)).includes(jane) ? null : true));
    await control.seed('google-workspace', { users });
    await synced();
    await until('Jane to be back', async () => ((await membersOf(team)).includes(jane) ? true : null));
  });
});

describe('a resource', () => {
  test('is pulled at first: it shows how it differs from the team, and nothing is written', async () => {
    const team = await makeTeam('Pulled');
    await ask('POST', `/teams/${team.id}/members`, { emails: [jane, 'nobody@elsewhere.example'] });
    const sales = await groupNamed('sales');
    const before = await inGoogle('sales@example.com');
    const resource = await tie(sales, 'pull', team);
    expect(resource).toMatchObject({
      mode: 'pull',
      difference: { adds: 1, removes: before.length, withoutAccount: 1 },
    });
    const { items } = await ask<{ items: { what: string; email: string }[] }>(
      'GET',
      `/directory/groups/${sales.id}/difference?team=${team.id}`,
    );
    expect(items).toContainEqual({ what: 'add', email: jane, displayName: 'Jane Doe' });
    expect(items).toContainEqual({ what: 'without_account', email: 'nobody@elsewhere.example', displayName: null });
    expect(await inGoogle('sales@example.com')).toEqual(before);
    expect(await pushes()).toEqual([]);
    await ask('POST', `/resources/${resource.id}/detach`);
    expect(await list(`/resources?team=${team.id}`)).toEqual([]);
  });

  test('belongs to one team, and cannot be pushed without one', async () => {
    const [one, other] = [await makeTeam('One'), await makeTeam('Other')];
    const finance = await groupNamed('finance');
    const resource = await tie(finance, 'pull', one);
    const path = `/directory/groups/${finance.id}/resource`;
    expect((await refused('PUT', path, { mode: 'pull', teamId: other.id })).message).toMatch(/another team/);
    expect((await refused('PUT', path, { mode: 'push', teamId: null })).message).toMatch(/which team/);
    await ask('POST', `/resources/${resource.id}/detach`);
  });

  test('that is paused is not read: who was in it stays, until it is pulled again', async () => {
    const data = await groupNamed('data');
    const resource = await tie(data, 'paused', null);
    const { members } = await held();
    await control.seed('google-workspace', { members: members.filter(({ group }) => group !== data.externalId) });
    await synced();
    expect((await groupNamed('data')).members).toBe(data.members);
    await ask('POST', `/resources/${resource.id}/detach`);
    await synced();
    expect((await groupNamed('data')).members).toBe(0);
    await control.seed('google-workspace', { members });
    await synced();
  });
});

describe('a push', () => {
  test('writes the team to the group by a run, and the directory knows at once', async () => {
    const team = await makeTeam('Pushed');
    await ask('POST', `/teams/${team.id}/members`, { emails: [jane] });
    const sales = await groupNamed('sales');
    const former = await inGoogle('sales@example.com');
    expect(await tie(sales, 'push', team)).toMatchObject({ mode: 'push' });
    await settled();
    expect(await inGoogle('sales@example.com')).toEqual([jane]);
    const [push] = await pushes();
    expect(push).toMatchObject({ done: { creates: 0, adds: 1, removes: former.length }, runStatus: 'succeeded' });
    expect((await resourceOf(team)).difference).toMatchObject({ adds: 0, removes: 0 });
    // A run like any other: its steps are there, and its flow is one that people can open.
    expect((await stepsOf(admin, push!.runId)).adds?.output).toMatchObject({ count: 1, failed: 0 });
    const { flow } = await setup();
    expect(flow).toMatchObject({ name: 'Teams to Google', enabled: true });
    await ask('POST', `/teams/${team.id}/members/remove`, { email: jane });
    await settled();
    expect(await inGoogle('sales@example.com')).toEqual([]);
  });

  test('tells flows who joined, once, and a sync after it finds nothing new', async () => {
    const [directory] = await list<{ id: string }>('/connections?connector=directory');
    const { id } = await publishFlow(admin, {
      name: 'On joining',
      connections: { people: { connector: 'directory', title: 'Directory', id: directory?.id } },
      triggers: { heard: { kind: 'connector', connection: 'people', event: 'groupJoined' } },
      steps: { note: { kind: 'shape', output: { jsonata: 'trigger.body.account.email' } } },
      wires: wires('heard -> note'),
    });
    const team = await makeTeam('Told');
    await ask('POST', `/teams/${team.id}/members`, { emails: [jane] });
    await tie(await groupNamed('finance'), 'push', team);
    await settled();
    await synced();
    await settled();
    const runs = await until('the run that hears it', async () => {
      const found = await list<{ id: string }>(`/runs?flowId=${id}`);
      return found.length > 0 ? found : null;
    });
    expect(runs).toHaveLength(1);
    await endOf(admin, runs[0]!.id);
    expect((await stepsOf(admin, runs[0]!.id)).note?.output).toBe(jane);
    await ask('POST', `/resources/${(await resourceOf(team)).id}/detach`);
  });

  test('past a budget waits for somebody to agree, with the list, and leaves the group’s owners', async () => {
    const approver = await joinAs(stack.api, ApiClient.of(stack.api, admin), 'approver');
    await ask('PUT', '/budgets', { together: { perDay: 0 } });
    const team = await makeTeam('Past the budget');
    const engineering = await groupNamed('engineering');
    const before = await inGoogle('engineering@example.com');
    expect(before.length).toBeGreaterThan(0);
    await tie(engineering, 'push', team);
    const question = await until('the question', async () => {
      const all = await list<Approval>('/approvals?limit=100');
      return all.find(({ kind, show }) => {
        const changes = (show as { changes?: unknown[] } | null)?.changes ?? [];
        return kind === 'budget' && changes.length === before.length;
      });
    });
    expect(await inGoogle('engineering@example.com')).toEqual(before);
    const { id, hash } = question;
    await approver.send(routes.approvals.decide, { params: { id }, body: { decision: 'approve', hash } });
    await settled();
    expect(await inGoogle('engineering@example.com')).toEqual([]);
    expect(await inGoogle('engineering@example.com', 'OWNER')).toEqual(['marco.reyes@example.com']);
    expect((await resourceOf(team)).difference).toMatchObject({ removes: 0, kept: 1 });
    await ask('PUT', '/budgets', {});
    await ask('POST', `/resources/${(await resourceOf(team)).id}/detach`);
  });

  test('that fails of one member says so at the resource, and writes the others', async () => {
    const team = await makeTeam('One fails');
    const people = [jane, 'priya.raman@example.com'];
    await ask('POST', `/teams/${team.id}/members`, { emails: people });
    const data = await groupNamed('data');
    await control.faults('google-workspace', [{ method: 'POST', ...forbidden }]);
    await tie(data, 'push', team);
    await settled();
    const { problem, difference } = await resourceOf(team);
    expect(problem).toMatch(/1 of \d+ could not be written/);
    expect(difference).toMatchObject({ adds: 1, removes: 0 });
    expect((await pushes())[0]).toMatchObject({ runStatus: 'failed', done: { adds: 1 } });
    await ask('POST', `/integrations/${google.id}/push`);
    await settled();
    expect(await resourceOf(team)).toMatchObject({ problem: null, difference: { adds: 0 } });
    await ask('POST', `/resources/${(await resourceOf(team)).id}/detach`);
  });

  test('waits while its flow is switched off, and gets another flow when it was removed', async () => {
    const { flow } = await setup();
    await ask('POST', `/flows/${flow!.id}/disable`);
    await ask('POST', `/integrations/${google.id}/push`);
    await until('the reason', async () => ((await setup()).problem?.includes('switched off') ? true : null));
    await ask('POST', `/flows/${flow!.id}/enable`);
    await ask('POST', `/integrations/${google.id}/push`);
    await settled();
    expect(await setup()).toMatchObject({ problem: null, flow: { id: flow!.id } });
    expect((await admin.inWorkspace('DELETE', `/flows/${flow!.id}`)).status).toBeLessThan(300);
    await ask('POST', `/integrations/${google.id}/push`);
    await settled();
    const another = await setup();
    expect(another).toMatchObject({ problem: null, flow: { enabled: true } });
    expect(another.flow?.id).not.toBe(flow!.id);
  });
});

/** Calls of a push that are on their way at a time. */
const atOnce = 5;

/**
 * Pushes everybody to groups of a system that does not answer: `atOnce` calls are on their way, and more wait behind them.
 * `sent` tells how many were sent since then.
 */
async function pushUnderWay(team: Team, groups: string[]) {
  const requests = async () =>
    (await control.requests('google-workspace')).filter(({ operation }) => operation === insert).length;
  await ask('POST', `/integrations/${google.id}/pause`);
  for (const group of groups) await tie(await groupNamed(group), 'push', team);
  const before = await requests();
  await control.faults('google-workspace', [{ operation: insert, times: 100, delaySeconds: 120, status: 503 }]);
  await ask('POST', `/integrations/${google.id}/resume`);
  await until('calls that are on their way', async () => (await requests()) - before === atOnce);
  const [push] = await pushes();
  expect(push!.wanted.adds).toBeGreaterThan(atOnce);
  return { runId: push!.runId, sent: async () => (await requests()) - before };
}
const insert = 'directory.members.insert';

/** It ends as cancelled, and its history and the audit say who asked for that and why. */
async function isCancelled(runId: string, why: string): Promise<void> {
  expect((await endOf(admin, runId)).status).toBe('cancelled');
  const history = await list<{ text: string; actor: string | null }>(`/runs/${runId}/events`);
  const asked = { text: `Asked to cancel, ${why}`, actor: expect.stringContaining('@') };
  expect(history).toContainEqual(expect.objectContaining(asked));
  const audit = await list<{ action: string; objectId: string; after: unknown }>('/audit?limit=50');
  const cancel = { action: 'run.cancel', objectId: runId, after: { compensate: false, why } };
  expect(audit).toContainEqual(expect.objectContaining(cancel));
}

describe('a push under way stops at once', () => {
  let team: Team;
  beforeAll(async () => {
    team = await makeTeam('Everybody', 'person.status == "ACTIVE"');
    await evaluated(team);
  });
  const resourceIn = async (email: string) =>
    (await list<Resource>(`/resources?team=${team.id}`)).find(({ group }) => group?.email === email)!;

  test('when a group is detached: it stays as it is, and the next push writes the others', async () => {
    const before = await inGoogle('finance@example.com');
    const { runId } = await pushUnderWay(team, ['finance', 'data']);
    // Whoever is asked from now on answers.
    await control.faults('google-workspace', []);
    await ask('POST', `/resources/${(await resourceIn('finance@example.com')).id}/detach`);
    await isCancelled(runId, `“${(await groupNamed('finance')).displayName}” was detached.`);
    await settled();
    expect(await inGoogle('finance@example.com')).toEqual(before);
    expect((await pushes())[0]).toMatchObject({ runStatus: 'succeeded' });
    expect(await resourceOf(team)).toMatchObject({ problem: null, difference: { adds: 0, removes: 0 } });
    await ask('POST', `/resources/${(await resourceOf(team)).id}/detach`);
  });

  test('when its group is paused, when its integration is, and when its team is removed', async () => {
    const before = await inGoogle('finance@example.com');
    const { displayName, id } = await groupNamed('finance');
    const stops: { why: string; act: () => Promise<unknown> }[] = [
      {
        why: `“${displayName}” was paused.`,
        act: () => ask('PUT', `/directory/groups/${id}/resource`, { mode: 'paused', teamId: team.id }),
      },
      {
        why: 'The integration “Google” was paused.',
        act: () => ask('POST', `/integrations/${google.id}/pause`),
      },
      {
        why: 'The team “Everybody” was removed.',
        act: () => ask('POST', `/teams/${team.id}/remove`, { name: 'Everybody' }),
      },
    ];
    for (const { why, act } of stops) {
      const { runId, sent } = await pushUnderWay(team, ['finance']);
      await act();
      await isCancelled(runId, why);
      expect(await sent()).toBe(atOnce);
      expect(await inGoogle('finance@example.com')).toEqual(before);
    }
    await control.faults('google-workspace', []);
    await settled();
  });
});

describe('a team in another system', () => {
  test.each(['scim', 'okta', 'entra'])('gets a group in %s, and its members there, by a push', async (connector) => {
    const { id: connectionId } = await ask<{ id: string }>('POST', '/connections', {
      ...{ name: connector, connector, simulator: true },
    });
    const { id } = await ask<Integration>('POST', '/integrations', { connectionId, name: connector });
    await until('the first sync', async () => {
      const { lastSync } = await ask<Integration>('GET', `/integrations/${id}`);
      return lastSync?.status === 'completed';
    });
    await ask('PUT', `/integrations/${id}/push`, { createForTeams: true, settings: {} });
    const team = await makeTeam(`Made in ${connector}`);
    await ask('POST', `/teams/${team.id}/members`, { emails: [jane] });
    const resource = await until('the group with its member', async () => {
      const found = await resourceOf(team);
      return found.group?.members === 1 ? found : null;
    });
    expect(resource).toMatchObject({ mode: 'push', problem: null, group: { displayName: team.name } });
    // What the system says itself is the same.
    const { id: sync } = await ask<{ id: string }>('POST', `/integrations/${id}/sync`);
    await until('a sync', async () => {
      const { lastSync } = await ask<Integration>('GET', `/integrations/${id}`);
      return lastSync?.id === sync && lastSync.status === 'completed';
    });
    expect(await resourceOf(team)).toMatchObject({ group: { members: 1 }, difference: { adds: 0, removes: 0 } });
    await ask('POST', `/integrations/${id}/remove`, { name: connector });
  });
});

describe('a new team', () => {
  test('gets a group where the integration makes one, and is pushed to it', async () => {
    const path = `/integrations/${google.id}/push`;
    const missing = await refused('PUT', path, { createForTeams: true, settings: {} });
    expect(missing).toMatchObject({ status: 400, message: expect.stringContaining('domain') });
    await ask('PUT', path, { createForTeams: true, settings: { domain: 'example.com', prefix: 'team-' } });
    const team = await makeTeam('Night shift');
    await ask('POST', `/teams/${team.id}/members`, { emails: [jane] });
    await until('the group with its member', async () =>
      (await inGoogle('team-night-shift@example.com')).includes(jane) ? true : null,
    );
    await settled();
    expect(await resourceOf(team)).toMatchObject({
      mode: 'push',
      group: { email: 'team-night-shift@example.com', members: 1 },
      problem: null,
    });
    await ask('PUT', path, { createForTeams: false, settings: { domain: 'example.com', prefix: 'team-' } });
  });

  test('whose group was there before has it pulled, with those who are in it, until a person has looked', async () => {
    const path = `/integrations/${google.id}/push`;
    const { groups, members, users } = await held();
    const { id, primaryEmail: email } = users.find(({ primaryEmail }) => primaryEmail.startsWith('mia.'))!;
    const made = {
      ...{ id: '03oy7u2920000077', email: 'team-archive@example.com', name: 'Archive', description: '' },
      ...{ adminCreated: true, aliases: [] },
    };
    await control.seed('google-workspace', {
      groups: [...groups, made],
      members: [...members, { group: made.id, id, email, role: 'MEMBER', type: 'USER' }],
    });
    await synced();
    await ask('PUT', path, { createForTeams: true, settings: { domain: 'example.com', prefix: 'team-' } });
    const team = await makeTeam('Archive');
    const resource = await until('the group to be found', async () => {
      const found = await resourceOf(team);
      return found.group === null ? null : found;
    });
    expect(resource).toMatchObject({
      mode: 'pull',
      problem: expect.stringContaining('already'),
      difference: { removes: 1 },
    });
    await settled();
    expect(await inGoogle('team-archive@example.com')).toEqual([email]);
    await ask('PUT', path, { createForTeams: false, settings: { domain: 'example.com', prefix: 'team-' } });
  });

  test('is one of more than a push takes: the next one goes on behind it, and what failed waits for a change', async () => {
    const path = `/integrations/${google.id}/push`;
    await ask('POST', `/integrations/${google.id}/pause`);
    await ask('PUT', path, { createForTeams: true, settings: { domain: 'example.com', prefix: 'many-' } });
    for (let number = 1; number <= 101; number++) await makeTeam(`Crew ${number}`);
    const before = (await pushes()).length;
    await control.faults('google-workspace', [{ method: 'POST', times: 101, ...forbidden }]);
    await ask('POST', `/integrations/${google.id}/resume`);
    await until('both pushes', async () => (await pushes()).length === before + 2);
    await settled();
    const [last, first] = await pushes();
    expect([first?.wanted.creates, last?.wanted.creates]).toEqual([100, 1]);
    expect(await pushes()).toHaveLength(before + 2);
    await ask('POST', path);
    await until('the groups', async () =>
      (await list<Resource>(`/resources?integration=${google.id}`)).every(({ group }) => group !== null),
    );
    await settled();
    expect((await held()).groups.filter(({ email }) => email.startsWith('many-'))).toHaveLength(101);
    await ask('PUT', path, { createForTeams: false, settings: { domain: 'example.com', prefix: 'team-' } });
  });

  test('that is removed leaves its group as it is', async () => {
    const team = await makeTeam('Short-lived');
    await ask('POST', `/teams/${team.id}/members`, { emails: [jane] });
    await tie(await groupNamed('finance'), 'push', team);
    await settled();
    const before = await inGoogle('finance@example.com');
    expect(before).toEqual([jane]);
    expect((await refused('POST', `/teams/${team.id}/remove`, { name: 'wrong' })).status).toBe(400);
    await ask('POST', `/teams/${team.id}/remove`, { name: 'Short-lived' });
    await settled();
    expect(await inGoogle('finance@example.com')).toEqual(before);
    expect((await refused('GET', `/teams/${team.id}`)).status).toBe(404);
  });
});

describe('an integration that is removed', () => {
  test('stops its push at once, and the system stays as it is', async () => {
    const team = await makeTeam('Everybody once more', 'person.status == "ACTIVE"');
    await evaluated(team);
    const before = await inGoogle('finance@example.com');
    const { runId, sent } = await pushUnderWay(team, ['finance']);
    await ask('POST', `/integrations/${google.id}/remove`, { name: 'Google' });
    await isCancelled(runId, 'The integration “Google” was removed.');
    expect(await sent()).toBe(atOnce);
    expect(await inGoogle('finance@example.com')).toEqual(before);
  });
});
