import { type SimulatedTokens, seedTokens } from '@castellan/sdk/simulator';
import { simulatedPeople } from '../simulated-company.js';
import { simulatedStaff, staffMember } from '../simulated-staff.js';

export interface HeldUser {
  id: string;
  status: string;
  created: string;
  activated: string | null;
  statusChanged: string;
  lastLogin: string | null;
  lastUpdated: string;
  passwordChanged: string | null;
  profile: {
    login: string;
    email: string;
    firstName: string;
    lastName: string;
    title?: string;
    department?: string;
    employeeNumber?: string;
    manager?: string;
  };
}

export interface HeldGroup {
  id: string;
  type: string;
  profile: { name: string; description: string };
  created: string;
  lastUpdated: string;
  lastMembershipUpdated: string;
}

export interface OktaState {
  tokens: SimulatedTokens;
  users: HeldUser[];
  groups: HeldGroup[];
  members: { group: string; user: string }[];
  /** By user’s id, when all sessions were last ended. */
  sessionsEnded: Record<string, string>;
  /** E-mails that Okta sent. */
  mails: { to: string; about: string }[];
}

/** An id in Okta’s form, the same at every start. */
export const idOf = (kind: 'u' | 'g', key: string) => `00${kind}${key.padEnd(15, '0')}d7`;

/** Those who are not simply active: a leaver, somebody on leave, and somebody who never set a password. */
const statusOf: Record<string, string> = { oscar: 'DEPROVISIONED', noah: 'SUSPENDED', mia: 'PROVISIONED' };

const teams = ['Security', 'Engineering', 'Data', 'Finance', 'Sales'];
const everybody = idOf('g', 'everyone');
const longAgo = '2022-01-10T09:00:00.000Z';
const latest = '2025-11-03T09:00:00.000Z';

function userOf(key: string): HeldUser {
  const employee = simulatedStaff.find((one) => one.key === key);
  const { email, firstName, lastName } = employee ?? simulatedPeople.find((person) => person.key === key)!;
  const job = employee?.jobs.at(-1);
  const manager = job?.manager ? staffMember(job.manager) : null;
  const status = statusOf[key] ?? 'ACTIVE';
  const isNew = status === 'PROVISIONED';
  return {
    ...{ id: idOf('u', key), status, created: longAgo, activated: longAgo, statusChanged: latest },
    lastLogin: isNew || key === 'breakglass' ? null : '2026-01-20T07:58:12.000Z',
    lastUpdated: latest,
    passwordChanged: isNew ? null : latest,
    profile: {
      ...{ login: email, email, firstName, lastName },
      ...(job ? { title: job.title, department: job.department } : {}),
      ...(employee ? { employeeNumber: employee.number } : {}),
      ...(manager ? { manager: `${manager.firstName} ${manager.lastName}` } : {}),
    },
  };
}

function groupOf(id: string, type: string, name: string, description: string): HeldGroup {
  const times = { created: longAgo, lastUpdated: longAgo, lastMembershipUpdated: latest };
  return { id, type, profile: { name, description }, ...times };
}

/** Everybody of the company, the team of each as a group, Okta’s own group of all, and one that an app keeps. */
export function seedOkta(): OktaState {
  const keys = [...simulatedPeople.map(({ key }) => key), 'oscar'];
  const inTeams = simulatedPeople.map(({ key, team }) => ({
    group: idOf('g', team.toLowerCase()),
    user: idOf('u', key),
  }));
  const inAll = keys
    .filter((key) => statusOf[key] !== 'DEPROVISIONED')
    .map((key) => ({ group: everybody, user: idOf('u', key) }));
  return {
    tokens: seedTokens(),
    users: keys.map(userOf),
    groups: [
      groupOf(everybody, 'BUILT_IN', 'Everyone', 'All users in your organization'),
      ...teams.map((name) => groupOf(idOf('g', name.toLowerCase()), 'OKTA_GROUP', name, `Team ${name}`)),
      groupOf(idOf('g', 'berlin'), 'APP_GROUP', 'Berlin office', 'From Active Directory'),
    ],
    members: [...inAll, ...inTeams],
    sessionsEnded: {},
    mails: [],
  };
}
