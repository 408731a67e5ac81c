import {
  type Change,
  type Host,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  type JsonObject,
  type JsonValue,
  type Paging,
  type Path,
  parseAnswer,
  path,
} from '@castellan/sdk';
import { z } from 'zod';

export const docs = 'https://www.rfc-editor.org/rfc/rfc7644';
const core = 'urn:ietf:params:scim:schemas:core:2.0';

export const schemaOf = { user: `${core}:User`, group: `${core}:Group` } as const;

const email = z.looseObject({ value: z.string(), type: z.string().optional(), primary: z.boolean().optional() });

/** A user as RFC 7643 §4.1 has it; what else a system says of one is kept. */
export const user = z.looseObject({
  id: z.string(),
  userName: z.string(),
  externalId: z.string().optional(),
  displayName: z.string().optional(),
  name: z.looseObject({ givenName: z.string().optional(), familyName: z.string().optional() }).optional(),
  active: z.boolean().default(true),
  emails: z.array(email).default([]),
});
export type User = z.output<typeof user>;

/** A group as RFC 7643 §4.2 has it. */
export const group = z.looseObject({
  id: z.string(),
  displayName: z.string(),
  externalId: z.string().optional(),
  members: z.array(z.looseObject({ value: z.string(), display: z.string().optional() })).default([]),
});
export type Group = z.output<typeof group>;

export const idField = (title: string) => z.string().min(1).meta({ title }).describe('Its id at the system.');
export const limit = z.int().min(1).optional().meta({ title: 'At most' });
export const filter = z
  .string()
  .min(1)
  .optional()
  .meta({ title: 'Filter', examples: ['active eq true', 'userName sw "a"'] })
  .describe('As RFC 7644 §3.4.2.2 writes it.');

/** Whom an operation is about. */
export const onUser = {
  userId: idField('User'),
  userEmail: z
    .email()
    .optional()
    .meta({ title: 'User’s e-mail' })
    .describe('Names the person in plan and evidence, and is what protected people are held back by. Not sent.'),
};

export const personOf = ({ userId, userEmail }: { userId: string; userEmail?: string | undefined }) =>
  ({ type: 'user', id: userId, ...(userEmail ? { email: userEmail } : {}) }) satisfies Change['subject'];

/** Where mail reaches a user: the primary address, else the first; without any, the name to sign in with, which often is one. */
export const addressOf = ({ emails, userName }: User): string =>
  (emails.find(({ primary }) => primary) ?? emails[0])?.value ?? userName;

/** A list counts from 1, and says how many there are: RFC 7644 §3.4.2.4. */
export const indexedPages: Paging = {
  size: 'count',
  items: ({ body }) => ((body as JsonObject | null)?.Resources ?? []) as JsonObject[],
  next: ({ body }, request, seen) => {
    const { totalResults, Resources = [] } = (body ?? {}) as { totalResults?: number; Resources?: unknown[] };
    if (Resources.length === 0 || seen >= (totalResults ?? 0)) return null;
    return { ...request, query: { ...request.query, startIndex: seen + 1 } };
  },
};

export const pageSize = 100;

/** A text within a filter. */
export const quoted = (text: string): string => JSON.stringify(text);

/** A write in SCIM’s own media type, which every system takes. */
export const writing = (method: 'POST' | 'PUT' | 'PATCH', place: Path, body: JsonObject): HttpRequest => ({
  ...{ method, path: place, body, headers: { 'content-type': 'application/scim+json' } },
});

/** One part of a change: RFC 7644 §3.5.2. */
export const patch = (place: Path, ...operations: JsonObject[]): HttpRequest =>
  writing('PATCH', place, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations });

export const userPath = (id: string) => path`/Users/${id}`;
export const groupPath = (id: string) => path`/Groups/${id}`;

/** The record; rejects with the system’s words where there is none. */
export async function readOne<T extends z.ZodType>(http: HttpClient, place: Path, shape: T) {
  const { body } = await http.send({ method: 'GET', path: place });
  return parseAnswer(shape, body, `${docs}#section-3.4.1`);
}

/** The record as the system has it, whatever that says; null where there is none. */
export async function heldAt(place: Path, { http }: Pick<Host, 'http'>): Promise<JsonValue> {
  const { status, body } = await http.send({ method: 'GET', path: place, accept: [404] });
  return status === 404 ? null : body;
}

/** RFC 7644 §3.6. What is not there is gone already. */
export const deletion = (place: Path): HttpRequest => ({ method: 'DELETE', path: place, accept: [404] });
export const deleted = z.object({ deleted: z.literal(true), alreadyGone: z.boolean() });
export const wasDeleted = ({ status }: HttpResponse) => ({ deleted: true, alreadyGone: status === 404 });

/** The first record that a filter finds; null where it finds none. */
export async function findOne<T extends z.ZodType>(http: HttpClient, place: Path, by: string, shape: T) {
  const query = { filter: by, startIndex: 1, count: 2 };
  const { body } = await http.send({ method: 'GET', path: place, query });
  const [first] = ((body as JsonObject).Resources ?? []) as JsonObject[];
  return first === undefined ? null : parseAnswer(shape, first, `${docs}#section-3.4.2`);
}
