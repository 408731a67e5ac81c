import type { DirectoryGroupRow, Integration, Push, PushSetup, Resource, Team } from '@castellan/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../harness/flows.js';
import { type Stack, startStack } from '../harness/stack.js';

interface Held {
  users: { id: string; primaryEmail: string }[];
  groups: { id: string; email: string }[];
  members: { group: string; id: string; email: string; role: string; type: string }[];
}

let stack: Stack;
let google: Integration;

const ask = async <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T> => {
  const answer = await stack.admin.inWorkspace<T>(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
};
const person = (n: number) => `crew-${String(n).padStart(4, '0')}@example.com`;
const crew = Array.from({ length: 400 }, (_, n) => person(n));
const former = Array.from({ length: 20 }, (_, n) => person(1_000 + n));

beforeAll(async () => {
  stack = await startStack({ simulators: true });
  const { control } = stack.simulators!;
  const connection = { name: 'Google', connector: 'google-workspace', simulator: true };
  const { id: connectionId } = await ask<{ id: string }>('POST', '/connections', connection);
  const { users, groups, members } = (await control.state('google-workspace')) as unknown as Held;
  const more = [...crew, ...former].map((primaryEmail) => ({
    ...users[0]!,
    ...{ id: primaryEmail.split('@')[0]!, primaryEmail, aliases: [] },
  }));
  const sales = groups.find(({ email }) => email === 'sales@example.com')!.id;
  await control.seed('google-workspace', {
    users: [...users, ...more],
    members: [
      ...members.filter(({ group }) => group !== sales),
      ...former.map((email) => ({ group: sales, id: email.split('@')[0]!, email, role: 'MEMBER', type: 'USER' })),
    ],
  });
  google = await ask<Integration>('POST', '/integrations', { connectionId, name: 'Google', primaryDirectory: true });
  await until('the first sync', async () => {
    const { lastSync } = await ask<Integration>('GET', `/integrations/${google.id}`);
    return lastSync?.status === 'completed';
  });
});
afterAll(() => stack?.stop());

test('kill -9 of the worker in the middle of a push: everybody is written, told of once, and nobody twice', async () => {
  const { control } = stack.simulators!;
  const team = await ask<Team>('POST', '/teams', { name: 'Crew' });
  for (const part of [crew.slice(0, 200), crew.slice(200)]) {
    await ask('POST', `/teams/${team.id}/members`, { emails: part });
  }
  const { items } = await ask<{ items: DirectoryGroupRow[] }>('GET', '/directory/groups?q=sales');
  await ask('PUT', `/directory/groups/${items[0]!.id}/resource`, { mode: 'push', teamId: team.id });
  const members = async () => {
    const { groups, members: all } = (await control.state('google-workspace')) as unknown as Held;
    const { id } = groups.find(({ email }) => email === 'sales@example.com')!;
    return all.filter(({ group }) => group === id).map(({ email }) => email);
  };
  for (const some of [50, 250]) {
    await until(
      `${some} of the team in the group`,
      async () => (await members()).filter(isOfTheCrew).length >= some,
      60,
    );
    await stack.killWorkers();
    await stack.startWorker();
  }
  await until(
    'the end of the push',
    async () => {
      const { due } = await ask<PushSetup>('GET', `/integrations/${google.id}/push`);
      const all = (await ask<{ items: Push[] }>('GET', `/integrations/${google.id}/pushes`)).items;
      return !due && all.length > 0 && all.every(({ endedAt }) => endedAt !== null);
    },
    120,
  );
  expect((await members()).sort()).toEqual(crew);
  const { items: pushes } = await ask<{ items: Push[] }>('GET', `/integrations/${google.id}/pushes`);
  const written = { creates: 0, adds: crew.length, removes: former.length };
  expect(pushes).toMatchObject([{ wanted: written, done: written, runStatus: 'succeeded' }]);
  // Each call has one row in the ledger, and only calls that were under way when the worker died were sent again.
  const effects = await stack.database.query<{ item: string }>('select item from effects where root_id = $1', [
    pushes[0]!.runId,
  ]);
  expect(new Set(effects.map(({ item }) => item)).size).toBe(effects.length);
  expect(effects).toHaveLength(crew.length + former.length);
  const sent = (await control.requests('google-workspace')).filter(
    ({ method, path }) => method === 'POST' && path.includes('/members'),
  );
  expect(sent.length).toBeGreaterThanOrEqual(crew.length);
  expect(sent.length).toBeLessThanOrEqual(crew.length + 2 * 5);
  const told = await stack.database.query<{ kind: string; count: number; people: number }>(
    `select kind, count(*)::int as count, count(distinct account_id)::int as people from directory_changes
      where integration_id = $1 and kind in ('group_joined', 'group_left') group by kind order by kind`,
    [google.id],
  );
  expect(told).toEqual([
    { kind: 'group_joined', count: crew.length, people: crew.length },
    { kind: 'group_left', count: former.length, people: former.length },
  ]);
  const { items: resources } = await ask<{ items: Resource[] }>('GET', `/resources?team=${team.id}`);
  expect(resources).toMatchObject([{ problem: null, difference: { adds: 0, removes: 0 } }]);
});

const isOfTheCrew = (email: string) => email.startsWith('crew-0');
