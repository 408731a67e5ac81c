import { randomUUID } from 'node:crypto';
import {
  apiErrors,
  type Permission,
  peopleRoutes,
  type Role,
  type Route,
  rolePermissions,
  roles,
  routes,
} from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient, adminClient } from './api-client.js';
import { startPostgres, startServer, startTemporal, type TestServer } from './harness/index.js';
import { foreignAdmin, joinAs } from './people.js';

let server: TestServer;
let admin: ApiClient;
let foreigner: ApiClient;
const members = new Map<Role, ApiClient>();

beforeAll(async () => {
  server = await startServer({ database: await startPostgres(), temporal: await startTemporal(), mode: 'api' });
  admin = await adminClient(server);
  for (const role of roles) members.set(role, await joinAs(server, admin, role));
  foreigner = await foreignAdmin(server, admin);
});
afterAll(() => server.stop());

const table = Object.entries(routes).flatMap(([feature, some]) =>
  Object.entries<Route>(some).map(([name, route]) => [`${feature}.${name}`, route] as const),
);
const inWorkspaces = table.filter(([, route]) => route.access.includes(':'));

/** Ids of things that do not exist, so that whoever is let in changes nothing. */
function aCall() {
  const id = randomUUID();
  return {
    params: {
      id,
      run: id,
      test: id,
      n: '1',
      step: 'a',
      trigger: 'a',
      event: 'a',
      sync: id,
      key: 'a@b.c',
      code: 'x'.repeat(40),
    },
  };
}

describe('a route of a workspace', () => {
  test.each(inWorkspaces)('%s lets in just those roles whose permissions say so', async (_, route) => {
    const allowed = roles.filter((role) => rolePermissions[role].includes(route.access as Permission));
    const letIn: Role[] = [];
    for (const [role, member] of members) {
      const { status } = await member.send(route, aCall());
      expect(status).not.toBe(401);
      if (status !== 403) letIn.push(role);
    }
    expect(letIn.sort()).toEqual([...allowed].sort());
  });

  test.each(inWorkspaces)('%s is shut to whoever is not signed in', async (_, route) => {
    const answer = await ApiClient.nobody(server).refused(route, { ...aCall(), ws: admin.workspaceId });
    expect(answer).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  test.each(inWorkspaces)('%s looks to a stranger as if the workspace did not exist', async (_, route) => {
    const there = await foreigner.refused(route, { ...aCall(), ws: admin.workspaceId });
    const nowhere = await foreigner.refused(route, { ...aCall(), ws: randomUUID() });
    expect(there).toMatchObject({ status: 404, code: 'not_found' });
    expect(there).toEqual(nowhere);
  });

  test.each(inWorkspaces)('%s is shut to a token without its scope', async (_, route) => {
    const scopes: Permission[] = [route.access === 'audit:read' ? 'run:read' : 'audit:read'];
    const { secret } = await admin.ok(peopleRoutes.makeToken, { body: { name: 'narrow', scopes } });
    const token = ApiClient.byToken(server, admin.workspaceId, secret ?? '');
    expect(await token.refused(route, aCall())).toMatchObject({ status: 403, code: 'forbidden' });
  });
});

test.each(table.filter(([, { access }]) => access === 'signed-in'))(
  '%s is shut to whoever is not signed in',
  async (_, route) => {
    expect(await ApiClient.nobody(server).refused(route, aCall())).toMatchObject({ status: 401 });
  },
);

test.each(table.filter(([, { access }]) => access === 'public'))('%s is open to everybody', async (_, route) => {
  const { status } = await ApiClient.nobody(server).send(route, aCall());
  expect([401, 403]).not.toContain(status);
});

test.each(inWorkspaces)('%s is served', async (_, route) => {
  const { body } = await admin.send(route, aCall());
  expect((body as { message?: string } | null)?.message).not.toBe(apiErrors.not_found.remedy);
});

test('a malformed id is a thing that does not exist, not an error of the database', async () => {
  for (const id of ["'; drop table flows --", '../../etc/passwd', '1', '%00']) {
    expect(await admin.refused(routes.flows.get, { params: { id } })).toMatchObject({ status: 404 });
    expect(await admin.refused(routes.flows.list, { ws: id })).toMatchObject({ status: 404 });
  }
});
