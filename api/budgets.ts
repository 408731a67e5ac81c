import { budgetsSchema } from '@castellan/flow';
import { z } from 'zod';
import { Id } from './page.js';
import { route } from './route.js';

/** What flows of a workspace may take away before people are asked. */
export const WorkspaceBudgets = z
  .strictObject({
    /** Of each flow that does not say itself; what a flow says counts instead, limit by limit. */
    eachFlow: budgetsSchema.default({}),
    /** Of all flows together, whatever they say. */
    together: budgetsSchema.omit({ perRun: true }).default({}),
    /** How many people there are, for shares: a number, the rows of a table, or the primary directory's active users. */
    population: z
      .discriminatedUnion('of', [
        z.strictObject({ of: z.literal('number'), count: z.number().int().min(1) }),
        z.strictObject({ of: z.literal('table'), table: Id }),
        z.strictObject({ of: z.literal('directory') }),
      ])
      .nullable()
      .default(null),
  })
  .meta({ id: 'WorkspaceBudgets' });
export type WorkspaceBudgets = z.infer<typeof WorkspaceBudgets>;

/** What has been taken away by now. */
export const BudgetUse = z
  .object({
    hour: z.number().int(),
    day: z.number().int(),
    /** People in the last 24 hours. */
    people: z.number().int(),
    /** Null: nobody has said how many people there are, or the directory is empty. */
    population: z.number().int().nullable(),
  })
  .meta({ id: 'BudgetUse' });
export type BudgetUse = z.infer<typeof BudgetUse>;

export const budgetRoutes = {
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/budgets',
    access: 'workspace:read',
    summary: 'Budgets of the workspace, and what all flows have used',
    answer: z.object({ budgets: WorkspaceBudgets, used: BudgetUse }),
  }),
  save: route({
    method: 'PUT',
    path: '/workspaces/:ws/budgets',
    access: 'workspace:write',
    summary: 'Change the budgets of the workspace',
    body: WorkspaceBudgets,
    answer: z.object({ budgets: WorkspaceBudgets, used: BudgetUse }),
  }),
  ofFlow: route({
    method: 'GET',
    path: '/workspaces/:ws/flows/:id/budget',
    access: 'flow:read',
    summary: 'What a flow may take away as it is published, and what it has used',
    answer: z.object({ limits: budgetsSchema, eachFlow: budgetsSchema, used: BudgetUse }),
  }),
};
