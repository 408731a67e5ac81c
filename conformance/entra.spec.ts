import { AuthenticationHandler, Client, type GraphRequest, PageIterator } from '@microsoft/microsoft-graph-client';
import { judge, testKey } from './judge.js';
import type { Wire } from './wire.js';

const userFields =
  'id,userPrincipalName,displayName,givenName,surname,mail,jobTitle,department,companyName,employeeId,accountEnabled,' +
  'userType,createdDateTime,onPremisesSyncEnabled,signInSessionsValidFromDateTime';
const signInFields = 'id,userPrincipalName,displayName,mail,accountEnabled,userType,createdDateTime,signInActivity';
const groupFields =
  'id,displayName,description,mail,mailEnabled,securityEnabled,groupTypes,isAssignableToRole,onPremisesSyncEnabled';
const memberFields = 'id,displayName,mail,userPrincipalName,accountEnabled';

const user = 'jane.doe@example.com';
const place = `/users/${encodeURIComponent(user)}`;
const userId = 'ca57e11a-0051-4000-8000-000000000003';
const blocked = 'oscar.lind@example.com';
const security = 'ca57e11a-0052-4000-8000-000000000001';
const engineering = 'ca57e11a-0052-4000-8000-000000000002';

/** The SDK leaves the token to its caller, and sends by the last of its handlers: ours. */
function byWire(wire: Wire, { tenant, clientId, clientSecret }: Record<string, unknown>): Client {
  const signIn = async () => {
    const form = { grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' };
    const answer = await wire.fetch(`https://login.microsoftonline.com/${String(tenant)}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...form, client_id: String(clientId), client_secret: String(clientSecret) }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  let token: Promise<string> | undefined;
  const signed = new AuthenticationHandler({
    getAccessToken: () => {
      token ??= signIn();
      return token;
    },
  });
  signed.setNext({
    execute: async (context) => {
      context.response = await wire.fetch(String(context.request), context.options as RequestInit);
    },
  });
  return Client.initWithMiddleware({ middleware: signed });
}

/** Reads a list to its end. */
async function all(client: Client, request: GraphRequest) {
  await new PageIterator(client, await request.get(), () => true).iterate();
}

// The SDK writes what it is told after an API’s path. The paths themselves are judged by the vendor’s description.
judge<Client>({
  connector: 'entra',
  sdk: '@microsoft/microsoft-graph-client',
  client: byWire,
  headers: ['content-type', 'consistencylevel'],
  test: { sdk: (client) => client.api('/users').select('id').top(1).get() },
  cases: {
    listUsers: {
      input: { filter: "department eq 'Engineering'" },
      sdk: (client) =>
        all(client, client.api('/users').filter("department eq 'Engineering'").select(userFields).top(999)),
    },
    listSignInActivity: {
      input: {},
      sdk: (client) => all(client, client.api('/users').select(signInFields).top(120)),
    },
    getUser: { input: { user }, sdk: (client) => client.api(place).select(userFields).get() },
    listUserGroups: {
      input: { user },
      sdk: (client) => all(client, client.api(`${place}/memberOf`).select('id,displayName,mail').top(999)),
    },
    disableUser: {
      input: { user },
      sdk: (client) => client.api(place).patch({ accountEnabled: false }),
    },
    enableUser: {
      input: { user: blocked },
      sdk: (client) => client.api(`/users/${encodeURIComponent(blocked)}`).patch({ accountEnabled: true }),
    },
    revokeSessions: {
      input: { user },
      sdk: (client) => client.api(`${place}/microsoft.graph.revokeSignInSessions`).post(undefined),
    },
    listGroups: {
      input: { search: '"displayName:eng"' },
      sdk: (client) =>
        all(
          client,
          client
            .api('/groups')
            .header('consistencylevel', 'eventual')
            .search('"displayName:eng"')
            .select(groupFields)
            .top(999)
            .count(true),
        ),
    },
    getGroup: {
      input: { group: engineering },
      sdk: (client) => client.api(`/groups/${engineering}`).select(groupFields).get(),
    },
    createGroup: {
      input: { displayName: 'Launch crew', description: 'On call' },
      sdk: (client) =>
        client.api('/groups').post({
          ...{ displayName: 'Launch crew', description: 'On call', mailNickname: testKey },
          ...{ mailEnabled: false, securityEnabled: true, groupTypes: [] },
        }),
    },
    deleteGroup: { input: { group: engineering }, sdk: (client) => client.api(`/groups/${engineering}`).delete() },
    listMembers: {
      input: { group: engineering },
      sdk: (client) => all(client, client.api(`/groups/${engineering}/members`).select(memberFields).top(999)),
    },
    addMember: {
      input: { group: security, user },
      sdk: async (client) => {
        await client.api(place).select('id').get();
        const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${userId}` };
        await client.api(`/groups/${security}/members/$ref`).post(reference);
      },
    },
    removeMember: {
      input: { group: engineering, user },
      sdk: async (client) => {
        await client.api(place).select('id').get();
        await client.api(`/groups/${engineering}/members/${userId}/$ref`).delete();
      },
    },
  },
});
