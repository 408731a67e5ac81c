import { FatalError, type Host, type JsonObject, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs, resourceId } from './opal-shapes.js';

const visibility = {
  visibility: z
    .enum(['GLOBAL', 'LIMITED'])
    .meta({ title: 'Who sees it' })
    .describe('Everybody, or only members of the groups and who has it.'),
  groupIds: z.array(z.string().min(1)).default([]).meta({ title: 'Groups that see it' }),
};
type Visibility = z.output<z.ZodObject<typeof visibility>>;

const visibilityPath = (id: string) => path`/resources/${id}/visibility`;
const toVisibility = (body: unknown): Visibility => {
  const { visibility: level, visibility_group_ids: groupIds = [] } = body as {
    visibility: Visibility['visibility'];
    visibility_group_ids?: string[];
  };
  return { visibility: level, groupIds };
};

/** What the general rule of a resource says of requests; each may be left as it is. */
const rules = {
  ownerIds: z.array(z.string().min(1)).min(1).optional().meta({ title: 'Owners who review' }),
  requireManagerApproval: z.boolean().optional().meta({ title: 'The manager reviews as well' }),
  autoApproval: z.boolean().optional().meta({ title: 'Approved without a reviewer' }),
  allowRequests: z.boolean().optional().meta({ title: 'May be asked for' }),
  requireMfaToRequest: z.boolean().optional().meta({ title: 'Asking needs a second factor' }),
  requireSupportTicket: z.boolean().optional().meta({ title: 'Asking needs a ticket' }),
  maxDurationMinutes: z.int().min(1).optional().meta({ title: 'At most for, in minutes' }),
};
type Rules = z.output<z.ZodObject<typeof rules>>;

const settings = {
  autoApproval: 'auto_approval',
  allowRequests: 'allow_requests',
  requireMfaToRequest: 'require_mfa_to_request',
  requireSupportTicket: 'require_support_ticket',
  maxDurationMinutes: 'max_duration_minutes',
} as const satisfies Partial<Record<keyof Rules, string>>;

/** A rule for requests as Opal has it, with what we do not know of it. */
type Configuration = JsonObject & { condition?: JsonObject | null; reviewer_stages?: JsonObject[] };

const isGeneral = ({ condition }: Configuration) => Object.keys(condition ?? {}).length === 0;

async function readConfigurations(id: string, { http }: Host): Promise<Configuration[]> {
  const { body } = await http.send({ method: 'GET', path: path`/resources/${id}` });
  return (body as { request_configurations?: Configuration[] }).request_configurations ?? [];
}

/** The rule for everybody for whom no other one is. */
function generalOf(configurations: Configuration[]): Configuration {
  const general = configurations.find(isGeneral);
  if (!general) throw new FatalError('Opal tells no rule of this resource that is for everybody.');
  return general;
}

/** The one stage of reviewers, or none. Several are not written over: what they mean together cannot be said here. */
function stageOf({ reviewer_stages: stages = [] }: Configuration): JsonObject | undefined {
  if (stages.length > 1)
    throw new FatalError('Requests for this resource go through several stages; change them in Opal.');
  return stages[0];
}

const namesReviewers = ({ ownerIds, requireManagerApproval }: Rules) =>
  ownerIds !== undefined || requireManagerApproval !== undefined;

function changed(configuration: Configuration, input: Rules): Configuration {
  const named = Object.entries(settings).flatMap(([ours, theirs]) => {
    const value = input[ours as keyof typeof settings];
    return value === undefined ? [] : [[theirs, value] as const];
  });
  const next = { ...configuration, ...Object.fromEntries(named) };
  if (!namesReviewers(input)) return next;
  const {
    operator = 'OR',
    owner_ids = [],
    require_manager_approval = false,
    ...stage
  } = stageOf(configuration) ?? { stage: 1 };
  const reviewers = {
    ...{ ...stage, operator },
    owner_ids: input.ownerIds ?? owner_ids,
    require_manager_approval: input.requireManagerApproval ?? require_manager_approval,
  };
  return { ...next, reviewer_stages: [reviewers] };
}

