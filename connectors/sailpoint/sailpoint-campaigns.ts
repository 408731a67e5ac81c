import { FatalError, type Host, type JsonObject, operation, parseAnswer, path, RetryableError } from '@castellan/sdk';
import { z } from 'zod';
import { ada, jane, sailpointId } from './sailpoint-company.js';
import { allOf, condition, filters, limit, listOf, listRequest, offsetPages } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';

const campaignId = z.string().min(1).meta({ title: 'Campaign' });

const campaign = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  type: z.string(),
  status: z
    .string()
    .nullish()
    .describe('PENDING while it is made, STAGED until it is started, ACTIVATING, ACTIVE, COMPLETING, COMPLETED.'),
  deadline: z.string().nullish(),
  created: z.string().nullish(),
  totalCertifications: z.int().nullish(),
  completedCertifications: z.int().nullish(),
  emailNotificationEnabled: z.boolean().nullish(),
  autoRevokeAllowed: z.boolean().nullish(),
});

/** A campaign as it was made, whatever has become of it. */
const made = campaign.pick({ id: true, name: true, description: true, type: true, deadline: true, created: true });

const listDocs = `${docs}/get-active-campaigns`;

async function statusOf({ http }: Host, id: string): Promise<string | null> {
  const { body } = await http.send({ method: 'GET', path: path`/campaigns/${id}` });
  return parseAnswer(campaign, body, `${docs}/get-campaign`).status ?? null;
}

const before = async ({ campaignId }: { campaignId: string }, host: Host) => ({
  status: await statusOf(host, campaignId),
});

/** In which states a campaign has come so far. */
const reached = {
  prepared: ['STAGED', 'ACTIVATING', 'ACTIVE', 'COMPLETING', 'COMPLETED', 'ARCHIVED'],
  started: ['ACTIVE', 'COMPLETING', 'COMPLETED', 'ARCHIVED'],
} as const;

/** Some ten minutes in looks ever further apart, and then one each five minutes for six hours: a large campaign takes long. */
const looks = { attempts: 85, firstSeconds: 5, factor: 1.5, maxSeconds: 300 };

/** The result where a campaign has come as far as wanted, or is on its way. */
async function ifPast(id: string, past: string[], host: Host) {
  const status = await statusOf(host, id);
  return past.includes(status ?? '') ? { campaignId: id, submitted: true as const } : null;
}

const submitted = z
  .object({ campaignId: z.string(), submitted: z.literal(true) })
  .describe('SailPoint has taken it on; the campaign’s status tells when it is done.');

const campaignObject = (id: string, title?: string) => ({ type: 'sailpoint_campaign', id, title });

const input = z.strictObject({
  name: z.string().min(1).meta({ title: 'Name' }).describe('By it a campaign is known again: give each its own.'),
  description: z.string().min(1).meta({ title: 'Description' }),
  type: z
    .enum(['MANAGER', 'SOURCE_OWNER', 'SEARCH', 'ROLE_COMPOSITION'])
    .meta({ title: 'Type' })
    .describe('Who reviews: managers, owners of sources, or for SEARCH and ROLE_COMPOSITION whoever is named.'),
  deadline: z.iso.datetime().optional().meta({ title: 'Deadline' }),
  emailNotificationEnabled: z.boolean().default(false).meta({ title: 'Reviewers get e-mail' }),
  autoRevokeAllowed: z
    .boolean()
    .default(false)
    .meta({ title: 'What is undecided may be revoked' })
    .describe('When it is completed after its deadline.'),
  sourceIds: z.array(z.string().min(1)).optional().meta({ title: 'Sources' }).describe('For SOURCE_OWNER.'),
  search: z
    .strictObject({
      type: z.enum(['IDENTITY', 'ACCESS']).meta({ title: 'Reviewed are' }),
      query: z.string().min(1).meta({ title: 'Query' }),
      reviewerId: z
        .string()
        .min(1)
        .optional()
        .meta({ title: 'Reviewer' })
        .describe('Left out: managers, for IDENTITY.'),
    })
    .optional()
    .meta({ title: 'Search' })
    .describe('For SEARCH.'),
  roles: z
    .strictObject({
      roleIds: z.array(z.string().min(1)).min(1).meta({ title: 'Roles' }),
      reviewerId: z.string().min(1).optional().meta({ title: 'Reviewer' }).describe('Left out: the roles’ owners.'),
      remediatorId: z.string().min(1).meta({ title: 'Carried out by' }).describe('Who changes what is not approved.'),
    })
    .optional()
    .meta({ title: 'Roles' })
    .describe('For ROLE_COMPOSITION.'),
});
type Input = z.output<typeof input>;

