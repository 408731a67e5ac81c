import type { Budgets } from '@castellan/flow';
import type { Change, Effect } from '@castellan/sdk';
import type { Sql } from '../platform/database/index.js';
import { readBudgets } from '../safety/budget-counts.js';
import { limitsOf } from '../safety/budget-limits.js';
import { destructiveChanges } from '../safety/destructive.js';

/** A call that takes a write back. */
export interface CallBack {
  effect: Effect;
  input: unknown;
  changes: Change[];
}

/**
 * Why people have to agree to an undo before anything is taken back, in a sentence; null where they need not. They do
 * where the run itself needed an approval, and where the undo gives or takes away more than the budget of the flow.
 */
export async function whyApproved(
  sql: Sql,
  { workspaceId, roots, budgets }: { workspaceId: string; roots: string[]; budgets: Budgets | undefined },
  calls: CallBack[],
): Promise<string | null> {
  const asked = await sql.query(
    `select from approvals where run_id in
       (select id from runs where id = any($1) or (root_id = any($1) and root_id <> id)) limit 1`,
    [roots],
  );
  if (asked.length > 0) return 'The run needed an approval, so that its undo needs one, too.';
  const { perRun, perHour, perDay } = limitsOf(budgets, await readBudgets(sql, workspaceId));
  const most = Math.min(...[perRun, perHour, perDay].map((limit) => limit ?? Number.POSITIVE_INFINITY));
  const amount = calls.reduce((sum, call) => sum + weightOf(call), 0);
  if (amount <= most) return null;
  return `The undo gives back or takes away ${amount} times, and the budget of the flow is ${most}.`;
}

/** What gives somebody access counts like what takes it away. */
const weightOf = ({ effect, input, changes }: CallBack): number =>
  destructiveChanges(effect, changes, input).length + changes.filter(({ action }) => action === 'grant').length;
