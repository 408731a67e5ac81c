/** A directory of 50,000 accounts and 200,000 memberships, synced from the simulator of Google Workspace. */
import type { Integration } from '@castellan/api';
import {
  adminSession,
  newInstallation,
  removeInstallation,
  type Session,
  startServer,
  startSimulators,
} from '../server/test/harness/index.js';
import { controlSimulators } from '../server/test/harness/simulator-control.js';
import { ownDatabase } from './history.js';
import { makeRow, type Row } from './report.js';
import { proportionalOf } from './resident.js';
import type { Surroundings } from './surroundings.js';

const accounts = 50_000;
const groups = 2_000;
const membersOfGroup = 100;
const memberships = groups * membersOfGroup;
const targets = { firstSeconds: 300, againSeconds: 300, growthMegabytes: 100 };

/** The simulator’s own time is part of the seconds: what a real directory needs for an answer is, too. */
export async function measureDirectory({ services, signal }: Surroundings): Promise<Row[]> {
  const { postgres, temporal } = services;
  const database = await ownDatabase(postgres.url, 'directory');
  const installation = newInstallation();
  const simulators = await startSimulators();
  const env = { SIMULATORS_SOCKET: simulators.socketPath };
  const server = await startServer({ database, temporal, installation, env });
  try {
    const admin = await adminSession(server);
    console.log(`  seeding a directory of ${accounts.toLocaleString('en')} accounts …`);
    await seed(controlSimulators(simulators, admin.workspaceId));
    const size = `${accounts.toLocaleString('en')} accounts and ${memberships.toLocaleString('en')} memberships`;
    console.log(`  syncing ${size} …`);
    const integration = await integrate(admin);
    const first = await untilSynced(admin, integration, server.pid, signal);
    console.log('  syncing them again, unchanged …');
    await ask(admin, 'POST', `/integrations/${integration}/sync`);
    const again = await untilSynced(admin, integration, server.pid, signal);
    const row = (name: string, value: number, unit: 's' | 'MB', target: number, problem?: string) =>
      makeRow({ case: name, value, unit, reference: null, target }, problem);
    return [
      row(`first sync of ${size}`, first.seconds, 's', targets.firstSeconds, problemOf(first, 'created')),
      row(`sync of the same, unchanged`, again.seconds, 's', targets.againSeconds, problemOf(again, 'unchanged')),
      row('growth of the server over both', Math.max(first.growth, again.growth), 'MB', targets.growthMegabytes),
    ];
  } finally {
    await server.stop();
    await simulators.stop();
    removeInstallation(installation);
  }
}

async function seed(control: ReturnType<typeof controlSimulators>): Promise<void> {
  const state = (await control.state('google-workspace')) as { users: object[]; groups: object[] };
  const [user, group] = [state.users[0], state.groups[0]];
  const emailOf = (at: number) => `person-${String(at).padStart(6, '0')}@example.com`;
  const members = Array.from({ length: memberships }, (_, at) => {
    const who = (at * 7) % accounts;
    const of = `group-${Math.floor(at / membersOfGroup)}`;
    return { group: of, id: `user-${who}`, email: emailOf(who), role: 'MEMBER', type: 'USER' };
  });
  await control.seed('google-workspace', {
    users: Array.from({ length: accounts }, (_, at) => ({
      ...user,
      ...{ id: `user-${at}`, primaryEmail: emailOf(at), aliases: [], relations: [], suspended: false },
    })),
    groups: Array.from({ length: groups }, (_, at) => ({
      ...group,
      ...{ id: `group-${at}`, email: `group-${at}@example.com`, name: `Group ${at}` },
    })),
    members,
  });
}

async function integrate(admin: Session): Promise<string> {
  const connection = { name: 'Google', connector: 'google-workspace', simulator: true };
  const { id: connectionId } = await ask<{ id: string }>(admin, 'POST', '/connections', connection);
  return (await ask<Integration>(admin, 'POST', '/integrations', { connectionId, name: 'Google' })).id;
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
