import { camelKeys, type Host, type JsonObject, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { pageSize, resultPages } from './opal-reads.js';
import { docs, limitField } from './opal-shapes.js';

const accessRuleId = z.string().min(1).meta({ title: 'Access rule' });
const status = z.enum(['ACTIVE', 'PAUSED']);

const conjunction = z.object({
  clauses: z.array(
    z.object({
      selectors: z.array(z.object({ key: z.string(), value: z.string(), connectionId: z.string() })),
      attributeSelectors: z.array(z.object({ attribute: z.string(), values: z.array(z.string()) })).optional(),
    }),
  ),
});

const accessRule = z.object({
  accessRuleId: z.string(),
  name: z.string(),
  description: z.string(),
  adminOwnerId: z.string(),
  status,
  /** People whose tags and attributes fit `when`, and not `unless`, have what the rule gives. */
  ruleClauses: z.object({ when: conjunction, unless: conjunction.optional() }),
});

async function readRule(host: Host, id: string): Promise<JsonObject> {
  return (await host.http.send({ method: 'GET', path: path`/access-rules/${id}` })).body as JsonObject;
}

const sampleRule = {
  accessRuleId: 'ca57e11a-0009-4000-8000-000000000001',
  name: 'Engineers',
  description: 'Everybody in Engineering',
  adminOwnerId: 'ca57e11a-0006-4000-8000-000000000001',
  status: 'ACTIVE' as const,
  ruleClauses: {
    when: {
      clauses: [
        {
          selectors: [
            { key: 'department', value: 'Engineering', connectionId: 'ca57e11a-000a-4000-8000-000000000001' },
          ],
        },
      ],
    },
  },
};

export const opalAccessRules = {
  listAccessRules: operation({
    title: 'List access rules',
    docs: `${docs}/access-rules/get-access-rules`,
    summary: 'The rules by which Opal gives access from people’s tags and attributes.',
    input: z.strictObject({ limit: limitField }),
    output: z.object({ items: z.array(accessRule) }),
    choice: { value: 'accessRuleId', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/access-rules`, query: { page_size: pageSize } }),
    paginate: resultPages,
    each: camelKeys,
    sample: { input: {}, output: { items: [sampleRule] } },
  }),

  getAccessRule: operation({
    title: 'Get an access rule',
    docs: `${docs}/access-rules/get-access-rule`,
    summary: 'One access rule with its clauses.',
    input: z.strictObject({ accessRuleId }),
    output: accessRule,
    options: { '/accessRuleId': 'listAccessRules' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/access-rules/${input.accessRuleId}` }),
    response: ({ body }) => camelKeys(body),
    sample: { input: { accessRuleId: sampleRule.accessRuleId }, output: sampleRule },
  }),

  setAccessRuleStatus: operation({
    title: 'Pause or resume an access rule',
    docs: `${docs}/access-rules/update-access-rule`,
    summary: 'Switches an access rule on or off, and leaves the rest of it as it is.',
    input: z.strictObject({ accessRuleId, status: status.meta({ title: 'State' }) }),
    output: accessRule,
    options: { '/accessRuleId': 'listAccessRules' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'update', object: { type: 'opal_access_rule', id: input.accessRuleId } }],
    before: async (input, host) => ({ status: (await readRule(host, input.accessRuleId)).status ?? null }),
    // Opal takes a rule only as a whole.
    run: async (input, host) => {
      const { access_rule_id: _, ...rule } = await readRule(host, input.accessRuleId);
      const { body } = await host.http.send({
        method: 'PUT',
        path: path`/access-rules/${input.accessRuleId}`,
        body: { ...rule, status: input.status },
      });
      return camelKeys(body) as unknown as z.output<typeof accessRule>;
    },
    undo: (input, _, before) => {
      const { status } = before as { status: string };
      return status === input.status
        ? null
        : { operation: 'setAccessRuleStatus', input: { accessRuleId: input.accessRuleId, status } };
    },
    sample: {
      input: { accessRuleId: sampleRule.accessRuleId, status: 'PAUSED' },
      output: { ...sampleRule, status: 'PAUSED' },
      before: { status: 'ACTIVE' },
    },
  }),
};
