import { type SimulatedTokens, seedTokens } from '@castellan/sdk/simulator';
import { seedId, simulatedPeople } from '../simulated-company.js';
import { simulatedStaff } from '../simulated-staff.js';

export interface HeldUser {
  id: string;
  userPrincipalName: string;
  displayName: string;
  givenName: string;
  surname: string;
  mail: string;
  jobTitle: string | null;
  department: string | null;
  companyName: string;
  employeeId: string | null;
  accountEnabled: boolean;
  userType: string;
  createdDateTime: string;
  onPremisesSyncEnabled: boolean | null;
  signInSessionsValidFromDateTime: string;
  signInActivity: { lastSignInDateTime: string; lastNonInteractiveSignInDateTime: string | null } | null;
}

export interface HeldGroup {
  id: string;
  displayName: string;
  description: string | null;
  mail: string | null;
  mailEnabled: boolean;
  /** Of groups that were made since. */
  mailNickname?: string;
  securityEnabled: boolean;
  groupTypes: string[];
  isAssignableToRole: boolean | null;
  onPremisesSyncEnabled: boolean | null;
}

export interface EntraState {
  tokens: SimulatedTokens;
  users: HeldUser[];
  groups: HeldGroup[];
  /** `object` is the id of a user or of a group within the group. */
  members: { group: string; object: string }[];
}

const teams = ['Security', 'Engineering', 'Data', 'Finance', 'Sales'];
const userId = (number: number) => seedId(0x51, number);
const groupId = (number: number) => seedId(0x52, number);

const activeSince = {
  lastSignInDateTime: '2026-01-19T08:12:00Z',
  lastNonInteractiveSignInDateTime: '2026-01-20T06:00:00Z',
};

/** Who is not seen each day: Oscar left, Noah has another laptop, and nobody has used the account for emergencies. */
const signIns: Record<string, HeldUser['signInActivity']> = {
  oscar: { lastSignInDateTime: '2025-08-29T15:40:00Z', lastNonInteractiveSignInDateTime: null },
  noah: { lastSignInDateTime: '2025-09-15T07:30:00Z', lastNonInteractiveSignInDateTime: '2025-09-16T06:00:00Z' },
  breakglass: null,
};

function userOf(key: string, index: number): HeldUser {
  const employee = simulatedStaff.find((one) => one.key === key);
  const { email, firstName, lastName } = employee ?? simulatedPeople.find((person) => person.key === key)!;
  const job = employee?.jobs.at(-1);
  return {
    id: userId(index + 1),
    ...{ userPrincipalName: email, displayName: `${firstName} ${lastName}`, givenName: firstName, surname: lastName },
    ...{ mail: email, jobTitle: job?.title ?? null, department: job?.department ?? null, companyName: 'Example' },
    employeeId: employee?.number ?? null,
    accountEnabled: key !== 'oscar',
    userType: 'Member',
    createdDateTime: employee?.enteredAt ?? '2022-01-10T09:00:00Z',
    onPremisesSyncEnabled: null,
    signInSessionsValidFromDateTime: '2025-11-03T09:00:00Z',
    signInActivity: signIns[key] === undefined ? activeSince : signIns[key],
  };
}

function groupOf(name: string, index: number, groupTypes: string[] = []): HeldGroup {
  return {
    ...{ id: groupId(index + 1), displayName: name, description: `Team ${name}`, mail: null, mailEnabled: false },
    ...{ securityEnabled: true, groupTypes, isAssignableToRole: null, onPremisesSyncEnabled: null },
  };
}

/** Everybody of the company and one who left, a group for each team, one of these groups, and one that a rule fills. */
export function seedEntra(): EntraState {
  const keys = [...simulatedPeople.map(({ key }) => key), 'oscar'];
  const inTeams = simulatedPeople.map(({ team }, index) => ({
    group: groupId(teams.indexOf(team) + 1),
    object: userId(index + 1),
  }));
  const everybody = { ...groupOf('Everybody', teams.length), description: 'All teams' };
  const byRule = { ...groupOf('All members', teams.length + 1, ['DynamicMembership']), description: 'By rule' };
  return {
    tokens: seedTokens(),
    users: keys.map(userOf),
    groups: [...teams.map((name, index) => groupOf(name, index)), everybody, byRule],
    members: [
      ...inTeams,
      ...teams.map((_, index) => ({ group: everybody.id, object: groupId(index + 1) })),
      ...keys.map((_, index) => ({ group: byRule.id, object: userId(index + 1) })),
    ],
  };
}
