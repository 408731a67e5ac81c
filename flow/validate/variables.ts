import { readExpression } from '../expression.js';
import { expressionsIn } from '../expressions/index.js';
import { below } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import type { Facts } from './facts.js';
import { error, quote } from './problems.js';
import { readSource } from './sources.js';

const checks: Record<string, { holds: (value: unknown) => boolean; name: string }> = {
  text: { holds: (value) => typeof value === 'string', name: 'text' },
  number: { holds: (value) => typeof value === 'number', name: 'a number' },
  boolean: { holds: (value) => typeof value === 'boolean', name: 'true or false' },
  list: { holds: Array.isArray, name: 'a list' },
  expression: { holds: (value) => typeof value === 'string', name: 'JSONata source' },
};

/** The values of variables: present where they are used, of their type, among their options, and parsing. */
export function checkVariables(facts: Facts): Problem[] {
  const used = usedVariables(facts);
  return [...facts.variables].flatMap(([name, variable]) => {
    const pointer = below('/variables', name, 'default');
    const problems: Problem[] = [];
    const report = (code: string, message: string, fix: string) =>
      problems.push(error({ code, pointer, message, fix }));
    const { default: value, type, options } = variable;
    if (value === undefined) {
      if (used.has(name)) report('variable_unset', `The variable ${quote(name)} has no value.`, 'Set one.');
      return problems;
    }
    const check = typeof type === 'string' && Object.hasOwn(checks, type) ? checks[type] : undefined;
    if (check && !check.holds(value))
      report('variable_wrong', `The variable ${quote(name)} must be ${check.name}.`, 'Correct its value.');
    else if (type === 'expression') {
      const source = readSource('jsonata', String(value), pointer);
      if ('problem' in source) problems.push(source.problem);
    } else if (readExpression(value) || expressionsIn(value, pointer).length > 0) {
      report(
        'variable_wrong',
        `The variable ${quote(name)} holds data, but its value is an expression.`,
        'Make it a variable of type expression.',
      );
    }
    if (Array.isArray(options) && !options.some((option) => JSON.stringify(option) === JSON.stringify(value))) {
      report('variable_wrong', `The value of ${quote(name)} is none of its options.`, 'Choose one of them.');
    }
    return problems;
  });
}

/** The names in `{ "var": name }` and in `vars.name`, anywhere in steps, triggers and settings. */
function usedVariables({ flow, variables }: Facts): Set<string> {
  const used = new Set<string>();
  for (const part of [flow.steps, flow.triggers, flow.settings]) {
    for (const { shape, pointer } of expressionsIn(part, '')) {
      if (shape.language === 'var') used.add(shape.name);
      if (shape.language !== 'jsonata' && shape.language !== 'handlebars') continue;
      const source = readSource(shape.language, shape.source, pointer);
      if ('references' in source) for (const { name } of source.references.variables) used.add(name);
    }
  }
  for (const name of used) {
    const { type, default: inner } = variables.get(name) ?? {};
    const source = type === 'expression' && typeof inner === 'string' ? readSource('jsonata', inner, '') : undefined;
    if (source && 'references' in source) for (const reference of source.references.variables) used.add(reference.name);
  }
  return used;
}
