import { operation, path } from '@castellan/sdk';
import { z } from 'zod';
import {
  docs,
  everyStatus,
  group,
  limit,
  linkedPages,
  onUser,
  personOf,
  readUser,
  sampleGroup,
  sampleJane,
  shownGroup,
  user,
} from './okta-shapes.js';

const jane = { user: 'jane.doe@example.com' };

export const oktaUsers = {
  listUsers: operation({
    title: 'List users',
    docs: `${docs}/User/#tag/User/operation/listUsers`,
    summary: 'All users, or those that a search finds. Deactivated users are left out unless they are asked for.',
    input: z.strictObject({
      search: z
        .string()
        .min(1)
        .optional()
        .meta({ title: 'Search', examples: ['profile.department eq "Engineering"', 'status eq "SUSPENDED"'] })
        .describe('In Okta’s own words. A search also finds deactivated users, and may be some seconds behind.'),
      includeDeactivated: z.boolean().default(false).meta({ title: 'Deactivated users, too' }),
      limit,
    }),
    output: z.object({ items: z.array(user) }),
    effect: 'read',
    request: ({ search, includeDeactivated }) => ({
      method: 'GET',
      path: path`/api/v1/users`,
      query: { search, filter: includeDeactivated && search === undefined ? everyStatus : undefined, limit: 200 },
    }),
    paginate: linkedPages,
    sample: { input: { search: 'profile.department eq "Engineering"' }, output: { items: [sampleJane] } },
  }),

  getUser: operation({
    title: 'Get a user',
    docs: `${docs}/User/#tag/User/operation/getUser`,
    summary: 'One user with the profile and the state, as they are at this moment.',
    input: z.strictObject({ user: onUser.user }),
    output: user,
    effect: 'read',
    request: ({ user: key }) => ({ method: 'GET', path: path`/api/v1/users/${key}` }),
    sample: { input: jane, output: sampleJane },
  }),

  listUserGroups: operation({
    title: 'List the groups of a user',
    docs: `${docs}/UserResources/#tag/UserResources/operation/listUserGroups`,
    summary: 'Every group that the user is in, by hand, by rule or from an app.',
    input: z.strictObject({ user: onUser.user, limit }),
    output: z.object({ items: z.array(group) }),
    effect: 'read',
    request: ({ user: key }) => ({ method: 'GET', path: path`/api/v1/users/${key}/groups` }),
    // Okta says how many groups a page has.
    paginate: { ...linkedPages, size: null },
    each: shownGroup,
    sample: { input: jane, output: { items: [sampleGroup] } },
  }),

  revokeSessions: operation({
    title: 'End the sessions of a user',
    docs: `${docs}/UserSessions/#tag/UserSessions/operation/revokeUserSessions`,
    summary: 'The user must sign in again. Sessions that an app keeps by itself go on until the app ends them.',
    input: z.strictObject({
      ...onUser,
      oauthTokens: z
        .boolean()
        .default(true)
        .meta({ title: 'Tokens of apps, too' })
        .describe('OpenID Connect and OAuth tokens that Okta gave to apps for this user.'),
      forgetDevices: z.boolean().default(true).meta({ title: 'Forget remembered devices' }),
    }),
    output: z.object({ userId: z.string(), revoked: z.literal(true) }),
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [
      { action: 'revoke', subject: personOf(input), object: { type: 'sessions', id: 'all', title: 'All sessions' } },
    ],
    withoutBefore: 'Okta does not list the sessions of a user.',
    run: async ({ user: key, oauthTokens, forgetDevices }, { http }) => {
      // This call takes an id only.
      const { id } = await readUser(http, key);
      await http.send({
        ...{ method: 'DELETE', path: path`/api/v1/users/${id}/sessions`, query: { oauthTokens, forgetDevices } },
      });
      return { userId: id, revoked: true as const };
    },
    sample: { input: jane, output: { userId: sampleJane.id, revoked: true } },
  }),
};
