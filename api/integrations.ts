import { z } from 'zod';
import { Id, Instant, Page, PageQuery } from './page.js';
import { route } from './route.js';

/** Limits of integrations. */
export const integrationLimits = { everyHours: 24 * 31, filterLength: 8_192, failuresKept: 100 } as const;

export const recordKinds = ['accounts', 'groups', 'memberships'] as const;
export type RecordKind = (typeof recordKinds)[number];

/** What became of the records of one kind. */
export const RecordCounts = z
  .object({
    read: z.number().int(),
    created: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    /** Gone from the system, and marked so. */
    removed: z.number().int(),
    /** Kept out by the filter, or belonging to an account that is. */
    filtered: z.number().int(),
    /** Not taken, since they do not fit the common form or the filter failed on them. */
    failed: z.number().int(),
  })
  .meta({ id: 'RecordCounts' });
export type RecordCounts = z.infer<typeof RecordCounts>;

export const syncStatuses = ['waiting', 'running', 'asks', 'completed', 'failed', 'cancelled'] as const;

export const SyncRun = z
  .object({
    id: Id,
    integrationId: Id,
    reason: z.enum(['first', 'schedule', 'person']),
    askedBy: z.string().nullable(),
    /** asks: it waits for a person to say whether the many records that are missing are to be marked as removed. */
    status: z.enum(syncStatuses),
    /** What is read at present. */
    phase: z.enum([...recordKinds, 'ending']).nullable(),
    counts: z.object({ accounts: RecordCounts, groups: RecordCounts, memberships: RecordCounts }),
    /** The first of the records that were not taken. */
    failures: z.array(z.object({ kind: z.enum(recordKinds), resource: z.string(), reason: z.string() })),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    /** What is missing of accounts or of groups: how many, of how many, and some of them. */
    asks: z
      .array(
        z.object({
          kind: z.enum(['accounts', 'groups']),
          gone: z.number().int(),
          of: z.number().int(),
          examples: z.array(z.string()),
        }),
      )
      .nullable(),
    /** What was said to that. */
    decision: z.object({ remove: z.boolean(), by: z.string() }).nullable(),
    createdAt: Instant,
    startedAt: Instant.nullable(),
    endedAt: Instant.nullable(),
  })
  .meta({ id: 'SyncRun' });
export type SyncRun = z.infer<typeof SyncRun>;

/** What may be taken in; the words are those of the common form. */
export const ingestContracts = ['DirectoryAccount', 'DirectoryGroup', 'DirectoryMembership'] as const;

/** One thing that an integration does. */
export const SourceOperation = z
  .object({
    name: z.enum(['health_check', 'directory_sync', 'team_push']),
    /** inline: done while somebody waits; reconcile: scheduled, and whatever differs is put right each time. */
    policy: z.enum(['inline', 'reconcile']),
    /** JSON Schema of the settings that it goes by. */
    config: z.unknown(),
    /** The records that it takes in, and no others. */
    ingests: z.array(z.enum(ingestContracts)),
  })
  .meta({ id: 'SourceOperation' });
export type SourceOperation = z.infer<typeof SourceOperation>;

/** A connector whose directory can be synced. */
export const DirectorySourceInfo = z
  .object({
    connector: z.string(),
    title: z.string(),
    /** It gives out identities, so that it may enrich people. */
    mayBePrimary: z.boolean(),
    operations: z.array(SourceOperation),
  })
  .meta({ id: 'DirectorySource' });
export type DirectorySourceInfo = z.infer<typeof DirectorySourceInfo>;

