import { admin, type admin_directory_v1, type admin_reports_v1 } from '@googleapis/admin';
import { serviceAccount, timeless } from './google-kit.js';
import { judge, testKey } from './judge.js';

interface Clients {
  directory: admin_directory_v1.Admin;
  reports: admin_reports_v1.Admin;
}

const scopes = [
  'directory.user',
  'directory.user.security',
  'directory.group',
  'directory.orgunit.readonly',
  'reports.audit.readonly',
].map((name) => `https://www.googleapis.com/auth/admin.${name}`);

const userFields =
  'id,primaryEmail,name,suspended,suspensionReason,archived,isAdmin,isDelegatedAdmin,orgUnitPath,aliases,creationTime,' +
  'lastLoginTime,deletionTime,isEnrolledIn2Sv,isEnforcedIn2Sv,changePasswordAtNextLogin,recoveryEmail,recoveryPhone,' +
  'externalIds,organizations,relations,etag';
const groupFields = 'id,email,name,description,directMembersCount,adminCreated,aliases,etag';
const memberFields = 'id,email,role,type,status';

const userKey = 'jane.doe@example.com';
const groupKey = 'engineering@example.com';
const memberKey = userKey;
const clientId = '704567.apps.googleusercontent.com';
const read = { projection: 'full', fields: userFields } as const;
const customer = 'my_customer';
const onCall = { email: 'on-call@example.com', name: 'On-call', description: 'Who is on call' };

