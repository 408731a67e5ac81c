/** A directory of 50,000 accounts and 200,000 memberships, in the form of Opal’s, whose API answers at once. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Integration } from '@castellan/api';
import {
  adminSession,
  newInstallation,
  removeInstallation,
  type Session,
  startServer,
} from '../server/test/harness/index.js';
import { ownDatabase } from './history.js';
import { type ProcessorTime, perRun, processorTimeOf } from './processor-time.js';
import { makeRow, type Row } from './report.js';
import { proportionalOf } from './resident.js';
import type { Surroundings } from './surroundings.js';

const accounts = 50_000;
const groups = 2_000;
const membersOfGroup = 100;
const memberships = groups * membersOfGroup;
const pageSize = 500;
const targets = { seconds: 300, growthMegabytes: 100 };

/** Syncs it twice: everything is new, and nothing has changed. */
export async function measureDirectory({ services, signal }: Surroundings): Promise<Row[]> {
  const { postgres, temporal } = services;
  const database = await ownDatabase(postgres.url, 'directory');
  const installation = newInstallation();
  const vendor = await startVendor();
  const server = await startServer({ database, temporal, installation, env: { EGRESS_ALLOW: vendor.address } });
  try {
    const admin = await adminSession(server);
    const size = `${accounts.toLocaleString('en')} accounts and ${memberships.toLocaleString('en')} memberships`;
    console.log(`  syncing ${size} …`);
    const integration = await integrate(admin, vendor.address);
    const { result: first, spent: atFirst } = await processorTimeOf(() =>
      untilSynced(admin, integration, server.pid, signal),
    );
    console.log('  syncing them again, unchanged …');
    await ask(admin, 'POST', `/integrations/${integration}/sync`);
    const { result: again, spent: atSecond } = await processorTimeOf(() =>
      untilSynced(admin, integration, server.pid, signal),
    );
    const row = (title: string, { seconds }: Synced, spent: ProcessorTime, problem?: string) => {
      const measured = { case: title, value: seconds, unit: 's' as const, reference: null, target: targets.seconds };
      return makeRow({ ...measured, processorMs: perRun(spent, 1) }, problem);
    };
    const growth = {
      ...{ case: 'directory sync: growth of the server', value: Math.max(first.growth, again.growth) },
      ...{ unit: 'MB' as const, reference: null, target: targets.growthMegabytes },
    };
    return [
      row(`first sync of ${size}`, first, atFirst, problemOf(first, 'created')),
      row('sync of the same, unchanged', again, atSecond, problemOf(again, 'unchanged')),
      makeRow(growth),
    ];
  } finally {
    await server.stop();
    await vendor.stop();
    removeInstallation(installation);
  }
}

const idOf = (kind: number, at: number) =>
  `ca57e11a-${String(kind).padStart(4, '0')}-4000-8000-${String(at).padStart(12, '0')}`;
const emailOf = (at: number) => `person-${String(at).padStart(6, '0')}@example.com`;

const userAt = (at: number) => ({
  ...{ user_id: idOf(1, at), email: emailOf(at), full_name: `Person ${at}`, first_name: 'Person', last_name: `${at}` },
  ...{ position: 'Engineer', hr_idp_status: 'ACTIVE' },
});
const groupAt = (at: number) => ({ group_id: idOf(2, at), name: `Group ${at}`, description: '' });
const memberAt = (group: number, at: number) => {
  const who = ((group * membersOfGroup + at) * 7) % accounts;
  const user = { user_id: idOf(1, who), email: emailOf(who), full_name: `Person ${who}` };
  return { group_id: idOf(2, group), group_name: `Group ${group}`, ...user };
};

/** Opal’s lists, page by page. Nothing of them is kept, so that only the server grows. */
async function startVendor(): Promise<{ address: string; stop(): Promise<unknown> }> {
  const server = createServer((request, response) => {
    request.resume();
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://opal');
    const group = /^\/groups\/[^/]*-(\d+)\/users$/.exec(pathname)?.[1];
    const start = Number(searchParams.get('cursor') ?? 0);
    const [count, at] =
      group !== undefined
        ? [membersOfGroup, (index: number) => memberAt(Number(group), index)]
        : pathname === '/groups'
          ? [groups, groupAt]
          : [accounts, userAt];
    const end = Math.min(start + pageSize, count);
    const results = Array.from({ length: end - start }, (_, index) => at(start + index));
    const next = end < count ? String(end) : null;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ next, previous: null, results }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { address: `127.0.0.1:${port}`, stop };
}

async function integrate(admin: Session, address: string): Promise<string> {
  const fields = { token: 'a-token-0123456789', apiUrl: `http://${address}` };
  const connection = { name: 'Opal', connector: 'opal', auth: 'apiToken', fields };
  const { id: connectionId } = await ask<{ id: string }>(admin, 'POST', '/connections', connection);
  return (await ask<Integration>(admin, 'POST', '/integrations', { connectionId, name: 'Opal' })).id;
}

interface Synced {
  integration: Integration;
  seconds: number;
  /** Of the server’s memory, from the first page to its most, in megabytes. */
  growth: number;
}

async function untilSynced(admin: Session, id: string, pid: number, signal: AbortSignal): Promise<Synced> {
  let before: number | undefined;
  let most = 0;
  for (;;) {
    signal.throwIfAborted();
    const integration = await ask<Integration>(admin, 'GET', `/integrations/${id}`);
    const { lastSync } = integration;
    if ((lastSync?.counts.accounts.read ?? 0) > 0) before ??= proportionalOf(pid) / 1_024;
    most = Math.max(most, proportionalOf(pid) / 1_024);
    if (lastSync?.endedAt && lastSync.startedAt) {
      const milliseconds = Date.parse(lastSync.endedAt) - Date.parse(lastSync.startedAt);
      return { integration, seconds: milliseconds / 1_000, growth: Math.max(0, most - (before ?? most)) };
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Every record must be there, and counted as what it is. */
function problemOf({ integration }: Synced, counted: 'created' | 'unchanged'): string | undefined {
  const { lastSync, present } = integration;
  const { counts, status, error } = lastSync as NonNullable<Integration['lastSync']>;
  if (status !== 'completed') return `the sync is ${status}: ${error?.message}`;
  const found = [present.accounts, present.memberships, counts.accounts[counted], counts.memberships[counted]];
  const wanted = [accounts, memberships, accounts, memberships];
  return found.join() === wanted.join() ? undefined : `of ${wanted.join(', ')} there are ${found.join(', ')}`;
}

async function ask<T>(admin: Session, method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  const answer = await admin.inWorkspace<T>(method, path, body);
  if (answer.status >= 300)
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
