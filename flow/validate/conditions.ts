import { readExpression } from '../expression.js';
import { isObject } from '../levels.js';
import { below } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import { comparisonOperators, unaryOperators } from '../schema/values.js';
import type { Facts } from './facts.js';
import { error, listNames, quote } from './problems.js';

/** The conditions of branches and filters, and the names of a branch's cases. */
export function checkConditions(facts: Facts): Problem[] {
  return facts.steps.flatMap(({ id, step, pointer }) => {
    const problems: Problem[] = [];
    if (step.kind === 'filter') problems.push(...checkCondition(step.when, below(pointer, 'when')));
    if (step.kind === 'branch' && Array.isArray(step.cases))
      problems.push(...checkCases(step.cases, below(pointer, 'cases')));
    return problems.map((problem) => ({ ...problem, stepId: id }));
  });
}

function checkCases(cases: unknown[], pointer: string): Problem[] {
  const names = new Set<unknown>(['else']);
  return cases.flatMap((one, index) => {
    if (!isObject(one)) return [];
    const place = below(pointer, index);
    const problems = checkCondition(one.when, below(place, 'when'));
    if (typeof one.name === 'string' && names.has(one.name)) {
      const message = one.name === 'else' ? 'No case can be named "else".' : `Two cases are named ${quote(one.name)}.`;
      problems.push(
        error({ code: 'case_name_taken', pointer: below(place, 'name'), message, fix: 'Give it another name.' }),
      );
    }
    names.add(one.name);
    return problems;
  });
}

function checkCondition(condition: unknown, pointer: string): Problem[] {
  const wrong = (message: string, fix: string) => [error({ code: 'condition_wrong', pointer, message, fix })];
  const asGroup = 'Write an expression, or compare values in a group "all" or "any".';
  if (condition === undefined) return wrong('The condition is missing.', asGroup);
  const shape = readExpression(condition);
  if (shape && shape.language !== 'literal') return [];
  if (!isObject(condition)) return wrong('A condition is an expression or a group of comparisons.', asGroup);
  const [group, ...others] = Object.keys(condition);
  if ((group !== 'all' && group !== 'any') || others.length > 0) {
    return wrong('A condition is an expression or a group of comparisons.', asGroup);
  }
  const members = condition[group];
  if (!Array.isArray(members) || members.length === 0)
    return wrong(`The group ${quote(group)} is empty.`, 'Add a comparison.');
  return members.flatMap((member, index) => {
    const place = below(pointer, group, index);
    return isObject(member) && ('op' in member || 'left' in member)
      ? checkComparison(member, place)
      : checkCondition(member, place);
  });
}

function checkComparison(comparison: Record<string, unknown>, pointer: string): Problem[] {
  const problems: Problem[] = [];
  const report = (field: string, message: string, fix: string) =>
    problems.push(error({ code: 'condition_wrong', pointer: below(pointer, field), message, fix }));
  const operator = comparisonOperators.find((known) => known === comparison.op);
  if (comparison.left === undefined) report('left', 'The left side of the comparison is missing.', 'Fill it in.');
  if (!operator) {
    report('op', `There is no comparison ${quote(comparison.op)}.`, `Choose ${listNames(comparisonOperators, 'or')}.`);
  } else if (unaryOperators.includes(operator)) {
    if (comparison.right !== undefined)
      report('right', `The comparison "${operator}" has no right side.`, 'Remove it.');
  } else if (comparison.right === undefined) {
    report('right', 'The right side of the comparison is missing.', 'Fill it in.');
  }
  const unknown = Object.keys(comparison).filter((key) => !['left', 'op', 'right'].includes(key));
  for (const key of unknown) report(key, `A comparison has no field ${quote(key)}.`, 'Remove it.');
  return problems;
}
