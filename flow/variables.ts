import { type Json, readExpression, type Value } from './expression.js';
import { isObject } from './levels.js';
import type { Flow, Variable } from './schema/flow.js';

/** The value of each variable that is data, by its name: what expressions see as `vars`. */
export function dataVariables(flow: Pick<Flow, 'variables'>): Record<string, Json> {
  const data = Object.entries(flow.variables ?? {}).filter(([, { type }]) => type !== 'expression');
  return Object.fromEntries(data.map(([name, variable]) => [name, variable.default ?? null]));
}

/** The expression that stands in the place of `{ "var": name }`: its source, or where it is data, its look-up. */
export function variableExpression(name: string, variable: Pick<Variable, 'type' | 'default'>): { jsonata: string } {
  return { jsonata: variable.type === 'expression' ? String(variable.default ?? '') : `vars.${name}` };
}

/**
 * The value with an expression in the place of each `{ "var": name }`, at any depth but inside `{ "literal": … }`.
 * @throws where a variable does not exist.
 */
export function withVariables(value: Value, variables: Record<string, Variable>): Value {
  const shape = readExpression(value);
  if (shape?.language === 'var') {
    const variable = Object.hasOwn(variables, shape.name) ? variables[shape.name] : undefined;
    if (!variable) throw new Error(`The flow has no variable ${shape.name}. Validate the flow.`);
    return variableExpression(shape.name, variable);
  }
  if (shape) return value;
  if (Array.isArray(value)) return value.map((item) => withVariables(item, variables));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withVariables(inner as Value, variables)]),
  );
}
