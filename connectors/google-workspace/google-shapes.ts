import {
  type Change,
  type HttpClient,
  type HttpRequest,
  type JsonObject,
  type Paging,
  parseAnswer,
} from '@castellan/sdk';
import { z } from 'zod';

export const docs = 'https://developers.google.com/workspace/admin/directory/reference/rest/v1';

/** Whom an operation is about: an e-mail address is what people are protected, planned and shown by. */
export const onUser = {
  user: z
    .string()
    .min(1)
    .meta({ title: 'User', examples: ['jane.doe@example.com'] })
    .describe('Primary e-mail address, alias or id.'),
  userEmail: z
    .email()
    .optional()
    .meta({ title: 'User’s e-mail' })
    .describe('Where the user is given by id: names the person in plan and evidence. Not sent to Google.'),
};

/** The person of an operation, for plan, budgets and protection. */
export function personOf({ user, userEmail }: { user: string; userEmail?: string | undefined }) {
  const email = userEmail ?? (user.includes('@') ? user : undefined);
  return { type: 'user', id: user, ...(email ? { email } : {}) } satisfies Change['subject'];
}

/** The whole of Google Workspace as something that is held. */
export const account: Change['object'] = { type: 'account', id: 'google-workspace', title: 'Google Workspace' };

export const groupField = z
  .string()
  .min(1)
  .meta({ title: 'Group', examples: ['engineering@example.com'] })
  .describe('E-mail address, alias or id.');

/** The accounts that a list is of: all of the customer, or those of one domain. */
export const ofWhom = {
  customer: z
    .string()
    .min(1)
    .default('my_customer')
    .meta({ title: 'Customer' })
    .describe('The customer’s id; my_customer is that of the connection.'),
  domain: z.string().min(1).optional().meta({ title: 'Domain' }).describe('Only of this domain, in place of all.'),
};

export const scopeOfList = ({ customer, domain }: { customer: string; domain?: string | undefined }) =>
  domain ? { domain } : { customer };

export const limit = z.int().min(1).optional().meta({ title: 'At most' });

const externalId = z.object({ value: z.string(), type: z.string().optional(), customType: z.string().optional() });
const organization = z.object({
  name: z.string().optional(),
  title: z.string().optional(),
  department: z.string().optional(),
  costCenter: z.string().optional(),
  location: z.string().optional(),
  description: z.string().optional(),
  type: z.string().optional(),
  primary: z.boolean().optional(),
});
const relation = z.object({ value: z.string(), type: z.string().optional(), customType: z.string().optional() });

export const user = z.object({
  id: z.string(),
  primaryEmail: z.string(),
  name: z.object({
    givenName: z.string().optional(),
    familyName: z.string().optional(),
    fullName: z.string().optional(),
  }),
  suspended: z.boolean().default(false),
  suspensionReason: z.string().optional(),
  archived: z.boolean().default(false),
  isAdmin: z.boolean().default(false).describe('Super administrator.'),
  isDelegatedAdmin: z.boolean().default(false),
  orgUnitPath: z.string().optional(),
  aliases: z.array(z.string()).default([]),
  creationTime: z.string().optional(),
  lastLoginTime: z.string().optional().describe('1970 for somebody who never signed in.'),
  deletionTime: z.string().optional(),
  isEnrolledIn2Sv: z.boolean().optional(),
  isEnforcedIn2Sv: z.boolean().optional(),
  changePasswordAtNextLogin: z.boolean().optional(),
  recoveryEmail: z.string().optional(),
  recoveryPhone: z.string().optional(),
  externalIds: z.array(externalId).default([]),
  organizations: z.array(organization).default([]),
  relations: z.array(relation).default([]),
  etag: z.string().optional(),
});
export type User = z.output<typeof user>;

export const group = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  description: z.string().default(''),
  directMembersCount: z.string().optional(),
  adminCreated: z.boolean().optional(),
  aliases: z.array(z.string()).default([]),
  etag: z.string().optional(),
});
export type Group = z.output<typeof group>;

export const role = z.enum(['OWNER', 'MANAGER', 'MEMBER']);

export const member = z.object({
  id: z.string().describe('Of the user or group.'),
  email: z.string().optional().describe('Missing where all users of the customer are the member.'),
  role: z.string(),
  type: z.string().describe('USER, GROUP, CUSTOMER or EXTERNAL.'),
  status: z.string().optional().describe('ACTIVE or SUSPENDED; missing for people of other organisations.'),
});
export type Member = z.output<typeof member>;

/** What is asked for of each record: nothing that is not read. */
export const fieldsOf = (shape: z.ZodObject): string => Object.keys(shape.shape).join(',');

/** The pages of a list whose records are in `place` of the answer. */
export const pagesOf = (place: string): Paging => ({
  size: 'maxResults',
  items: ({ body }) => ((body as JsonObject | null)?.[place] ?? []) as JsonObject[],
  next: ({ body }, request) => {
    const { nextPageToken } = (body ?? {}) as { nextPageToken?: string };
    return nextPageToken ? { ...request, query: { ...request.query, pageToken: nextPageToken } } : null;
  },
});

/** Reads one record; null where there is none. */
export async function readOne<T extends z.ZodType>(
  http: HttpClient,
  request: HttpRequest,
  shape: T,
  page: string,
): Promise<z.output<T> | null> {
  const { status, body } = await http.send({ ...request, accept: [404] });
  return status === 404 ? null : parseAnswer(shape, body, page);
}