judge<Clients>({
  connector: 'google-workspace',
  sdk: '@googleapis/admin',
  client(wire, fields) {
    const auth = serviceAccount(wire, fields, scopes);
    return { directory: admin({ version: 'directory_v1', auth }), reports: admin({ version: 'reports_v1', auth }) };
  },
  headers: ['content-type', 'if-match'],
  plain: timeless,
  test: {
    sdk: ({ directory }) => directory.users.list({ customer, maxResults: 1, fields: 'users(customerId)' }),
  },
  cases: {
    listUsers: {
      input: { query: 'orgUnitPath=/Engineering' },
      sdk: ({ directory }) =>
        directory.users.list({
          ...{ customer, query: 'orgUnitPath=/Engineering', orderBy: 'email', maxResults: 500, projection: 'full' },
          fields: `nextPageToken,users(${userFields})`,
        }),
    },
    getUser: { input: { user: userKey }, sdk: ({ directory }) => directory.users.get({ userKey, ...read }) },
    createUser: {
      input: {
        ...{ primaryEmail: 'ravi.menon@example.com', givenName: 'Ravi', familyName: 'Menon' },
        ...{ orgUnitPath: '/Engineering', title: 'Software Engineer', manager: userKey, employeeId: '140' },
      },
      sdk: ({ directory }) =>
        directory.users.insert({
          fields: userFields,
          requestBody: {
            primaryEmail: 'ravi.menon@example.com',
            name: { givenName: 'Ravi', familyName: 'Menon' },
            orgUnitPath: '/Engineering',
            organizations: [{ primary: true, type: 'work', title: 'Software Engineer' }],
            relations: [{ value: userKey, type: 'manager' }],
            externalIds: [
              { value: '140', type: 'organization' },
              { type: 'custom', customType: 'castellan', value: testKey },
            ],
            password: 'a-password-that-is-made-up',
            changePasswordAtNextLogin: true,
          },
        }),
    },
    updateUser: {
      input: { user: userKey, familyName: 'Smith', orgUnitPath: '/Data' },
      sdk: ({ directory }) =>
        directory.users.update({
          ...{ userKey, fields: userFields },
          requestBody: { name: { familyName: 'Smith' }, orgUnitPath: '/Data' },
        }),
    },
    deleteUser: { input: { user: userKey }, sdk: ({ directory }) => directory.users.delete({ userKey }) },
    suspendUser: {
      input: { user: userKey },
      sdk: ({ directory }) => directory.users.patch({ userKey, fields: userFields, requestBody: { suspended: true } }),
    },
    restoreUser: {
      input: { user: 'oscar.lind@example.com' },
      sdk: ({ directory }) =>
        directory.users.patch({
          ...{ userKey: 'oscar.lind@example.com', fields: userFields, requestBody: { suspended: false } },
        }),
    },
    signOutUser: { input: { user: userKey }, sdk: ({ directory }) => directory.users.signOut({ userKey }) },
    addAlias: {
      input: { user: userKey, alias: 'j.doe@example.com' },
      sdk: ({ directory }) => directory.users.aliases.insert({ userKey, requestBody: { alias: 'j.doe@example.com' } }),
    },
    removeAlias: {
      input: { user: 'ada.okafor@example.com', alias: 'ciso@example.com' },
      sdk: ({ directory }) =>
        directory.users.aliases.delete({ userKey: 'ada.okafor@example.com', alias: 'ciso@example.com' }),
    },
    listTokens: { input: { user: userKey }, sdk: ({ directory }) => directory.tokens.list({ userKey }) },
    revokeToken: {
      input: { user: userKey, clientId },
      sdk: ({ directory }) => directory.tokens.delete({ userKey, clientId }),
    },
    revokeAllTokens: {
      input: { user: userKey },
      sdk: async ({ directory }) => {
        const { data } = await directory.tokens.list({ userKey });
        for (const token of data.items!) await directory.tokens.delete({ userKey, clientId: token.clientId! });
      },
    },
    listAppPasswords: { input: { user: userKey }, sdk: ({ directory }) => directory.asps.list({ userKey }) },
    deleteAppPassword: {
      input: { user: userKey, codeId: 1 },
      sdk: ({ directory }) => directory.asps.delete({ userKey, codeId: 1 }),
    },
    deleteAllAppPasswords: {
      input: { user: userKey },
      sdk: async ({ directory }) => {
        const { data } = await directory.asps.list({ userKey });
        for (const { codeId } of data.items!) await directory.asps.delete({ userKey, codeId: codeId! });
      },
    },
    listGroups: {
      input: { user: userKey },
      sdk: ({ directory }) =>
        directory.groups.list({ userKey, maxResults: 200, fields: `nextPageToken,groups(${groupFields})` }),
    },
    getGroup: {
      input: { group: groupKey },
      sdk: ({ directory }) => directory.groups.get({ groupKey, fields: groupFields }),
    },
    createGroup: {
      input: onCall,
      sdk: ({ directory }) => directory.groups.insert({ fields: groupFields, requestBody: onCall }),
    },
    updateGroup: {
      input: { group: groupKey, description: 'Builds' },
      sdk: ({ directory }) =>
        directory.groups.update({ groupKey, fields: groupFields, requestBody: { description: 'Builds' } }),
    },
    deleteGroup: { input: { group: groupKey }, sdk: ({ directory }) => directory.groups.delete({ groupKey }) },
    listMembers: {
      input: { group: groupKey, role: 'MEMBER', indirect: true },
      sdk: ({ directory }) =>
        directory.members.list({
          ...{ groupKey, roles: 'MEMBER', includeDerivedMembership: true, maxResults: 200 },
          fields: `nextPageToken,members(${memberFields})`,
        }),
    },
    addMember: {
      input: { group: 'security@example.com', user: userKey, role: 'MANAGER' },
      sdk: ({ directory }) =>
        directory.members.insert({
          ...{ groupKey: 'security@example.com', fields: memberFields },
          requestBody: { email: userKey, role: 'MANAGER' },
        }),
    },
    changeMemberRole: {
      input: { group: groupKey, user: userKey, role: 'MANAGER' },
      sdk: ({ directory }) =>
        directory.members.patch({ groupKey, memberKey, fields: memberFields, requestBody: { role: 'MANAGER' } }),
    },
    removeMember: {
      input: { group: groupKey, user: userKey },
      sdk: ({ directory }) => directory.members.delete({ groupKey, memberKey }),
    },
    listOrgUnits: {
      input: {},
      sdk: ({ directory }) => directory.orgunits.list({ customerId: customer, type: 'allIncludingParent' }),
    },
    listActivities: {
      input: { application: 'login', eventName: 'suspicious_login', from: '2026-01-01T00:00:00Z' },
      sdk: ({ reports }) =>
        reports.activities.list({
          ...{ userKey: 'all', applicationName: 'login', eventName: 'suspicious_login' },
          ...{ startTime: '2026-01-01T00:00:00Z', maxResults: 500 },
        }),
    },
  },
});
