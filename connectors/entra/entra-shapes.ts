import {
  type Change,
  FatalError,
  type HttpClient,
  type HttpRequest,
  type JsonObject,
  type JsonValue,
  type Paging,
  parseAnswer,
  path,
} from '@castellan/sdk';
import { z } from 'zod';

export const docs = 'https://learn.microsoft.com/en-us/graph/api';

/** Whom an operation is about: an e-mail address is what people are protected, planned and shown by. */
export const onUser = {
  user: z
    .string()
    .min(1)
    .meta({ title: 'User', examples: ['jane.doe@example.com'] })
    .describe('User principal name or object id.'),
  userEmail: z
    .email()
    .optional()
    .meta({ title: 'User’s e-mail' })
    .describe('Where it is not the user principal name: names the person in plan and evidence. Not sent to Entra.'),
};

/** The person of an operation, for plan, budgets and protection. */
export function personOf({ user, userEmail }: { user: string; userEmail?: string | undefined }) {
  const email = userEmail ?? (user.includes('@') ? user : undefined);
  return { type: 'user', id: user, ...(email ? { email } : {}) } satisfies Change['subject'];
}

/** The whole of Entra as something that is held. */
export const account: Change['object'] = { type: 'account', id: 'entra', title: 'Microsoft Entra ID' };

export const groupField = z.string().min(1).meta({ title: 'Group' }).describe('Its object id.');

export const limit = z.int().min(1).optional().meta({ title: 'At most' });

const text = z.string().nullish();
const flag = z.boolean().nullish();

export const user = z.object({
  id: z.string(),
  userPrincipalName: text,
  displayName: text,
  givenName: text,
  surname: text,
  mail: text,
  jobTitle: text,
  department: text,
  companyName: text,
  employeeId: text,
  accountEnabled: flag.describe('False for somebody who cannot sign in.'),
  userType: text.describe('Member or Guest.'),
  createdDateTime: text,
  onPremisesSyncEnabled: flag.describe('True where the user is kept in a directory on premises: it is changed there.'),
  signInSessionsValidFromDateTime: text.describe('Sessions from before are over.'),
});
export type User = z.output<typeof user>;

export const group = z.object({
  id: z.string(),
  displayName: text,
  description: text,
  mail: text,
  mailEnabled: flag,
  securityEnabled: flag,
  groupTypes: z
    .array(z.string())
    .default([])
    .describe('Unified for Microsoft 365; DynamicMembership where a rule says who is in it.'),
  isAssignableToRole: flag,
  onPremisesSyncEnabled: flag.describe('True where the group is kept in a directory on premises: it is changed there.'),
});

/** A member or a membership: what every kind of directory object has, and what users and groups have beside. */
export const directoryObject = z.object({
  id: z.string(),
  '@odata.type': text.describe('#microsoft.graph.user, #microsoft.graph.group and others.'),
  displayName: text,
  mail: text,
  userPrincipalName: text.describe('Of users only.'),
  accountEnabled: flag.describe('Of users only.'),
});

/** What is asked for of each record: Entra leaves much of it out otherwise. */
export const fieldsOf = (shape: z.ZodObject): string =>
  Object.keys(shape.shape)
    .filter((name) => !name.startsWith('@'))
    .join(',');

/** The next page by its own address, which is to be taken as it is. What the headers ask for is asked for again. */
export const linkedPages: Paging = {
  size: '$top',
  items: ({ body, status }) => {
    const value = (body as JsonObject | null)?.value;
    if (Array.isArray(value)) return value;
    throw new FatalError('Entra’s answer has no list.', { code: 'E_RESPONSE', status });
  },
  next: ({ body }, { method, headers }) => {
    const url = (body as JsonObject)['@odata.nextLink'];
    return typeof url === 'string' ? { method, url, ...(headers ? { headers } : {}) } : null;
  },
};

/** How a list is narrowed. */
export const narrowing = {
  filter: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'Filter', examples: ['accountEnabled eq false', "department eq 'Engineering'"] })
    .describe('As OData writes it.'),
  search: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'Search', examples: ['"displayName:jane"'] })
    .describe('A property and a word in double quotes.'),
  advanced: z
    .boolean()
    .default(false)
    .meta({ title: 'Advanced query' })
    .describe(
      'For filters with ne, not, endsWith and the like: asks an index that may be minutes behind. A search always does.',
    ),
  limit,
};

/** A list’s query and headers. */
export function narrowed(
  { filter, search, advanced }: { filter?: string | undefined; search?: string | undefined; advanced: boolean },
  shape: z.ZodObject,
): Pick<HttpRequest, 'query' | 'headers'> {
  const query = { $filter: filter, $search: search, $select: fieldsOf(shape), $top: 999 };
  const usesIndex = advanced || search !== undefined;
  return usesIndex ? { query: { ...query, $count: true }, headers: { consistencylevel: 'eventual' } } : { query };
}

export const userRequest = (key: string): HttpRequest => ({
  ...{ method: 'GET', path: path`/users/${key}`, query: { $select: fieldsOf(user) } },
});

/** The user; rejects with Entra’s words where there is none. */
export async function readUser(http: HttpClient, key: string): Promise<User> {
  const { body } = await http.send(userRequest(key));
  return parseAnswer(user, body, `${docs}/user-get`);
}

export const sampleJane = {
  id: 'ca57e11a-0051-4000-8000-000000000003',
  userPrincipalName: 'jane.doe@example.com',
  displayName: 'Jane Doe',
  givenName: 'Jane',
  surname: 'Doe',
  mail: 'jane.doe@example.com',
  jobTitle: 'Senior Software Engineer',
  department: 'Engineering',
  companyName: 'Example',
  employeeId: '103',
  accountEnabled: true,
  userType: 'Member',
  createdDateTime: '2022-03-01T09:00:00Z',
  onPremisesSyncEnabled: null,
  signInSessionsValidFromDateTime: '2025-11-03T09:00:00Z',
} satisfies JsonValue;

export const sampleGroup = {
  id: 'ca57e11a-0052-4000-8000-000000000002',
  displayName: 'Engineering',
  description: 'Team Engineering',
  mail: null,
  mailEnabled: false,
  securityEnabled: true,
  groupTypes: [],
  isAssignableToRole: null,
  onPremisesSyncEnabled: null,
} satisfies JsonValue;