export const Integration = z
  .object({
    id: Id,
    name: z.string(),
    connection: z.object({ id: Id, name: z.string(), simulator: z.boolean() }),
    connector: z.string(),
    mayBePrimary: z.boolean(),
    hasGroups: z.boolean(),
    settings: z.record(z.string(), z.unknown()),
    everyHours: z.number().int(),
    disableGroupSync: z.boolean(),
    filterExpr: z.string().nullable(),
    primaryDirectory: z.boolean(),
    paused: z.boolean(),
    /** The organisation that is synced; known after the first health check that went well. */
    organisation: z.object({ id: z.string(), name: z.string() }).nullable(),
    health: z.object({
      status: z.enum(['untested', 'working', 'failing']),
      message: z.string().nullable(),
      checkedAt: Instant.nullable(),
    }),
    /** Null while it is paused. */
    nextSyncAt: Instant.nullable(),
    /** The newest, which may be under way. */
    lastSync: SyncRun.nullable(),
    /** Records that are there at present. */
    present: z.object({
      accounts: z.number().int(),
      groups: z.number().int(),
      memberships: z.number().int(),
    }),
    /** Fields of the common form that the system tells of accounts; looked for in some hundred of them. */
    attributes: z.array(z.string()),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Integration' });
export type Integration = z.infer<typeof Integration>;

const filterExpr = z
  .string()
  .trim()
  .min(1)
  .max(integrationLimits.filterLength)
  .nullable()
  .describe(
    'CEL over `kind` (account, group or membership), `resource`, `payload` and `envelope`, which has all three; null: everything is taken',
  );

const changeable = {
  name: z.string().trim().min(1).max(120),
  settings: z.record(z.string(), z.unknown()).describe('As the source’s schema says'),
  everyHours: z.number().int().min(1).max(integrationLimits.everyHours),
  disableGroupSync: z.boolean(),
  filterExpr,
  primaryDirectory: z.boolean().describe('At most one of a workspace: this one from then on, and no other'),
};

/** One record of the system, and whether the filter lets it in. */
export const FilteredRecord = z
  .object({
    kind: z.enum(['account', 'group', 'membership']),
    resource: z.string(),
    /** A name for people. */
    title: z.string(),
    payload: z.unknown(),
    /** Null where the filter failed. */
    passes: z.boolean().nullable(),
    /** Why the filter failed, or the record does not fit the common form. */
    error: z.string().nullable(),
  })
  .meta({ id: 'FilteredRecord' });
export type FilteredRecord = z.infer<typeof FilteredRecord>;

const integrations = '/workspaces/:ws/integrations';

export const integrationRoutes = {
  sources: route({
    method: 'GET',
    path: '/workspaces/:ws/integration-sources',
    access: 'integration:read',
    summary: 'Connectors whose directory can be synced',
    answer: Page(DirectorySourceInfo),
  }),
  list: route({
    method: 'GET',
    path: integrations,
    access: 'integration:read',
    summary: 'Integrations',
    answer: Page(Integration),
  }),
  create: route({
    method: 'POST',
    path: integrations,
    access: 'integration:write',
    summary: 'Sync the directory that a connection reaches; it is checked at once, and read for the first time',
    status: 201,
    body: z.strictObject({
      connectionId: Id,
      name: changeable.name,
      settings: changeable.settings.default({}),
      everyHours: changeable.everyHours.default(24),
      disableGroupSync: changeable.disableGroupSync.default(false),
      filterExpr: filterExpr.default(null),
      primaryDirectory: changeable.primaryDirectory.default(false),
    }),
    answer: Integration,
  }),
  get: route({
    method: 'GET',
    path: `${integrations}/:id`,
    access: 'integration:read',
    summary: 'One integration',
    answer: Integration,
  }),
  save: route({
    method: 'PUT',
    path: `${integrations}/:id`,
    access: 'integration:write',
    summary: 'Change an integration; what is left out stays. The next sync goes by it',
    body: z.strictObject(changeable).partial(),
    answer: Integration,
  }),
  remove: route({
    method: 'POST',
    path: `${integrations}/:id/remove`,
    access: 'integration:write',
    summary:
      'Remove an integration, by its name. A sync stops at once, the system stays as it is, and what was read is kept as removed',
    body: z.strictObject({ name: z.string() }),
    answer: z.object({ removed: z.literal(true) }),
  }),
  sync: route({
    method: 'POST',
    path: `${integrations}/:id/sync`,
    access: 'integration:sync',
    summary: 'Sync now; the one that is under way, if there is one',
    status: 202,
    answer: SyncRun,
  }),
  pause: route({
    method: 'POST',
    path: `${integrations}/:id/pause`,
    access: 'integration:write',
    summary: 'Sync no more until it is resumed; one under way stops at once',
    answer: Integration,
  }),
  resume: route({
    method: 'POST',
    path: `${integrations}/:id/resume`,
    access: 'integration:write',
    summary: 'Sync again, at once and then by the schedule',
    answer: Integration,
  }),
  health: route({
    method: 'POST',
    path: `${integrations}/:id/health`,
    access: 'integration:sync',
    summary: 'Ask the system now whether its directory can be read',
    answer: Integration,
  }),
  syncs: route({
    method: 'GET',
    path: `${integrations}/:id/syncs`,
    access: 'integration:read',
    summary: 'Its syncs, newest first',
    query: PageQuery,
    answer: Page(SyncRun),
  }),
  decide: route({
    method: 'POST',
    path: `${integrations}/:id/syncs/:sync/decide`,
    access: 'integration:write',
    summary: 'Say of a sync that asks whether what is missing is marked as removed, or left as it is',
    body: z.strictObject({ remove: z.boolean() }),
    answer: SyncRun,
  }),
  filterPreview: route({
    method: 'POST',
    path: '/workspaces/:ws/integration-filter-preview',
    access: 'integration:write',
    summary: 'Try a filter on the first records that the system gives now; nothing is kept',
    body: z.strictObject({
      connectionId: Id,
      settings: changeable.settings.default({}),
      disableGroupSync: changeable.disableGroupSync.default(false),
      filterExpr,
    }),
    answer: z.object({ items: z.array(FilteredRecord) }),
  }),
};
