import { type SimulatedTokens, seedTokens } from '@castellan/sdk/simulator';
import { simulatedPeople } from '../simulated-company.js';
import { type SimulatedEmployee, simulatedStaff, staffMember } from '../simulated-staff.js';

export interface HeldUser {
  id: string;
  primaryEmail: string;
  name: { givenName: string; familyName: string; fullName: string };
  suspended: boolean;
  suspensionReason?: string;
  archived: boolean;
  isAdmin: boolean;
  isDelegatedAdmin: boolean;
  orgUnitPath: string;
  aliases: string[];
  creationTime: string;
  lastLoginTime: string;
  deletionTime?: string;
  isEnrolledIn2Sv: boolean;
  isEnforcedIn2Sv: boolean;
  changePasswordAtNextLogin: boolean;
  recoveryEmail?: string;
  recoveryPhone?: string;
  externalIds: { value: string; type: string; customType?: string }[];
  organizations: { title: string; department: string; primary: boolean; location?: string }[];
  relations: { value: string; type: string }[];
}

export interface HeldGroup {
  id: string;
  email: string;
  name: string;
  description: string;
  adminCreated: boolean;
  aliases: string[];
}

export interface HeldMember {
  group: string;
  id: string;
  email: string;
  role: string;
  type: string;
}

export interface HeldActivity {
  id: { time: string; uniqueQualifier: string; applicationName: string; customerId: string };
  actor: { email: string; profileId: string; callerType: string };
  ipAddress: string;
  events: { type: string; name: string; parameters: { name: string; value: string }[] }[];
}

export interface GoogleState {
  tokens: SimulatedTokens;
  users: HeldUser[];
  /** Those deleted in the last 20 days. */
  deleted: HeldUser[];
  groups: HeldGroup[];
  members: HeldMember[];
  orgUnits: { orgUnitId: string; orgUnitPath: string; name: string; description: string; parentOrgUnitPath?: string }[];
  appTokens: { user: string; clientId: string; displayText: string; scopes: string[] }[];
  appPasswords: { user: string; codeId: number; name: string; creationTime: string; lastTimeUsed: string }[];
  /** By user’s id, when all sessions were last ended. */
  signOuts: Record<string, string>;
  activities: HeldActivity[];
}

export const customerId = 'C03az79cb';
export const domain = 'example.com';

const userId = (number: number) => `1000000000000000000${String(number).padStart(2, '0')}`;
const groupId = (number: number) => `03oy7u29200000${String(number).padStart(2, '0')}`;
const emailOf = (key: string) => simulatedPeople.find((person) => person.key === key)!.email;

/** Everybody with an account: the people of the company, and one who left and whose account is suspended. */
const holders = [...simulatedPeople.map(({ key }) => key), 'oscar'];

function userOf(key: string, index: number): HeldUser {
  const employee: SimulatedEmployee | undefined = simulatedStaff.find((one) => one.key === key);
  const { email, firstName, lastName } = employee ?? simulatedPeople.find((person) => person.key === key)!;
  const job = employee?.jobs.at(-1);
  const gone = key === 'oscar';
  return {
    id: userId(index + 1),
    primaryEmail: email,
    name: { givenName: firstName, familyName: lastName, fullName: `${firstName} ${lastName}` },
    ...(gone ? { suspended: true, suspensionReason: 'ADMIN' } : { suspended: false }),
    archived: false,
    isAdmin: ['ada', 'breakglass'].includes(key),
    isDelegatedAdmin: key === 'lena',
    orgUnitPath: gone ? '/Leavers' : `/${job?.department ?? 'Security'}`,
    aliases: key === 'ada' ? ['ciso@example.com'] : [],
    creationTime: employee?.enteredAt ?? '2022-01-10T09:00:00Z',
    lastLoginTime: key === 'breakglass' ? '1970-01-01T00:00:00.000Z' : '2026-01-20T07:58:12.000Z',
    ...{ isEnrolledIn2Sv: key !== 'noah', isEnforcedIn2Sv: key !== 'noah', changePasswordAtNextLogin: false },
    externalIds: employee ? [{ value: employee.number, type: 'organization' }] : [],
    organizations: job ? [{ title: job.title, department: job.department, location: job.location, primary: true }] : [],
    relations: job?.manager ? [{ value: staffMember(job.manager).email, type: 'manager' }] : [],
  };
}

const teams = ['Security', 'Engineering', 'Data', 'Finance', 'Sales'];

