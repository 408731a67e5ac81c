import type { StepPlace } from '../../levels.js';
import { below } from '../../pointer.js';
import type { DraftWire } from '../../schema/draft.js';
import type { Stop } from '../../schema/policy.js';
import type { Facts } from '../../validate/facts.js';
import type { Rule } from '../finding.js';
import { takesAway } from '../takes-away.js';
import { waysAfter, waysAnyhow, wordsOf } from '../ways.js';

/** Removals that an approval lets through although what it allows does not name them. */
export const bound: Rule = (facts) => {
  const approvals = facts.steps.filter(({ step }) => step.kind === 'approval');
  const removals = facts.steps.filter(({ step }) => takesAway(facts, step));
  return removals.flatMap((removal) => {
    const [loose] = approvals.flatMap((approval) => wayThrough(facts, approval, removal, approvals) ?? []);
    if (!loose) return [];
    const { approval, way } = loose;
    return [
      {
        ...{ at: approval.id, pointer: below(approval.pointer, 'covers'), way },
        message: `This approval lets something be taken away that it is not bound to: ${wordsOf(way)}.`,
        remedy: `Name ${JSON.stringify(String(removal.step.title || removal.id))} among the steps that the approval allows`,
      },
    ];
  });
};

/** From an approval that does not name the removal to the removal, past those that do. */
function wayThrough(
  facts: Facts,
  approval: StepPlace,
  removal: StepPlace,
  approvals: readonly StepPlace[],
): { approval: StepPlace; way: Stop[] } | null {
  if (covers(approval, removal)) return null;
  const binding = new Set(approvals.filter((one) => covers(one, removal)).map(({ id }) => id));
  const toApproval = waysAnyhow(facts)(approval);
  // What comes whatever is decided is not let through by it.
  const comesAnyway = ['rejected', 'timeout'].some((port) => waysAfter(facts, approval, port, () => false)(removal));
  if (!toApproval || comesAnyway) return null;
  const closed = ({ from, port }: DraftWire) => binding.has(String(from)) && port === 'approved';
  const onward = waysAfter(facts, approval, 'approved', closed)(removal);
  return onward && { approval, way: [...toApproval, ...onward.slice(1)] };
}

const covers = ({ step }: StepPlace, { id }: StepPlace): boolean =>
  Array.isArray(step.covers) && step.covers.includes(id);
