import { apiToken, camelKeys, cursorPaging, defineConnector, type Host, operation, path } from '@castellan/sdk';
import { z } from 'zod';

const docs = 'https://docs.vendor.example/api';

/** The most that the vendor puts on a page. */
const pageSize = 100;

const userId = z.string().min(1).meta({ title: 'User' });
const user = z.object({ id: z.string(), email: z.string(), fullName: z.string(), status: z.string() });
const sampleUser = { id: 'u3', email: 'jane.doe@example.com', fullName: 'Jane Doe', status: 'active' };

const readUser = async (id: string, { http }: Host) => {
  const { body } = await http.send({ method: 'GET', path: path`/users/${id}` });
  return camelKeys(body);
};

/** The same request either way; a user who has the status already keeps it, so it may be sent again. */
const setStatus = (id: string, status: 'active' | 'suspended') =>
  ({ method: 'PUT', path: path`/users/${id}/status`, body: { status } }) as const;

/** No vendor’s: what `npm run new:connector` begins with. It is in no catalogue. */
export const sampleVendor = defineConnector({
  id: 'sample-vendor',
  title: 'Sample Vendor',
  docs,
  judgedBy: 'docs',
  auth: [apiToken({ tokenTitle: 'API token' })],
  sampleConnection: { kind: 'apiToken', fields: { token: 'sample-vendor-sample-token' } },
  baseUrl: 'https://api.vendor.example/v1',
  async test({ http }) {
    const { body } = await http.send({ method: 'GET', path: path`/users`, query: { limit: 1 } });
    return { account: z.object({ account: z.string() }).parse(body).account };
  },
  operations: {
    listUsers: operation({
      title: 'List users',
      docs: `${docs}/users#list`,
      summary: 'Everybody who has an account.',
      input: z.strictObject({ limit: z.int().min(1).optional().meta({ title: 'At most' }) }),
      output: z.object({ items: z.array(user) }),
      choice: { value: 'id', label: 'fullName' },
      effect: 'read',
      request: () => ({ method: 'GET', path: path`/users`, query: { limit: pageSize } }),
      paginate: cursorPaging({ items: 'users', next: 'next_cursor', param: 'cursor' }),
      each: camelKeys,
      sample: { input: {}, output: { items: [sampleUser] } },
    }),

    getUser: operation({
      title: 'Get a user',
      docs: `${docs}/users#get`,
      summary: 'One account by its id.',
      input: z.strictObject({ userId }),
      output: user,
      options: { '/userId': 'listUsers' },
      effect: 'read',
      request: (input) => ({ method: 'GET', path: path`/users/${input.userId}` }),
      response: ({ body }) => camelKeys(body),
      sample: { input: { userId: sampleUser.id }, output: sampleUser },
    }),

    suspendUser: operation({
      title: 'Suspend a user',
      docs: `${docs}/users#status`,
      summary: 'The user can no longer sign in.',
      input: z.strictObject({ userId }),
      output: user,
      options: { '/userId': 'listUsers' },
      effect: 'destructive',
      idempotency: 'natural',
      changes: ({ userId: id }) => [{ action: 'revoke', subject: { type: 'user', id } }],
      before: ({ userId: id }, host) => readUser(id, host),
      request: (input) => setStatus(input.userId, 'suspended'),
      response: ({ body }) => camelKeys(body),
      undo: (input, _, before) => (wasActive(before) ? { operation: 'activateUser', input: { ...input } } : null),
      sample: {
        input: { userId: sampleUser.id },
        output: { ...sampleUser, status: 'suspended' },
        before: sampleUser,
      },
    }),

    activateUser: operation({
      title: 'Activate a user',
      docs: `${docs}/users#status`,
      summary: 'The user can sign in again.',
      input: z.strictObject({ userId }),
      output: user,
      options: { '/userId': 'listUsers' },
      effect: 'write',
      idempotency: 'natural',
      changes: ({ userId: id }) => [{ action: 'grant', subject: { type: 'user', id } }],
      before: ({ userId: id }, host) => readUser(id, host),
      request: (input) => setStatus(input.userId, 'active'),
      response: ({ body }) => camelKeys(body),
      undo: (input, _, before) => (wasActive(before) ? null : { operation: 'suspendUser', input: { ...input } }),
      sample: {
        input: { userId: 'u9' },
        output: { id: 'u9', email: 'noah.silva@example.com', fullName: 'Noah Silva', status: 'active' },
        before: { id: 'u9', email: 'noah.silva@example.com', fullName: 'Noah Silva', status: 'suspended' },
      },
    }),
  },
});

function wasActive(before: unknown): boolean {
  return user.parse(before).status === 'active';
}
