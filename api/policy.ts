import { policyRules, publishPolicySchema } from '@castellan/flow';
import { z } from 'zod';
import { Empty, Id, Instant } from './page.js';
import { route } from './route.js';

/** A flow that need not keep to a rule. */
export const PolicyException = z
  .object({
    flowId: Id,
    flowName: z.string(),
    rule: z.enum(policyRules),
    reason: z.string(),
    givenBy: z.string(),
    givenAt: Instant,
  })
  .meta({ id: 'PolicyException' });
export type PolicyException = z.infer<typeof PolicyException>;

const Policy = z.object({ rules: publishPolicySchema, exceptions: z.array(PolicyException) });
export type Policy = z.infer<typeof Policy>;

export const policyRoutes = {
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/policy',
    access: 'workspace:read',
    summary: 'The rules for flows that are published, and the flows that are excepted',
    answer: Policy,
  }),
  save: route({
    method: 'PUT',
    path: '/workspaces/:ws/policy',
    access: 'workspace:write',
    summary: 'Change the rules; flows that are published already go on',
    body: publishPolicySchema,
    answer: Policy,
  }),
  except: route({
    method: 'POST',
    path: '/workspaces/:ws/policy/exceptions',
    access: 'workspace:write',
    summary: 'Except a flow from a rule',
    status: 201,
    body: z.object({
      flowId: Id,
      rule: z.enum(policyRules),
      reason: z.string().trim().min(1, 'Say why the flow need not keep to the rule.').max(1_000),
    }),
    answer: Policy,
  }),
  removeException: route({
    method: 'DELETE',
    path: '/workspaces/:ws/policy/exceptions/:id/:key',
    access: 'workspace:write',
    summary: 'Hold a flow (its id) against a rule (its name) again',
    answer: Empty,
  }),
};