/** The values of those settings that an input names. */
function namedIn(configuration: Configuration, input: Rules): JsonObject {
  const stage = namesReviewers(input) ? stageOf(configuration) : undefined;
  const all: Record<keyof Rules, unknown> = {
    ownerIds: stage?.owner_ids,
    requireManagerApproval: stage?.require_manager_approval,
    ...(Object.fromEntries(Object.entries(settings).map(([ours, theirs]) => [ours, configuration[theirs]])) as Record<
      keyof typeof settings,
      unknown
    >),
  };
  const named = Object.entries(all).filter(
    ([name, value]) => input[name as keyof Rules] !== undefined && value != null,
  );
  return Object.fromEntries(named) as JsonObject;
}

const change = (id: string) => [{ action: 'update' as const, object: { type: 'opal_resource', id } }];
const production = 'ca57e11a-0002-4000-8000-000000000001';

/** Who sees a resource, and what a request for it needs. */
export const opalResourceRules = {
  setResourceVisibility: operation({
    title: 'Set who sees a resource',
    docs: `${docs}/resources/set-resource-visibility`,
    summary: 'Shows a resource to everybody, or only to members of some groups. It takes no access away.',
    input: z.strictObject({ resourceId, ...visibility }),
    output: z.object(visibility),
    options: { '/resourceId': 'listResources', '/groupIds/*': 'listGroups' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => change(input.resourceId),
    before: async (input, { http }) =>
      toVisibility((await http.send({ method: 'GET', path: visibilityPath(input.resourceId) })).body) as JsonObject,
    request: (input) => ({
      method: 'PUT',
      path: visibilityPath(input.resourceId),
      body: { visibility: input.visibility, visibility_group_ids: input.groupIds },
    }),
    response: ({ body }) => toVisibility(body),
    undo: (input, _, before) => ({
      operation: 'setResourceVisibility',
      input: { resourceId: input.resourceId, ...(before as JsonObject) },
    }),
    sample: {
      input: { resourceId: production, visibility: 'LIMITED', groupIds: ['ca57e11a-0003-4000-8000-000000000001'] },
      output: { visibility: 'LIMITED', groupIds: ['ca57e11a-0003-4000-8000-000000000001'] },
      before: { visibility: 'GLOBAL', groupIds: [] },
    },
  }),

  setResourceApproval: operation({
    title: 'Set what a request for a resource needs',
    docs: `${docs}/resources/update-resources`,
    summary:
      'Changes who reviews requests for a resource, and what asking needs, for everybody who has no rule of their own. What is not named stays.',
    input: z.strictObject({ resourceId, ...rules }),
    output: z.object(rules),
    options: { '/resourceId': 'listResources', '/ownerIds/*': 'listOwners' },
    check: ({ resourceId: _, ...input }) =>
      Object.values(input).some((value) => value !== undefined)
        ? []
        : [{ pointer: '', message: 'Name at least one setting to change.' }],
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => change(input.resourceId),
    before: async (input, host) => namedIn(generalOf(await readConfigurations(input.resourceId, host)), input),
    run: async ({ resourceId: id, ...input }, host) => {
      const configurations = await readConfigurations(id, host);
      const general = generalOf(configurations);
      const next = changed(general, input);
      await host.http.send({
        method: 'PUT',
        path: path`/resources`,
        body: {
          resources: [
            { resource_id: id, request_configurations: configurations.map((one) => (one === general ? next : one)) },
          ],
        },
      });
      return namedIn(next, input) as Rules;
    },
    // A setting that had no value before cannot be emptied by this call.
    undo: ({ resourceId: id, ...input }, _, before) => {
      const names = Object.keys(input).filter((name) => input[name as keyof Rules] !== undefined);
      if (names.some((name) => !(name in (before as JsonObject)))) return null;
      return { operation: 'setResourceApproval', input: { resourceId: id, ...(before as JsonObject) } };
    },
    sample: {
      input: { resourceId: production, requireManagerApproval: true, autoApproval: false },
      output: { requireManagerApproval: true, autoApproval: false },
      before: { requireManagerApproval: false, autoApproval: false },
    },
  }),
};