export function seedGoogle(): GoogleState {
  const users = holders.map(userOf);
  const idOf = (key: string) => users[holders.indexOf(key)]!.id;
  const teamGroups = teams.map((name, index): HeldGroup => {
    const email = `${name.toLowerCase()}@${domain}`;
    return { id: groupId(index + 1), email, name, description: `Team ${name}`, adminCreated: true, aliases: [] };
  });
  const everybody: HeldGroup = {
    ...{ id: groupId(9), email: `everybody@${domain}`, name: 'Everybody', description: 'All teams' },
    ...{ adminCreated: true, aliases: [] },
  };
  const inTeams = simulatedPeople.map(({ key, email, team, managerEmail }): HeldMember => {
    const group = teamGroups.find(({ name }) => name === team)!.id;
    const role = key === 'ada' || managerEmail === emailOf('ada') ? 'OWNER' : 'MEMBER';
    return { group, id: idOf(key), email, role, type: 'USER' };
  });
  const nested = teamGroups.map(({ id, email }) => ({
    ...{ group: everybody.id, id, email, role: 'MEMBER', type: 'GROUP' },
  }));
  return {
    tokens: seedTokens(),
    users,
    deleted: [],
    groups: [...teamGroups, everybody],
    members: [...inTeams, ...nested],
    orgUnits: [
      { orgUnitId: 'id:03ph8a2z00000000', orgUnitPath: '/', name: domain, description: '' },
      ...[...teams, 'Leavers'].map((name, index) => ({
        ...{ orgUnitId: `id:03ph8a2z0000000${index + 1}`, orgUnitPath: `/${name}`, name, description: '' },
        parentOrgUnitPath: '/',
      })),
    ],
    appTokens: [
      {
        ...{ user: idOf('jane'), clientId: '704567.apps.googleusercontent.com', displayText: 'Notes for teams' },
        scopes: ['https://www.googleapis.com/auth/drive.readonly'],
      },
      {
        ...{ user: idOf('jane'), clientId: '811234.apps.googleusercontent.com', displayText: 'Calendar helper' },
        scopes: ['https://www.googleapis.com/auth/calendar'],
      },
    ],
    appPasswords: [
      {
        ...{ user: idOf('jane'), codeId: 1, name: 'Mail on the old phone' },
        ...{ creationTime: '1754035200000', lastTimeUsed: '1768900000000' },
      },
    ],
    signOuts: {},
    activities: seedActivities(idOf),
  };
}

function seedActivities(idOf: (key: string) => string): HeldActivity[] {
  const happened = (
    at: string,
    key: string,
    application: string,
    name: string,
    parameters: Record<string, string> = {},
  ): HeldActivity => ({
    id: { time: at, uniqueQualifier: `-${Date.parse(at) % 9_973}`, applicationName: application, customerId },
    actor: { email: emailOf(key), profileId: idOf(key), callerType: 'USER' },
    ipAddress: '203.0.113.7',
    events: [
      {
        type: application === 'admin' ? 'USER_SETTINGS' : application === 'token' ? 'auth' : 'login',
        name,
        parameters: Object.entries(parameters).map(([parameter, value]) => ({ name: parameter, value })),
      },
    ],
  });
  const jane = { affected_email_address: emailOf('jane') };
  const notes = { client_id: '704567.apps.googleusercontent.com', app_name: 'Notes for teams' };
  return [
    happened('2026-01-12T10:20:11.101Z', 'ada', 'admin', 'CREATE_USER', { USER_EMAIL: emailOf('mia') }),
    happened('2026-01-13T08:01:44.512Z', 'jane', 'token', 'authorize', notes),
    happened('2026-01-14T17:45:30.007Z', 'tom', 'token', 'authorize', { ...notes, app_name: 'Charts' }),
    happened('2026-01-19T16:50:02.640Z', 'ada', 'admin', 'SUSPEND_USER', { USER_EMAIL: 'oscar.lind@example.com' }),
    happened('2026-01-20T07:58:12.345Z', 'jane', 'login', 'login_success', { login_type: 'google_password' }),
    happened('2026-01-20T08:11:59.020Z', 'jane', 'login', 'suspicious_login', jane),
    happened('2026-01-20T08:15:03.777Z', 'noah', 'login', 'login_failure', { login_type: 'google_password' }),
    happened('2026-01-20T09:30:41.904Z', 'jane', 'login', 'suspicious_login', jane),
  ];
}
