import { readExpression } from '../expression.js';
import { objectOf } from '../levels.js';
import type { DraftStep } from '../schema/draft.js';
import { type Facts, operationOf } from '../validate/facts.js';
import { disables } from './disables.js';

/**
 * Whether a step may take something away, as far as it shows before it runs: its operation calls itself destructive, it
 * turns somebody off, or it is a plain call that deletes.
 */
export function takesAway(facts: Facts, step: DraftStep): boolean {
  const operation = step.kind === 'action' ? operationOf(facts, step) : undefined;
  if (!operation || operation.effect === 'read') return false;
  if (operation.effect === 'destructive') return true;
  const { method } = objectOf(step.input);
  const deletes =
    facts.connectorOf(step.connection)?.id === 'http' && (String(method) === 'DELETE' || !!readExpression(method));
  return deletes || disables(step.input, (value) => readExpression(value) !== undefined);
}