const needed = { SOURCE_OWNER: 'sourceIds', SEARCH: 'search', ROLE_COMPOSITION: 'roles' } as const;

function bodyOf({ sourceIds, search, roles, ...rest }: Input): JsonObject {
  const identity = (id: string) => ({ type: 'IDENTITY', id });
  return {
    ...(rest as JsonObject),
    ...(sourceIds ? { sourceOwnerCampaignInfo: { sourceIds } } : {}),
    ...(search
      ? {
          searchCampaignInfo: {
            ...{ type: search.type, query: search.query },
            ...(search.reviewerId ? { reviewer: identity(search.reviewerId) } : {}),
          },
        }
      : {}),
    ...(roles
      ? {
          roleCompositionCampaignInfo: {
            ...{ roleIds: roles.roleIds, remediatorRef: identity(roles.remediatorId) },
            ...(roles.reviewerId ? { reviewer: identity(roles.reviewerId) } : {}),
          },
        }
      : {}),
  };
}

const sample = {
  ...{ id: sailpointId('campaign', 1), name: 'Engineering, first quarter', type: 'MANAGER', status: 'STAGED' },
  ...{ description: 'Does everybody still need what they have?', deadline: '2026-02-12T09:00:00.000Z' },
  ...{ created: '2026-01-12T09:00:00.000Z', totalCertifications: 1, completedCertifications: 0 },
};

