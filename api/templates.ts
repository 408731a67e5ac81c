import { z } from 'zod';
import { FlowDetail } from './flows.js';
import { OpalAppCalls } from './opal-apps.js';
import { Id, Page } from './page.js';
import { route } from './route.js';
import { NeededTable } from './tables.js';

const Draft = z.record(z.string(), z.unknown());

export const TemplateRow = z
  .object({
    id: z.string(),
    title: z.string(),
    summary: z.string(),
    category: z.string(),
    systems: z.array(z.string()),
    minutes: z.number().int(),
    /** What it changes in other systems, in one line. */
    changes: z.string(),
    flow: Draft,
  })
  .meta({ id: 'TemplateRow' });
export type TemplateRow = z.infer<typeof TemplateRow>;

/** A file of `templates/`, without its tests. */
export const TemplateDetail = TemplateRow.extend({
  guide: z.string(),
  /** The release, and by system the interface of the vendor, with which its test cases were played. */
  testedWith: z.object({ castellan: z.string(), apis: z.record(z.string(), z.string()) }).optional(),
  /** By the slot that each fills. */
  tables: z.record(z.string(), NeededTable).optional(),
  /** What its flow serves of a custom app of Opal. */
  opalApp: OpalAppCalls.optional(),
  /** What each trigger receives: a name and a payload, several where vendors differ. */
  samples: z.array(
    z.object({
      title: z.string(),
      trigger: z.string(),
      body: z.unknown(),
      headers: z.record(z.string(), z.string()).optional(),
      setup: z.string().optional(),
    }),
  ),
}).meta({ id: 'Template' });
export type TemplateDetail = z.infer<typeof TemplateDetail>;

export const templateRoutes = {
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/templates',
    access: 'template:read',
    summary: 'Templates',
    answer: Page(TemplateRow),
  }),
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/templates/:id',
    access: 'template:read',
    summary: 'One template',
    answer: TemplateDetail,
  }),
  install: route({
    method: 'POST',
    path: '/workspaces/:ws/templates/:id/install',
    access: 'template:install',
    summary: 'Make a flow of it, switched off',
    status: 201,
    body: z.object({
      name: z.string().trim().min(1).max(200).optional(),
      /** By slot: the id of a connection or table; `simulator`, or for a table `new`, makes what is needed. */
      connections: z.record(z.string(), z.union([Id, z.literal('simulator'), z.literal('new')])),
      variables: z.record(z.string(), z.unknown()).default({}),
      /** The custom app of Opal whose calls the flow is to serve; nobody may serve them yet. */
      opalApp: Id.optional(),
    }),
    answer: FlowDetail,
  }),
};
