import { type Host, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import {
  account,
  directoryObject,
  docs,
  fieldsOf,
  limit,
  linkedPages,
  narrowed,
  narrowing,
  onUser,
  personOf,
  readUser,
  sampleGroup,
  sampleJane,
  user,
  userRequest,
} from './entra-shapes.js';

const onAccount = z.strictObject(onUser);
type OnAccount = z.output<typeof onAccount>;

const jane = { user: 'jane.doe@example.com' };
const switched = z.object({ user: z.string(), accountEnabled: z.boolean() });

const isEnabled = async ({ user: key }: OnAccount, { http }: Host): Promise<JsonValue> => ({
  accountEnabled: (await readUser(http, key)).accountEnabled ?? null,
});
const wasEnabled = (before: JsonValue) => (before as { accountEnabled: boolean | null }).accountEnabled;

/** Entra answers a change with nothing. */
const setEnabled = (key: string, accountEnabled: boolean) => ({
  ...{ method: 'PATCH' as const, path: path`/users/${key}`, body: { accountEnabled } },
});

export const entraUsers = {
  listUsers: operation({
    title: 'List users',
    docs: `${docs}/user-list`,
    summary: 'All users of the tenant, guests and those who cannot sign in included, or those that are asked for.',
    input: z.strictObject(narrowing),
    output: z.object({ items: z.array(user) }),
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/users`, ...narrowed(input, user) }),
    paginate: linkedPages,
    sample: { input: { filter: "department eq 'Engineering'" }, output: { items: [sampleJane] } },
  }),

  getUser: operation({
    title: 'Get a user',
    docs: `${docs}/user-get`,
    summary: 'One user with name, job and whether the user may sign in.',
    input: z.strictObject({ user: onUser.user }),
    output: user,
    effect: 'read',
    request: ({ user: key }) => userRequest(key),
    sample: { input: jane, output: sampleJane },
  }),

  listUserGroups: operation({
    title: 'List the groups of a user',
    docs: `${docs}/user-list-memberof`,
    summary: 'Groups that the user is in directly, and directory roles that the user holds.',
    input: z.strictObject({ user: onUser.user, limit }),
    output: z.object({ items: z.array(directoryObject) }),
    effect: 'read',
    request: ({ user: key }) => ({
      ...{ method: 'GET', path: path`/users/${key}/memberOf` },
      query: { $select: fieldsOf(directoryObject.pick({ id: true, displayName: true, mail: true })), $top: 999 },
    }),
    paginate: linkedPages,
    sample: {
      input: jane,
      output: {
        items: [
          { '@odata.type': '#microsoft.graph.group', id: sampleGroup.id, displayName: 'Engineering', mail: null },
        ],
      },
    },
  }),

  disableUser: operation({
    title: 'Block a user from signing in',
    docs: `${docs}/user-update`,
    summary: 'The account stays with all that it has, and nobody can sign in to it. Sessions that are open go on.',
    input: onAccount,
    output: switched,
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'revoke', subject: personOf(input), object: account }],
    before: isEnabled,
    request: ({ user: key }) => setEnabled(key, false),
    response: (_, { user: key }) => ({ user: key, accountEnabled: false }),
    undo: (input, _, before) => (wasEnabled(before) ? { operation: 'enableUser', input } : null),
    sample: {
      input: jane,
      output: { user: jane.user, accountEnabled: false },
      before: { accountEnabled: true },
    },
  }),

  enableUser: operation({
    title: 'Let a user sign in',
    docs: `${docs}/user-update`,
    summary: 'The account that was blocked may be used again.',
    input: onAccount,
    output: switched,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'grant', subject: personOf(input), object: account }],
    before: isEnabled,
    request: ({ user: key }) => setEnabled(key, true),
    response: (_, { user: key }) => ({ user: key, accountEnabled: true }),
    undo: (input, _, before) => (wasEnabled(before) === false ? { operation: 'disableUser', input } : null),
    sample: {
      input: { user: 'oscar.lind@example.com' },
      output: { user: 'oscar.lind@example.com', accountEnabled: true },
      before: { accountEnabled: false },
    },
  }),

  revokeSessions: operation({
    title: 'End the sessions of a user',
    docs: `${docs}/user-revokesigninsessions`,
    summary:
      'Refresh tokens and browser sessions are over within minutes; an access token that an app holds lasts to its end, about an hour.',
    input: onAccount,
    output: z.object({ revoked: z.literal(true) }),
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [
      { action: 'revoke', subject: personOf(input), object: { type: 'sessions', id: 'all', title: 'All sessions' } },
    ],
    withoutBefore: 'Entra does not list the sessions of a user.',
    request: ({ user: key }) => ({
      ...{ method: 'POST', path: path`/users/${key}/microsoft.graph.revokeSignInSessions` },
    }),
    response: () => ({ revoked: true }),
    sample: { input: jane, output: { revoked: true } },
  }),
};