export const campaignOperations = {
  listCampaigns: operation({
    title: 'List certification campaigns',
    docs: listDocs,
    summary: 'Campaigns and how far each is.',
    input: z.strictObject({
      status: z
        .enum(['PENDING', 'STAGED', 'ACTIVATING', 'ACTIVE', 'COMPLETING', 'COMPLETED', 'ERROR', 'ARCHIVED'])
        .optional()
        .meta({ title: 'Status' }),
      name: z.string().min(1).optional().meta({ title: 'Name begins with' }),
      filters: filters('status in ("ACTIVE", "STAGED")'),
      limit,
    }),
    output: listOf(campaign),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ status, name, filters }) =>
      listRequest(path`/campaigns`, {
        filters: allOf(condition('status', 'eq', status), condition('name', 'sw', name), filters ? [filters] : []),
      }),
    paginate: offsetPages,
    sample: { input: {}, output: { items: [sample] } },
  }),

  getCampaign: operation({
    title: 'Get a certification campaign',
    docs: `${docs}/get-campaign`,
    summary: 'One campaign and how far it is.',
    input: z.strictObject({ campaignId }),
    output: campaign,
    options: { '/campaignId': 'listCampaigns' },
    effect: 'read',
    request: ({ campaignId }) => ({ method: 'GET', path: path`/campaigns/${campaignId}` }),
    sample: { input: { campaignId: sample.id }, output: sample },
  }),

  createCampaign: operation({
    title: 'Create a certification campaign',
    docs: `${docs}/create-campaign`,
    summary: 'Has SailPoint prepare a campaign. When it is STAGED (“Campaign generated” tells it), it can be started.',
    input,
    output: made,
    options: { '/sourceIds/*': 'listSources', '/search/reviewerId': 'listIdentities', '/roles/roleIds/*': 'listRoles' },
    check: (input) => {
      const field = needed[input.type as keyof typeof needed];
      return field && input[field] === undefined
        ? [{ pointer: `/${field}`, message: `A campaign of type ${input.type} needs it.` }]
        : [];
    },
    effect: 'write',
    idempotency: 'lookup',
    changes: ({ name }) => [{ action: 'create', object: campaignObject(name, name) }],
    request: (input) => ({ method: 'POST', path: path`/campaigns`, body: bodyOf(input) }),
    lookup: async ({ name }, { http }) => {
      const { body } = await http.send(
        listRequest(path`/campaigns`, { filters: allOf(condition('name', 'eq', name)) }),
      );
      return parseAnswer(z.array(made), body, listDocs)[0] ?? null;
    },
    sample: {
      input: {
        name: 'Jane Doe, change of team',
        description: 'What does Jane still need?',
        type: 'SEARCH',
        deadline: '2026-03-01T09:00:00.000Z',
        search: { type: 'IDENTITY', query: `id:${jane.id}`, reviewerId: ada.id },
      },
      output: {
        ...{ id: sailpointId('campaign', 9), name: 'Jane Doe, change of team', type: 'SEARCH' },
        ...{ description: 'What does Jane still need?', deadline: '2026-03-01T09:00:00.000Z' },
      },
    },
  }),

  awaitCampaign: operation({
    title: 'Wait until a campaign is prepared or started',
    docs: `${docs}/get-campaign`,
    summary: 'Goes on when SailPoint has a campaign ready to be started, or started; fails when it could not.',
    input: z.strictObject({
      campaignId,
      wanted: z.enum(['prepared', 'started']).default('prepared').meta({ title: 'What is awaited' }),
    }),
    output: campaign,
    options: { '/campaignId': 'listCampaigns' },
    effect: 'read',
    retry: looks,
    run: async ({ campaignId, wanted }, { http }) => {
      const { body } = await http.send({ method: 'GET', path: path`/campaigns/${campaignId}` });
      const found = parseAnswer(campaign, body, `${docs}/get-campaign`);
      const status = found.status ?? '';
      if ((reached[wanted] as readonly string[]).includes(status)) return found;
      if (status === 'ERROR' || status === 'CANCELING') {
        throw new FatalError(`SailPoint says ${status} of the campaign.`, { vendorMessage: status });
      }
      throw new RetryableError(`The campaign is not ${wanted} yet: it is ${status || 'without a status'}.`, {
        code: 'E_TIMEOUT',
      });
    },
    sample: { input: { campaignId: sample.id }, output: sample },
  }),

  activateCampaign: operation({
    title: 'Start a certification campaign',
    docs: `${docs}/start-campaign`,
    summary: 'Starts a campaign that is STAGED: its reviewers are asked.',
    input: z.strictObject({
      campaignId,
      timeZone: z
        .string()
        .min(1)
        .optional()
        .meta({ title: 'Time zone' })
        .describe('In which the deadline is meant, as an offset or a name, such as -05:00 or Europe/Zurich.'),
    }),
    output: submitted,
    options: { '/campaignId': 'listCampaigns' },
    effect: 'write',
    idempotency: 'lookup',
    changes: ({ campaignId }) => [{ action: 'notify', object: campaignObject(campaignId) }],
    before,
    request: ({ campaignId, timeZone }) => ({
      method: 'POST',
      path: path`/campaigns/${campaignId}/activate`,
      body: { ...(timeZone ? { timeZone } : {}) },
    }),
    response: (_, { campaignId }) => ({ campaignId, submitted: true }),
    lookup: ({ campaignId }, host) => ifPast(campaignId, ['ACTIVATING', 'ACTIVE', 'COMPLETING', 'COMPLETED'], host),
    sample: {
      input: { campaignId: sample.id },
      output: { campaignId: sample.id, submitted: true },
      before: { status: 'STAGED' },
    },
  }),

  completeCampaign: operation({
    title: 'Complete a certification campaign',
    docs: `${docs}/complete-campaign`,
    summary: 'Ends a campaign that is past its deadline; what nobody has decided is approved or revoked at once.',
    input: z.strictObject({
      campaignId,
      autoCompleteAction: z
        .enum(['APPROVE', 'REVOKE'])
        .meta({ title: 'What is undecided' })
        .describe('APPROVE: everybody keeps it. REVOKE: it is taken away.'),
    }),
    output: submitted,
    options: { '/campaignId': 'listCampaigns' },
    effect: 'destructive',
    idempotency: 'lookup',
    changes: ({ campaignId, autoCompleteAction }) => [
      { action: autoCompleteAction === 'REVOKE' ? 'revoke' : 'update', object: campaignObject(campaignId) },
    ],
    before,
    request: ({ campaignId, autoCompleteAction }) => ({
      method: 'POST',
      path: path`/campaigns/${campaignId}/complete`,
      body: { autoCompleteAction },
    }),
    response: (_, { campaignId }) => ({ campaignId, submitted: true }),
    lookup: ({ campaignId }, host) => ifPast(campaignId, ['COMPLETING', 'COMPLETED', 'ARCHIVED'], host),
    sample: {
      input: { campaignId: sailpointId('campaign', 2), autoCompleteAction: 'REVOKE' },
      output: { campaignId: sailpointId('campaign', 2), submitted: true },
      before: { status: 'ACTIVE' },
    },
  }),
};
