import type { ComparisonOperator } from '@castellan/flow';
import { readExpression } from '@castellan/flow/runtime';
import { at, Failure, typeName } from './failure.js';
import { limits } from './limits.js';
import { operators, unary } from './operators.js';
import type { Scope } from './scope.js';
import { resolveValue } from './values.js';

/**
 * Whether a condition holds: an expression that gives a boolean, a comparison, or a group. A group looks no further than
 * it must, so that `exists` can stand before a comparison that needs a value.
 */
export async function holds(condition: unknown, scope: Scope, pointer = '', depth = 0): Promise<boolean> {
  if (depth > limits.depth) {
    throw new Failure('E_LIMIT', `A condition may nest ${limits.depth} levels deep.`, { pointer });
  }
  if (typeof condition === 'boolean') return condition;
  if (typeof condition !== 'object' || condition === null) throw notACondition(pointer);
  if (readExpression(condition)) {
    const result = await resolveValue(condition, scope, pointer);
    if (typeof result === 'boolean') return result;
    throw new Failure('E_PARAM_TYPE', `A condition must give true or false, but this gives ${typeName(result)}.`, {
      pointer,
    });
  }
  const { all, any, op, left, right } = condition as Record<string, unknown>;
  if (Array.isArray(all)) {
    for (const [index, member] of all.entries()) {
      if (!(await holds(member, scope, `${pointer}/all/${index}`, depth + 1))) return false;
    }
    return true;
  }
  if (Array.isArray(any)) {
    for (const [index, member] of any.entries()) {
      if (await holds(member, scope, `${pointer}/any/${index}`, depth + 1)) return true;
    }
    return false;
  }
  if (typeof op !== 'string' || !Object.hasOwn(operators, op)) throw notACondition(pointer);
  const name = op as ComparisonOperator;
  const operands = [await resolveValue(left, scope, `${pointer}/left`)];
  if (!unary.has(name)) operands.push(await resolveValue(right, scope, `${pointer}/right`));
  return at(pointer, () => operators[name](operands[0], operands[1]));
}

function notACondition(pointer: string): Failure {
  return new Failure('E_INPUT', 'Give an expression, a comparison { left, op, right }, or { all | any: […] }.', {
    pointer,
  });
}
