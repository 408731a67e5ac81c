import { type ExpressionShape, readExpression } from '@castellan/flow/runtime';
import { toJson } from './data.js';
import { at, Failure } from './failure.js';
import { evaluateJsonata } from './jsonata.js';
import { limits } from './limits.js';
import type { Scope } from './scope.js';
import { renderTemplate } from './template.js';

/** The value tree as JSON with every expression replaced by what it gives; undefined where that is nothing. */
export async function resolveValue(value: unknown, scope: Scope, pointer = '', depth = 0): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return at(pointer, () => toJson(value, scope.room, depth));
  if (depth > limits.depth) {
    throw new Failure('E_LIMIT', `A value may nest ${limits.depth} levels deep.`, { pointer });
  }
  const expression = readExpression(value);
  if (expression) {
    return at(pointer, async () => {
      const result = await evaluateExpression(expression, scope, pointer);
      return result === undefined ? undefined : toJson(result, scope.room, depth);
    });
  }
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [index, item] of value.entries()) {
      items.push(await resolveValue(item, scope, `${pointer}/${index}`, depth + 1));
    }
    return items;
  }
  const members: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const result = await resolveValue(member, scope, `${pointer}/${escapeSegment(key)}`, depth + 1);
    if (result !== undefined) members[key] = result;
  }
  return members;
}

function evaluateExpression(expression: ExpressionShape, scope: Scope, pointer: string): unknown {
  switch (expression.language) {
    case 'jsonata':
      return evaluateJsonata(expression.source, scope);
    case 'handlebars':
      return renderTemplate(expression.source, scope, scope.target(pointer));
    case 'literal':
      return expression.value;
    case 'var':
      throw new Failure('E_EXPR', `The variable ${expression.name} was not put in at publish; publish the flow again.`);
  }
}

function escapeSegment(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
