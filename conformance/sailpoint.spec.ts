import type { ConnectionFields } from '@castellan/sdk';
import * as sdk from 'sailpoint-api-client';
import { judge, testKey } from './judge.js';
import type { Sent, Wire } from './wire.js';

/** The SDK’s newest version of the API is that of 2024; what it calls is the same as in ours of 2025. */
function clientsOf(wire: Wire, { apiUrl, clientId, clientSecret }: ConnectionFields) {
  // The SDK’s own sign-in sends a multipart form and cannot be given a transport; the token is asked for as RFC 6749 says.
  const signIn = async () => {
    const form = { grant_type: 'client_credentials', client_id: String(clientId), client_secret: String(clientSecret) };
    const answer = await wire.fetch(`${apiUrl}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  let token: Promise<string> | undefined;
  const configuration = new sdk.Configuration({ accessToken: 'given below', baseurl: String(apiUrl) });
  configuration.accessToken = () => {
    token ??= signIn();
    return token;
  };
  configuration.baseOptions = { httpsAgent: wire.agent, proxy: false };
  // What is usual in 2025 the version of 2024 still calls experimental.
  Object.assign(configuration, { experimental: true });
  return {
    accounts: new sdk.AccountsV2024Api(configuration),
    activities: new sdk.AccountActivitiesV2024Api(configuration),
    approvals: new sdk.AccessRequestApprovalsV2024Api(configuration),
    campaigns: new sdk.CertificationCampaignsV2024Api(configuration),
    certifications: new sdk.CertificationsV2024Api(configuration),
    entitlements: new sdk.EntitlementsV2024Api(configuration),
    groups: new sdk.GovernanceGroupsV2024Api(configuration),
    identities: new sdk.IdentitiesV2024Api(configuration),
    profiles: new sdk.AccessProfilesV2024Api(configuration),
    publicIdentities: new sdk.PublicIdentitiesV2024Api(configuration),
    requests: new sdk.AccessRequestsV2024Api(configuration),
    roles: new sdk.RolesV2024Api(configuration),
    savedSearches: new sdk.SavedSearchV2024Api(configuration),
    search: new sdk.SearchV2024Api(configuration),
    sources: new sdk.SourcesV2024Api(configuration),
    triggers: new sdk.TriggersV2024Api(configuration),
    workItems: new sdk.WorkItemsV2024Api(configuration),
  };
}

const inOurVersion = ({ host, method, path, query, body }: Sent): object => ({
  ...{ host, method, query, body },
  path: path.replace(/^\/v20\d\d\//, '/v2025/'),
});

/** An id of the simulated tenant. */
const id = (kind: number, number: number) =>
  `ca57e11a${kind.toString(16).padStart(4, '0')}40008000${number.toString(16).padStart(12, '0')}`;
const ada = id(0x51, 1);
const marco = id(0x51, 2);
const jane = id(0x51, 3);
const source = id(0x52, 1);
const account = id(0x53, 3);
const profile = id(0x55, 2);
const request = id(0x57, 1);
const campaign = id(0x58, 1);
const pastCampaign = id(0x58, 2);
const certification = id(0x59, 1);
const reviewItem = id(0x5a, 1);
const subscription = id(0x5b, 1);
const invocation = id(0x5c, 2);
const approval = id(0x62, 1);

const experimental = { xSailPointExperimental: 'true' };
const page = { limit: 250, offset: 0 };
const clientMetadata = { castellanEffect: testKey };

const searched = {
  ...{ indices: ['identities'], query: { query: 'attributes.department:Engineering' } },
  ...{ queryType: 'SAILPOINT', includeNested: false, sort: ['id'] },
} as never;
const search = { indices: ['identities'], query: 'attributes.department:Engineering', includeNested: false };

const httpConfig = {
  url: 'http://127.0.0.1:1/hooks/sailpoint',
  httpDispatchMode: 'SYNC',
  httpAuthenticationType: 'NO_AUTH',
};
const wanted = { triggerId: 'idn:identity-created', name: 'Joiners', type: 'HTTP', httpConfig, enabled: true };

const asked = (requestType: string) => ({
  requestedFor: [jane],
  requestType,
  requestedItems: [{ type: 'ACCESS_PROFILE', id: profile, comment: 'New in the team.', clientMetadata }],
  clientMetadata,
});
const access = {
  identityId: jane,
  items: [{ type: 'ACCESS_PROFILE', id: profile, comment: 'New in the team.' }],
};

judge({
  connector: 'sailpoint',
  sdk: 'sailpoint-api-client',
  client: clientsOf,
  headers: ['content-type'],
  plain: inOurVersion,
  test: { sdk: ({ publicIdentities }) => publicIdentities.getPublicIdentities({ limit: 1 }) },
  cases: {
    listIdentities: {
      input: { email: 'jane.doe@example.com' },
      sdk: async ({ identities }) => {
        const { data } = await identities.listIdentities({ filters: 'email eq "jane.doe@example.com"', ...page });
        if (data[0]?.id !== jane) throw new Error('The SDK did not find Jane.');
      },
    },
    getIdentity: { input: { identityId: jane }, sdk: ({ identities }) => identities.getIdentity({ id: jane }) },
    listAccounts: {
      input: { identityId: jane, uncorrelated: false },
      sdk: ({ accounts }) =>
        accounts.listAccounts({ filters: `identityId eq "${jane}" and uncorrelated eq false`, ...page }),
    },
    getAccount: { input: { accountId: account }, sdk: ({ accounts }) => accounts.getAccount({ id: account }) },
    awaitAccount: {
      input: { accountId: account, wanted: 'enabled' },
      sdk: ({ accounts }) => accounts.getAccount({ id: account }),
    },
    enableAccount: {
      input: { accountId: account },
      sdk: ({ accounts }) =>
        accounts.enableAccount({ id: account, accountToggleRequestV2024: { forceProvisioning: false } }),
    },
    disableAccount: {
      input: { accountId: account, email: 'jane.doe@example.com', forceProvisioning: true },
      sdk: ({ accounts }) =>
        accounts.disableAccount({ id: account, accountToggleRequestV2024: { forceProvisioning: true } }),
    },
    unlockAccount: {
      input: { accountId: account, unlockIdentity: true },
      sdk: ({ accounts }) =>
        accounts.unlockAccount({
          id: account,
          accountUnlockRequestV2024: { forceProvisioning: false, unlockIDNAccount: true },
        }),
    },
    search: {
      input: search,
      sdk: async ({ search }) => {
        const { data } = await search.searchPost({ searchV2024: searched, limit: 250 });
        if (data.length !== 3) throw new Error('The SDK did not find the three of Engineering.');
      },
    },
    countSearch: { input: search, sdk: ({ search }) => search.searchCount({ searchV2024: searched }) },
    listSavedSearches: { input: {}, sdk: ({ savedSearches }) => savedSearches.listSavedSearches(page) },
    getSavedSearch: {
      input: { savedSearchId: id(0x5f, 1) },
      sdk: ({ savedSearches }) => savedSearches.getSavedSearch({ id: id(0x5f, 1) }),
    },
    sendSearchReport: {
      input: { savedSearchId: id(0x5f, 1), recipientIds: [jane] },
      sdk: ({ savedSearches }) =>
        savedSearches.executeSavedSearch({
          id: id(0x5f, 1),
          searchArgumentsV2024: { recipients: [{ type: 'IDENTITY', id: jane }] },
        }),
    },
    requestAccess: {
      input: access,
      sdk: ({ requests }) => requests.createAccessRequest({ accessRequestV2024: asked('GRANT_ACCESS') as never }),
    },
    requestRevocation: {
      input: access,
      sdk: ({ requests }) => requests.createAccessRequest({ accessRequestV2024: asked('REVOKE_ACCESS') as never }),
    },
    cancelAccessRequest: {
      input: { accessRequestId: request, comment: 'No longer needed.' },
      sdk: ({ requests }) =>
        requests.cancelAccessRequest({
          cancelAccessRequestV2024: { accountActivityId: request, comment: 'No longer needed.' },
        }),
    },
    listAccessRequests: {
      input: { requestedFor: jane, executing: true },
      sdk: ({ requests }) =>
        requests.listAccessRequestStatus({ requestedFor: jane, requestState: 'EXECUTING', ...page }),
    },
    awaitAccessRequest: {
      input: { accessRequestId: id(0x57, 2) },
      sdk: ({ requests }) =>
        requests.listAccessRequestStatus({ filters: `accessRequestId eq "${id(0x57, 2)}"`, ...page }),
    },
    listPendingApprovals: {
      input: { ownerId: ada },
      sdk: ({ approvals }) => approvals.listPendingApprovals({ ownerId: ada, ...page }),
    },
    listCompletedApprovals: {
      input: { requestedFor: jane },
      sdk: ({ approvals }) => approvals.listCompletedApprovals({ filters: `requestedFor.id eq "${jane}"`, ...page }),
    },
    approveAccessRequest: {
      input: { approvalId: approval, comment: 'As agreed.' },
      sdk: ({ approvals }) =>
        approvals.approveAccessRequest({ approvalId: approval, commentDtoV2024: { comment: 'As agreed.' } }),
    },
    rejectAccessRequest: {
      input: { approvalId: approval, comment: 'Nobody is on call.' },
      sdk: ({ approvals }) =>
        approvals.rejectAccessRequest({ approvalId: approval, commentDtoV2024: { comment: 'Nobody is on call.' } }),
    },
    forwardAccessRequest: {
      input: { approvalId: approval, newOwnerId: marco, comment: 'Yours.' },
      sdk: ({ approvals }) =>
        approvals.forwardAccessRequest({
          approvalId: approval,
          forwardApprovalDtoV2024: { newOwnerId: marco, comment: 'Yours.' },
        }),
    },
    listAccountActivities: {
      input: { requestedFor: jane, since: '2026-01-01T00:00:00Z' },
      sdk: ({ activities }) =>
        activities.listAccountActivities({
          ...{ requestedFor: jane, filters: 'created ge 2026-01-01T00:00:00Z' },
          ...page,
        }),
    },
    getAccountActivity: {
      input: { activityId: id(0x5e, 1) },
      sdk: ({ activities }) => activities.getAccountActivity({ id: id(0x5e, 1) }),
    },
    listWorkItems: {
      input: { ownerId: marco },
      sdk: ({ workItems }) => workItems.listWorkItems({ ownerId: marco, ...page }),
    },
    getWorkItem: {
      input: { workItemId: id(0x5d, 1) },
      sdk: ({ workItems }) => workItems.getWorkItem({ id: id(0x5d, 1) }),
    },
    listCampaigns: {
      input: { status: 'STAGED' },
      sdk: ({ campaigns }) => campaigns.getActiveCampaigns({ filters: 'status eq "STAGED"', ...page }),
    },
    getCampaign: { input: { campaignId: campaign }, sdk: ({ campaigns }) => campaigns.getCampaign({ id: campaign }) },
    awaitCampaign: { input: { campaignId: campaign }, sdk: ({ campaigns }) => campaigns.getCampaign({ id: campaign }) },
    createCampaign: {
      input: {
        ...{ name: 'A change of team', description: 'What is still needed?', type: 'SEARCH' },
        search: { type: 'IDENTITY', query: `id:${jane}`, reviewerId: ada },
      },
      sdk: ({ campaigns }) =>
        campaigns.createCampaign({
          campaignV2024: {
            ...{ name: 'A change of team', description: 'What is still needed?', type: 'SEARCH' },
            ...{ emailNotificationEnabled: false, autoRevokeAllowed: false },
            searchCampaignInfo: { type: 'IDENTITY', query: `id:${jane}`, reviewer: { type: 'IDENTITY', id: ada } },
          } as never,
        }),
    },
    activateCampaign: {
      input: { campaignId: campaign, timeZone: 'Europe/Zurich' },
      sdk: ({ campaigns }) =>
        campaigns.startCampaign({ id: campaign, activateCampaignOptionsV2024: { timeZone: 'Europe/Zurich' } }),
    },
    completeCampaign: {
      input: { campaignId: pastCampaign, autoCompleteAction: 'APPROVE' },
      sdk: ({ campaigns }) =>
        campaigns.completeCampaign({
          id: pastCampaign,
          campaignCompleteOptionsV2024: { autoCompleteAction: 'APPROVE' },
        }),
    },
    listCertifications: {
      input: { campaignId: pastCampaign, reviewerId: marco },
      sdk: ({ certifications }) =>
        certifications.listIdentityCertifications({
          ...{ reviewerIdentity: marco, filters: `campaign.id eq "${pastCampaign}"` },
          ...page,
        }),
    },
    getCertification: {
      input: { certificationId: certification },
      sdk: ({ certifications }) => certifications.getIdentityCertification({ id: certification }),
    },
    listReviewItems: {
      input: { certificationId: certification, undecided: true },
      sdk: ({ certifications }) =>
        certifications.listIdentityAccessReviewItems({ id: certification, filters: 'completed eq false', ...page }),
    },
    decideReviewItems: {
      input: { certificationId: certification, decisions: [{ id: reviewItem, decision: 'REVOKE', comments: 'Left.' }] },
      sdk: ({ certifications }) =>
        certifications.makeIdentityDecision({
          id: certification,
          reviewDecisionV2024: [{ id: reviewItem, decision: 'REVOKE', bulk: false, comments: 'Left.' }],
        }),
    },
    signOffCertification: {
      input: { certificationId: id(0x59, 2) },
      sdk: ({ certifications }) => certifications.signOffIdentityCertification({ id: id(0x59, 2) }),
    },
    listRoles: { input: {}, sdk: ({ roles }) => roles.listRoles({ limit: 50, offset: 0 }) },
    listAccessProfiles: {
      input: { name: 'AWS', sourceId: source },
      sdk: ({ profiles }) =>
        profiles.listAccessProfiles({ filters: `name sw "AWS" and source.id eq "${source}"`, ...page }),
    },
    listEntitlements: {
      input: { sourceId: source },
      sdk: ({ entitlements }) => entitlements.listEntitlements({ filters: `source.id eq "${source}"`, ...page }),
    },
    listSources: { input: {}, sdk: ({ sources }) => sources.listSources(page) },
    listGovernanceGroups: {
      headers: ['x-sailpoint-experimental'],
      input: {},
      sdk: ({ groups }) => groups.listWorkgroups({ limit: 50, offset: 0 }),
    },
    getGovernanceGroup: {
      headers: ['x-sailpoint-experimental'],
      input: { groupId: id(0x60, 1) },
      sdk: ({ groups }) => groups.getWorkgroup({ id: id(0x60, 1) }),
    },
    listTriggers: { input: {}, sdk: ({ triggers }) => triggers.listTriggers(page) },
    listSubscriptions: {
      input: { triggerId: 'idn:identity-created' },
      sdk: ({ triggers }) =>
        triggers.listSubscriptions({ ...experimental, filters: 'triggerId eq "idn:identity-created"', ...page }),
    },
    createSubscription: {
      input: wanted,
      sdk: ({ triggers }) => triggers.createSubscription({ subscriptionPostRequestV2024: wanted as never }),
    },
    updateSubscription: {
      input: { subscriptionId: subscription, name: 'Leavers', httpConfig },
      sdk: async ({ triggers }) => {
        const { data } = await triggers.listSubscriptions({
          ...experimental,
          filters: `id eq "${subscription}"`,
          ...page,
        });
        const { id: _, triggerId: __, triggerName: ___, httpConfig: ____, ...now } = data[0]!;
        const changed = { ...now, name: 'Leavers', httpConfig };
        return triggers.updateSubscription({ id: subscription, subscriptionPutRequestV2024: changed as never });
      },
    },
    deleteSubscription: {
      input: { subscriptionId: subscription },
      sdk: ({ triggers }) => triggers.deleteSubscription({ ...experimental, id: subscription }),
    },
    validateSubscriptionFilter: {
      input: { filter: '$.changes[?(@.attribute == "department")]', input: { changes: [] } },
      sdk: ({ triggers }) =>
        triggers.testSubscriptionFilter({
          validateFilterInputDtoV2024: {
            filter: '$.changes[?(@.attribute == "department")]',
            input: { changes: [] },
          },
        }),
    },
    testInvocation: {
      input: { triggerId: 'idn:source-created', input: { id: '1' }, subscriptionIds: [subscription] },
      sdk: ({ triggers }) =>
        triggers.startTestTriggerInvocation({
          testInvocationV2024: {
            ...{ triggerId: 'idn:source-created', input: { id: '1' }, subscriptionIds: [subscription] },
            contentJson: {},
          },
        }),
    },
    listInvocations: {
      input: { subscriptionId: subscription },
      sdk: ({ triggers }) =>
        triggers.listTriggerInvocationStatus({
          ...{ filters: `subscriptionId eq "${subscription}"`, sorters: '-created' },
          ...page,
        }),
    },
    completeInvocation: {
      input: {
        ...{ invocationId: invocation, secret: 'secret-of-the-waiting-invocation' },
        output: { approved: true, comment: '', approver: 'marco.reyes' },
      },
      sdk: ({ triggers }) =>
        triggers.completeTriggerInvocation({
          id: invocation,
          completeInvocationV2024: {
            secret: 'secret-of-the-waiting-invocation',
            output: { approved: true, comment: '', approver: 'marco.reyes' },
          },
        }),
    },
  },
});
