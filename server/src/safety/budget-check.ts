import type { Budgets } from '@castellan/flow';
import type { Database, Sql } from '../platform/database/index.js';
import {
  type BudgetUseRow,
  count,
  countedOf,
  lockCounts,
  peopleIn,
  populationOf,
  readBudgets,
  runsAbove,
  usedByRun,
  usedLately,
} from './budget-counts.js';
import { hasLimits, limitsOf, passedLimits, type Scope } from './budget-limits.js';
import type { GuardedCall } from './safety-gate.service.js';

/** The limits that a call is under, of its flow, of those that called it, and of the workspace. */
export interface CallBudgets {
  use: BudgetUseRow;
  inForce: { of: string; limits: Budgets; rootId: string | null; flowId: string | null }[];
  population: number | null;
}

/** Before the transaction that counts: what is read here needs connections of its own. */
export async function budgetsOfCall(
  database: Database,
  { workspaceId, runId, effectKey, connector, changes }: GuardedCall,
  budgetsOf: (versionId: string) => Promise<Budgets | undefined>,
): Promise<CallBudgets> {
  const [runs, budgets] = await Promise.all([runsAbove(database, runId), readBudgets(database, workspaceId)]);
  const flows = runs.map(async ({ rootId, flowId, flowName, versionId }) => {
    return { of: `“${flowName}”`, limits: limitsOf(await budgetsOf(versionId), budgets), rootId, flowId };
  });
  const limited = [
    ...(await Promise.all(flows)),
    { of: 'all flows', limits: budgets.together, rootId: null, flowId: null },
  ];
  const inForce = limited.filter(({ limits }) => hasLimits(limits));
  const needsPopulation = inForce.some(({ limits }) => limits.shareOfPopulation !== undefined);
  return {
    use: { effectKey, workspaceId, runs, amount: changes.length, people: peopleIn(connector, changes) },
    inForce,
    population: needsPopulation ? await populationOf(database, workspaceId, budgets.population) : null,
  };
}

/**
 * Counts a destructive call, unless that would pass a limit: then answers a sentence for each. One call of a workspace
 * at a time, so that many at once cannot pass together what none passes alone. What is counted already stays within.
 */
export async function countWithin(tx: Sql, { use, inForce, population }: CallBudgets): Promise<string[]> {
  const { workspaceId, effectKey, people, amount } = use;
  if (inForce.length > 0) await lockCounts(tx, workspaceId);
  if ((await countedOf(tx, [effectKey])).has(effectKey)) return [];
  const scopes: Scope[] = [];
  for (const { of, limits, rootId, flowId } of inForce) {
    const lately = await usedLately(tx, { workspaceId, flowId, people });
    scopes.push({ of, limits, used: { ...lately, run: rootId ? await usedByRun(tx, rootId) : 0, population } });
  }
  const passed = passedLimits(scopes, amount);
  if (passed.length === 0) await count(tx, use);
  return passed;
}
