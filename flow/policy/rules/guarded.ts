import { objectOf } from '../../levels.js';
import { withCalled } from '../called.js';
import { reachedBy } from '../facts.js';
import type { Rule } from '../finding.js';
import { waysPastApprovals, wordsOf } from '../ways.js';

/** What takes something away on a way without an approval, where no budget counts either. */
export const guarded: Rule = (facts, { rules, budgeted, called }) => {
  const { by, exceptConnectors } = rules.guarded;
  const orBudget = by === 'approval_or_budget';
  const ownBudget = Object.keys(objectOf(objectOf(facts.flow.settings).budgets)).length > 0;
  if (orBudget && (budgeted || ownBudget)) return [];
  const found = withCalled(reachedBy(facts, waysPastApprovals(facts)), called, ({ takes }) => takes);
  return found
    .filter(({ one }) => !exceptConnectors.includes(one.connector))
    .map(({ way, at }) => ({
      ...{ at: at?.id, way },
      message: `This takes something away on a way without an approval${orBudget ? ', and no budget limits it' : ''}: ${wordsOf(way)}.`,
      remedy: `Put an approval on this way${orBudget ? ', or give the flow a budget in its settings' : ''}`,
    }));
};
