import { Client, RequestExecutor } from '@okta/okta-sdk-nodejs';
import { judge } from './judge.js';
import type { Wire } from './wire.js';

const user = '00ujane00000000000d7';
const suspended = '00unoah00000000000d7';
const deactivated = '00uoscar0000000000d7';
const invited = '00umia000000000000d7';
const group = '00gengineering0000d7';
const limit = 200;

/** Sends by the wire. */
class ByWire extends RequestExecutor {
  constructor(private readonly wire: Wire) {
    super();
  }
  override fetch({ url, method, headers, body }: { url: string } & RequestInit) {
    return this.wire.fetch(url, { method: method!, headers: headers!, body: body ?? null });
  }
}

/** A change to a user, whose id and state we read first. */
const afterReading =
  (userId: string, change: (client: Client, userId: string) => Promise<unknown>) => async (client: Client) => {
    await client.userApi.getUser({ userId });
    await change(client, userId);
  };

/** Reads a list to its end. */
async function all(pages: Promise<{ each(visit: () => void): Promise<unknown> }>) {
  await (await pages).each(() => {});
}

judge<Client>({
  connector: 'okta',
  sdk: '@okta/okta-sdk-nodejs',
  client: (wire, { domain, token }) =>
    new Client({
      ...{ orgUrl: `https://${String(domain)}`, token: String(token) },
      requestExecutor: new ByWire(wire),
      // The default one keeps answers, and knows another kind of them than ours.
      cacheMiddleware: null,
    }),
  headers: ['authorization', 'content-type'],
  test: { sdk: ({ userApi }) => userApi.getUser({ userId: 'me' }) },
  cases: {
    listUsers: {
      input: { search: 'profile.department eq "Engineering"' },
      sdk: ({ userApi }) => all(userApi.listUsers({ search: 'profile.department eq "Engineering"', limit })),
    },
    getUser: { input: { user }, sdk: ({ userApi }) => userApi.getUser({ userId: user }) },
    listUserGroups: { input: { user }, sdk: ({ userApi }) => all(userApi.listUserGroups({ userId: user })) },
    revokeSessions: {
      input: { user },
      sdk: afterReading(user, ({ userApi }, userId) =>
        userApi.revokeUserSessions({ userId, oauthTokens: true, forgetDevices: true }),
      ),
    },
    suspendUser: {
      input: { user },
      sdk: afterReading(user, ({ userApi }, userId) => userApi.suspendUser({ userId })),
    },
    unsuspendUser: {
      input: { user: suspended },
      sdk: afterReading(suspended, ({ userApi }, userId) => userApi.unsuspendUser({ userId })),
    },
    deactivateUser: {
      input: { user },
      sdk: afterReading(user, ({ userApi }, userId) => userApi.deactivateUser({ userId })),
    },
    activateUser: {
      input: { user: deactivated },
      sdk: afterReading(deactivated, ({ userApi }, userId) => userApi.activateUser({ userId })),
    },
    reactivateUser: {
      input: { user: invited },
      sdk: afterReading(invited, ({ userApi }, userId) => userApi.reactivateUser({ userId, sendEmail: true })),
    },
    listGroups: {
      input: { search: 'type eq "OKTA_GROUP"' },
      sdk: ({ groupApi }) => all(groupApi.listGroups({ search: 'type eq "OKTA_GROUP"', limit })),
    },
    getGroup: { input: { group }, sdk: ({ groupApi }) => groupApi.getGroup({ groupId: group }) },
    createGroup: {
      input: { name: 'Launch crew', description: 'On call' },
      sdk: ({ groupApi }) =>
        groupApi.createGroup({ group: { profile: { name: 'Launch crew', description: 'On call' } } }),
    },
    deleteGroup: { input: { group }, sdk: ({ groupApi }) => groupApi.deleteGroup({ groupId: group }) },
    listMembers: { input: { group }, sdk: ({ groupApi }) => all(groupApi.listGroupUsers({ groupId: group, limit })) },
    addMember: {
      input: { group, user },
      sdk: afterReading(user, ({ groupApi }, userId) => groupApi.assignUserToGroup({ groupId: group, userId })),
    },
    removeMember: {
      input: { group, user },
      sdk: afterReading(user, ({ groupApi }, userId) => groupApi.unassignUserFromGroup({ groupId: group, userId })),
    },
  },
});
