import { z } from 'zod';
import { accountStatuses } from './directory.js';
import { Id, Instant, Page, PageQuery } from './page.js';
import { route } from './route.js';
import { runStatuses } from './runs.js';

/** Limits of teams. */
export const teamLimits = { nameLength: 75, descriptionLength: 1_000, ruleLength: 8_192, addedAtOnce: 200 } as const;

export const resourceModes = ['pull', 'push', 'paused'] as const;
export type ResourceMode = (typeof resourceModes)[number];

const text = z.string().nullable();

/** A group that lives here. */
export const Team = z
  .object({
    id: Id,
    name: z.string(),
    description: z.string(),
    /** CEL over `person` and `payload`; null: members are named by hand. */
    rule: text,
    ruleState: z
      .object({
        /** It is to be evaluated again. */
        due: z.boolean(),
        error: text,
        /** People on whom it failed: they stay what they were. */
        failures: z.number().int(),
        evaluatedAt: Instant.nullable(),
      })
      .nullable(),
    members: z.number().int(),
    resources: z.number().int(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Team' });
export type Team = z.infer<typeof Team>;

/** One time that somebody was in a team. */
export const TeamMember = z
  .object({
    id: Id,
    /** The person’s address, in lower case. */
    email: z.string(),
    displayName: text,
    department: text,
    /** Null: no directory knows the address. */
    status: z.enum(accountStatuses).nullable(),
    /** Null: the rule. */
    addedBy: text,
    addedAt: Instant,
    removedBy: text,
    removedAt: Instant.nullable(),
  })
  .meta({ id: 'TeamMember' });
export type TeamMember = z.infer<typeof TeamMember>;

const Difference = z.object({
  adds: z.number().int(),
  removes: z.number().int(),
  /** Members who have no account in the system. */
  withoutAccount: z.number().int(),
  /** Owners and managers of the group who are not in the team, and stay. */
  kept: z.number().int(),
});

/** A group of a system with what is done with it. */
export const Resource = z
  .object({
    id: Id,
    integration: z.object({ id: Id, name: z.string(), connector: z.string(), canPush: z.boolean() }),
    /** Null: it is to be made. */
    group: z
      .object({ id: Id, email: text, displayName: text, members: z.number().int(), removedAt: Instant.nullable() })
      .nullable(),
    team: z.object({ id: Id, name: z.string() }).nullable(),
    mode: z.enum(resourceModes),
    /** What the last push could not do. */
    problem: text,
    /** Between the team and what was read; null without a team, or before the group is there. */
    difference: Difference.nullable(),
  })
  .meta({ id: 'Resource' });
export type Resource = z.infer<typeof Resource>;

/** One line of what a push would do, or leave. */
export const DifferenceLine = z
  .object({
    what: z.enum(['add', 'remove', 'without_account', 'kept']),
    email: z.string(),
    displayName: text,
  })
  .meta({ id: 'ResourceDifferenceLine' });
export type DifferenceLine = z.infer<typeof DifferenceLine>;

/** One run that wrote, or writes, teams to a system. */
export const Push = z
  .object({
    id: Id,
    integrationId: Id,
    runId: Id,
    /** Null: the run is not kept any more. */
    runStatus: z.enum(runStatuses).nullable(),
    wanted: z.object({ creates: z.number().int(), adds: z.number().int(), removes: z.number().int() }),
    /** Null until the run has ended. */
    done: z.object({ creates: z.number().int(), adds: z.number().int(), removes: z.number().int() }).nullable(),
    createdAt: Instant,
    endedAt: Instant.nullable(),
  })
  .meta({ id: 'Push' });
export type Push = z.infer<typeof Push>;

/** How an integration pushes. */
export const PushSetup = z
  .object({
    /** Why members of groups are not written in this system; null: they are. */
    onlyRead: text,
    canCreate: z.boolean(),
    createForTeams: z.boolean(),
    settings: z.record(z.string(), z.unknown()),
    /** JSON Schema of them; null where it cannot push. */
    schema: z.unknown(),
    /** The flow whose runs are the pushes. */
    flow: z.object({ id: Id, name: z.string(), enabled: z.boolean() }).nullable(),
    /** Why no push can begin. */
    problem: text,
    due: z.boolean(),
  })
  .meta({ id: 'PushSetup' });
export type PushSetup = z.infer<typeof PushSetup>;

const rule = z
  .string()
  .trim()
  .min(1)
  .max(teamLimits.ruleLength)
  .nullable()
  .describe('CEL over `person` (the common form) and `payload`; null: members are named by hand');
const changeable = {
  name: z.string().trim().min(1).max(teamLimits.nameLength),
  description: z.string().trim().max(teamLimits.descriptionLength),
  rule,
};

/** What a rule makes of somebody. */
export const RuledPerson = z
  .object({
    email: z.string(),
    displayName: text,
    department: text,
    /** Against the members that the team has now. */
    becomes: z.enum(['joins', 'stays', 'leaves', 'fails']),
    error: text,
  })
  .meta({ id: 'RuledPerson' });
export type RuledPerson = z.infer<typeof RuledPerson>;

const teams = '/workspaces/:ws/teams';
const one = `${teams}/:id`;
const integration = '/workspaces/:ws/integrations/:id';

export const teamRoutes = {
  list: route({
    method: 'GET',
    path: teams,
    access: 'directory:read',
    summary: 'Teams, by name',
    query: PageQuery.extend({ q: z.string().max(200).optional() }),
    answer: Page(Team),
  }),
  create: route({
    method: 'POST',
    path: teams,
    access: 'team:write',
    summary: 'Make a team; integrations that make resources for new teams make theirs',
    status: 201,
    body: z.strictObject({
      name: changeable.name,
      description: changeable.description.default(''),
      rule: rule.default(null),
    }),
    answer: Team,
  }),
  get: route({ method: 'GET', path: one, access: 'directory:read', summary: 'One team', answer: Team }),
  save: route({
    method: 'PUT',
    path: one,
    access: 'team:write',
    summary: 'Change a team; what is left out stays',
    body: z.strictObject(changeable).partial(),
    answer: Team,
  }),
  remove: route({
    method: 'POST',
    path: `${one}/remove`,
    access: 'team:write',
    summary: 'Remove a team, by its name. Its resources go back to pull, and their groups stay as they are',
    body: z.strictObject({ name: z.string() }),
    answer: z.object({ removed: z.literal(true) }),
  }),
  members: route({
    method: 'GET',
    path: `${one}/members`,
    access: 'directory:read',
    summary: 'Who is in a team, or was',
    query: PageQuery.extend({
      gone: z.enum(['present', 'gone']).default('present'),
      q: z.string().max(200).optional(),
    }),
    answer: Page(TeamMember),
  }),
  addMembers: route({
    method: 'POST',
    path: `${one}/members`,
    access: 'team:write',
    summary: 'Add people by hand, by their addresses. Who is a member stays one',
    body: z.strictObject({ emails: z.array(z.email().toLowerCase()).min(1).max(teamLimits.addedAtOnce) }),
    answer: z.object({ added: z.number().int() }),
  }),
  removeMember: route({
    method: 'POST',
    path: `${one}/members/remove`,
    access: 'team:write',
    summary: 'Take somebody out of a team',
    body: z.strictObject({ email: z.string().max(320) }),
    answer: z.object({ removed: z.boolean() }),
  }),
  rulePreview: route({
    method: 'POST',
    path: '/workspaces/:ws/team-rule-preview',
    access: 'team:write',
    summary: 'Try a rule on everybody whom the primary directory knows; nothing is kept',
    body: z.strictObject({ rule: rule.unwrap(), teamId: Id.optional() }),
    answer: z.object({
      people: z.number().int(),
      joins: z.number().int(),
      stays: z.number().int(),
      leaves: z.number().int(),
      fails: z.number().int(),
      /** The first 50 of each. */
      items: z.array(RuledPerson),
    }),
  }),

  resources: route({
    method: 'GET',
    path: '/workspaces/:ws/resources',
    access: 'directory:read',
    summary: 'Resources that a team is tied to, or that are paused; all others are pulled',
    query: z.object({ team: Id.optional(), integration: Id.optional() }),
    answer: Page(Resource),
  }),
  setResource: route({
    method: 'PUT',
    path: '/workspaces/:ws/directory/groups/:id/resource',
    access: 'integration:write',
    summary: 'Say whether a group is pulled, pushed or paused, and which team is written to it',
    body: z.strictObject({ mode: z.enum(resourceModes), teamId: Id.nullable() }),
    answer: Resource,
  }),
  dropResource: route({
    method: 'POST',
    path: '/workspaces/:ws/resources/:id/detach',
    access: 'integration:write',
    summary: 'Write nothing more to a resource: it is pulled, without a team, and stays as it is',
    answer: z.object({ detached: z.literal(true) }),
  }),
  difference: route({
    method: 'GET',
    path: '/workspaces/:ws/directory/groups/:id/difference',
    access: 'directory:read',
    summary: 'What a push of a team to a group would do, and leave: the first 200 of each',
    query: z.object({ team: Id }),
    answer: z.object({ counts: Difference, items: z.array(DifferenceLine) }),
  }),

  setup: route({
    method: 'GET',
    path: `${integration}/push`,
    access: 'integration:read',
    summary: 'How an integration pushes',
    answer: PushSetup,
  }),
  saveSetup: route({
    method: 'PUT',
    path: `${integration}/push`,
    access: 'integration:write',
    summary: 'Change how an integration pushes, and whether resources are made for new teams',
    body: z.strictObject({ createForTeams: z.boolean(), settings: z.record(z.string(), z.unknown()) }),
    answer: PushSetup,
  }),
  push: route({
    method: 'POST',
    path: `${integration}/push`,
    access: 'integration:write',
    summary: 'Compare now, and push what differs',
    status: 202,
    answer: PushSetup,
  }),
  pushes: route({
    method: 'GET',
    path: `${integration}/pushes`,
    access: 'integration:read',
    summary: 'Its pushes, newest first',
    query: PageQuery,
    answer: Page(Push),
  }),
};
