import type { StepPlace } from '../levels.js';
import { below } from '../pointer.js';
import { removalsAfter } from '../removals-after.js';
import type { Problem } from '../schema/catalog.js';
import { type Facts, operationOf } from './facts.js';
import { listNames, warning } from './problems.js';

/**
 * An approval before steps that take something away says which of them it allows, or with an empty list that it is bound
 * to nothing but what it shows. Binding them unasked would change what published flows do, and needs a rest of the run
 * that can be planned: the author decides.
 */
export function checkUnbound(facts: Facts, { id, step, pointer }: StepPlace): Problem[] {
  if (step.covers !== undefined) return [];
  const removals = removalsAfter(facts.flow, id, (action) => operationOf(facts, action)?.effect === 'destructive');
  if (removals.length === 0) return [];
  const titles = removals.map((removal) => String(facts.findStep(removal)?.step.title || removal));
  const takes = titles.length === 1 ? 'takes' : 'take';
  const message = `After it ${listNames(titles)} ${takes} something away, and the approval does not say just what.`;
  const fix = 'Bind it to these steps, so that it shows and allows just what they would do; or leave it unbound.';
  return [warning({ code: 'approval_unbound', pointer: below(pointer, 'covers'), message, fix })];
}
