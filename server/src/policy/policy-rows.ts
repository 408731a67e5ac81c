import type { PolicyException } from '@castellan/api';
import {
  type Catalog,
  type Draft,
  type PolicyContext,
  type PolicyFacts,
  type PublishPolicy,
  policyFactsOf,
  publishPolicySchema,
} from '@castellan/flow';
import { isoInstant, type Sql } from '../platform/database/index.js';
import { readBudgets } from '../safety/budget-counts.js';

/** The rules of a workspace; all off where nobody has said anything. */
export async function readRules(sql: Sql, workspaceId: string): Promise<PublishPolicy> {
  const [row] = await sql.query<{ rules: unknown }>('select rules from publish_policies where workspace_id = $1', [
    workspaceId,
  ]);
  return publishPolicySchema.parse(row?.rules ?? {});
}

export function readExceptions(sql: Sql, workspaceId: string): Promise<PolicyException[]> {
  return sql.query<PolicyException>(
    `select e.flow_id as "flowId", f.name as "flowName", e.rule, e.reason, e.given_by as "givenBy",
            ${isoInstant('e.given_at')} as "givenAt"
       from policy_exceptions e join flows f on f.id = e.flow_id and f.removed_at is null
      where e.workspace_id = $1 order by f.name, e.flow_id, e.rule`,
    [workspaceId],
  );
}

/** What it takes to hold flows of a workspace against its rules; null where all of them are off. */
export async function readPolicy(
  sql: Sql,
  workspaceId: string,
  connectors: Catalog['connectors'],
): Promise<PolicyContext | null> {
  const rules = await readRules(sql, workspaceId);
  if (Object.values(rules).every(({ mode }) => mode === 'off')) return null;
  const { eachFlow, together } = await readBudgets(sql, workspaceId);
  const exceptions = await readExceptions(sql, workspaceId);
  return {
    rules,
    budgeted: Object.keys({ ...eachFlow, ...together }).length > 0,
    exceptions: exceptions.map(({ flowId, rule }) => ({ flowId, rule })),
    called: await factsOfCalled(sql, workspaceId, connectors),
  };
}

/** Of the published flows that can be called. What one answers of another's answer is followed one call deep. */
async function factsOfCalled(
  sql: Sql,
  workspaceId: string,
  connectors: Catalog['connectors'],
): Promise<Record<string, PolicyFacts>> {
  const flows = await sql.query<{ id: string; flow: Draft }>(
    `select f.id, v.flow from flows f join versions v on v.flow_id = f.id and v.number = f.published
      where f.workspace_id = $1 and f.removed_at is null
        and exists (select from triggers t where t.version_id = v.id and t.kind = 'call')`,
    [workspaceId],
  );
  const alone = Object.fromEntries(flows.map(({ id, flow }) => [id, policyFactsOf(flow, connectors)]));
  return Object.fromEntries(flows.map(({ id, flow }) => [id, policyFactsOf(flow, connectors, alone)]));
}
