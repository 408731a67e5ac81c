import { checkPolicy } from './policy/check-policy.js';
import type { Catalog, Problem } from './schema/catalog.js';
import type { Draft } from './schema/draft.js';
import { checkCalls } from './validate/calls.js';
import { checkConditions } from './validate/conditions.js';
import { checkConnections } from './validate/connections.js';
import { checkDocument } from './validate/document.js';
import { checkExpressions } from './validate/expressions.js';
import { gatherFacts } from './validate/facts.js';
import { checkFields } from './validate/fields.js';
import { checkIds } from './validate/ids.js';
import { checkKinds } from './validate/kinds.js';
import { checkRunKeys } from './validate/run-keys.js';
import { checkTriggers } from './validate/triggers.js';
import { checkVariables } from './validate/variables.js';
import { checkWires } from './validate/wires.js';

const checks = [
  checkFields,
  checkIds,
  checkWires,
  checkConnections,
  checkTriggers,
  checkRunKeys,
  checkVariables,
  checkCalls,
  checkKinds,
  checkConditions,
  checkExpressions,
  checkPolicy,
];

/**
 * Every problem of a flow or draft at once, each with its place and its remedy; without an error it can be published
 * and compiled with the same catalogue. It takes any JSON, never throws, and parses
 * expressions without evaluating them. What is no flow at all, or beyond the limits of size, is told alone.
 */
export function validate(flow: unknown, catalog: Catalog): Problem[] {
  const refused = checkDocument(flow);
  if (refused.length > 0) return refused;
  const facts = gatherFacts(flow as Draft, catalog);
  return checks.flatMap((check) => check(facts));
}
