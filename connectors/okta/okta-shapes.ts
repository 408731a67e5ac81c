import {
  type Change,
  FatalError,
  type HttpClient,
  type JsonValue,
  linkToNext,
  type Paging,
  parseAnswer,
  path,
} from '@castellan/sdk';
import { z } from 'zod';

export const docs = 'https://developer.okta.com/docs/api/openapi/okta-management/management/tag';

/** Whom an operation is about: an e-mail address is what people are protected, planned and shown by. */
export const onUser = {
  user: z
    .string()
    .min(1)
    .meta({ title: 'User', examples: ['jane.doe@example.com'] })
    .describe('Login or id. A login with a slash cannot be used here: give the id.'),
  userEmail: z
    .email()
    .optional()
    .meta({ title: 'User’s e-mail' })
    .describe('Where the user is given by id, or signs in by another name: names the person. Not sent to Okta.'),
};

/** The person of an operation, for plan, budgets and protection. */
export function personOf({ user, userEmail }: { user: string; userEmail?: string | undefined }) {
  const email = userEmail ?? (user.includes('@') ? user : undefined);
  return { type: 'user', id: user, ...(email ? { email } : {}) } satisfies Change['subject'];
}

/** The whole of Okta as something that is held. */
export const account: Change['object'] = { type: 'account', id: 'okta', title: 'Okta' };

export const groupField = z
  .string()
  .min(1)
  .meta({ title: 'Group', examples: ['00g1emaKYZTWRYYRRTSK'] })
  .describe('Its id.');

export const limit = z.int().min(1).optional().meta({ title: 'At most' });

const text = z.string().nullish();

/** What Okta’s own profile has; attributes that the organisation added come along under their names. */
const profile = z.looseObject({
  login: z.string(),
  email: text,
  firstName: text,
  lastName: text,
  displayName: text,
  title: text,
  department: text,
  division: text,
  organization: text,
  costCenter: text,
  employeeNumber: text,
  userType: text,
  manager: text.describe('Name of the manager.'),
  managerId: text,
  city: text,
  countryCode: text,
  mobilePhone: text,
  secondEmail: text,
});

export const user = z.object({
  id: z.string(),
  status: z
    .string()
    .describe('STAGED, PROVISIONED, ACTIVE, RECOVERY, LOCKED_OUT, PASSWORD_EXPIRED, SUSPENDED or DEPROVISIONED.'),
  transitioningToStatus: text.describe('What the user is on the way to, while Okta still works on it.'),
  created: text,
  activated: text,
  statusChanged: text,
  lastLogin: text,
  lastUpdated: text,
  passwordChanged: text,
  profile,
});
export type User = z.output<typeof user>;

export const group = z.object({
  id: z.string(),
  type: z.string().describe('OKTA_GROUP; BUILT_IN and APP_GROUP cannot be changed here.'),
  name: z.string(),
  description: text,
  created: text,
  lastUpdated: text,
  lastMembershipUpdated: text,
});

export type Group = z.output<typeof group>;

/** Every status that a user may have: named together they list those, too, whom Okta leaves out by itself. */
const statuses = [
  ...['STAGED', 'PROVISIONED', 'ACTIVE', 'RECOVERY', 'LOCKED_OUT', 'PASSWORD_EXPIRED', 'SUSPENDED', 'DEPROVISIONED'],
];
export const everyStatus = statuses.map((status) => `status eq "${status}"`).join(' or ');

/** Okta keeps a group’s name in its profile; here it stands beside the id, where choices look for it. */
export function shownGroup(held: unknown): unknown {
  const { profile: names, ...rest } = held as { profile?: { name?: string; description?: string | null } };
  return { ...rest, name: names?.name, description: names?.description };
}

/** Okta names the next page in the header Link, whose address is to be taken as it is. */
export const linkedPages: Paging = {
  items: ({ body, status }) => {
    if (Array.isArray(body)) return body;
    throw new FatalError('Okta’s answer is no list.', { code: 'E_RESPONSE', status });
  },
  next: (response, request) => {
    const url = linkToNext(response);
    return url === null ? null : { method: request.method, url };
  },
};

/** The user, as Okta has it at this moment; rejects with Okta’s words where there is none. */
export async function readUser(http: HttpClient, key: string): Promise<User> {
  const { body } = await http.send({ method: 'GET', path: path`/api/v1/users/${key}` });
  return parseAnswer(user, body, `${docs}/User/#tag/User/operation/getUser`);
}

export const sampleJane = {
  id: '00ujane00000000000d7',
  status: 'ACTIVE',
  created: '2022-03-01T09:00:00.000Z',
  activated: '2022-03-01T09:05:00.000Z',
  statusChanged: '2022-03-01T09:05:00.000Z',
  lastLogin: '2026-01-20T07:58:12.000Z',
  lastUpdated: '2025-11-03T09:00:00.000Z',
  passwordChanged: '2025-11-03T09:00:00.000Z',
  profile: {
    login: 'jane.doe@example.com',
    email: 'jane.doe@example.com',
    firstName: 'Jane',
    lastName: 'Doe',
    title: 'Senior Software Engineer',
    department: 'Engineering',
    employeeNumber: '103',
    manager: 'Marco Reyes',
  },
} satisfies JsonValue;

export const sampleGroup = {
  id: '00gengineering0000d7',
  type: 'OKTA_GROUP',
  name: 'Engineering',
  description: 'Team Engineering',
  created: '2022-01-10T09:00:00.000Z',
  lastUpdated: '2022-01-10T09:00:00.000Z',
  lastMembershipUpdated: '2025-11-03T09:00:00.000Z',
} satisfies JsonValue;
