import {
  type ExpressionPlace,
  expressionsIn,
  type FieldScope,
  intakeFields,
  type References,
  valueFields,
} from '../expressions/index.js';
import { isObject, objectOf, type StepPlace } from '../levels.js';
import { below } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import type { StepKind } from '../schema/steps.js';
import type { Facts } from './facts.js';
import { checkFunctions } from './functions.js';
import { error, listNames, quote, warning } from './problems.js';
import { readSource } from './sources.js';
import { visibilityOf } from './visibility.js';

/** Where an expression stands, as far as that decides what it may read. */
interface Standpoint {
  /** Checks `steps.<id>`. */
  step: (id: string) => { code: string; message: string; fix: string } | undefined;
  /** Names that paths may begin with. */
  roots: readonly string[];
  /** Loops around the place, whose items are `loops.<id>`. */
  loops: readonly string[];
}

const always = ['trigger', 'steps', 'run', 'vars'];
const inItems = [...always, 'item', 'index', 'loops'];

/** Expressions that do not parse, and those that read what is not there. */
export function checkExpressions(facts: Facts): Problem[] {
  const visible = visibilityOf(facts);

  const inSteps = facts.steps.flatMap((place) => {
    const fields = Object.hasOwn(valueFields, String(place.step.kind)) ? valueFields[place.step.kind as StepKind] : {};
    return Object.entries(fields).flatMap(([field, scope]) => {
      const standpoint = standpointOf(place, scope, (id) => visible(place, scope, id));
      const pointer = below(place.pointer, field);
      return checkValue(facts, place.step[field], pointer, standpoint).map((problem) => ({
        ...problem,
        stepId: place.id,
      }));
    });
  });
  const inTriggers = facts.triggers.flatMap(({ trigger, pointer }) =>
    intakeFields.flatMap((field) => checkValue(facts, trigger[field], below(pointer, field), beforeRun)),
  );
  return [...inSteps, ...inTriggers, ...checkSettings(facts)];
}

function standpointOf(place: StepPlace, scope: FieldScope, step: Standpoint['step']): Standpoint {
  const ofItems = scope === 'item' || scope === 'body';
  const loops = ofItems && place.step.kind === 'loop' ? [...place.level.loops, place.id] : place.level.loops;
  const roots = loops.length > 0 || ofItems ? inItems : always;
  return { step, roots, loops };
}

/** Filters and keys are read before there is a run. */
const beforeRun: Standpoint = {
  step: (id) => ({
    code: 'step_not_upstream',
    message: `Before a run is made there is no output of ${quote(id)}.`,
    fix: 'Read the delivery as "trigger".',
  }),
  roots: ['trigger', 'vars'],
  loops: [],
};

function checkSettings(facts: Facts): Problem[] {
  const { subject, order, onFailure } = objectOf(facts.flow.settings);
  const anyStep: Standpoint = {
    step: (id) =>
      facts.findStep(id)
        ? undefined
        : { code: 'step_unknown', message: `There is no step ${quote(id)}.`, fix: 'Name a step that exists.' },
    roots: [...always, 'error'],
    loops: [],
  };
  return [
    ...checkValue(facts, subject, '/settings/subject', beforeRun),
    ...checkValue(facts, objectOf(order).key, '/settings/order/key', beforeRun),
    ...checkValue(facts, objectOf(objectOf(onFailure).notify).input, '/settings/onFailure/notify/input', anyStep),
  ];
}

function checkValue(facts: Facts, value: unknown, pointer: string, standpoint: Standpoint): Problem[] {
  return [
    ...expressionsIn(value, pointer).flatMap((place) => checkExpression(facts, place, standpoint)),
    ...nearExpressions(value, pointer),
  ];
}

function checkExpression(facts: Facts, { pointer, shape }: ExpressionPlace, standpoint: Standpoint): Problem[] {
  if (shape.language === 'literal') return [];
  if (shape.language !== 'var') {
    const source = readSource(shape.language, shape.source, pointer);
    if ('problem' in source) return [source.problem];
    return [
      ...checkReferences(facts, source.references, pointer, standpoint),
      ...checkFunctions(shape.language, source.references, pointer),
    ];
  }
  const variable = facts.variables.get(shape.name);
  if (!variable) {
    const message = `The flow has no variable ${quote(shape.name)}.`;
    return [error({ code: 'variable_unknown', pointer, message, fix: 'Declare it, or choose one that is declared.' })];
  }
  if (variable.type !== 'expression' || typeof variable.default !== 'string') return [];
  // What does not parse is said once, at the variable.
  const source = readSource('jsonata', variable.default, pointer);
  if ('problem' in source) return [];
  return [
    ...checkReferences(facts, source.references, pointer, standpoint),
    ...checkFunctions('jsonata', source.references, pointer),
  ].map((problem) => ({
    ...problem,
    message: `By the variable ${quote(shape.name)}: ${problem.message}`,
  }));
}

function checkReferences(facts: Facts, references: References, pointer: string, standpoint: Standpoint): Problem[] {
  const problems: Problem[] = [];
  for (const name of namesOf(references.steps.filter(({ certain }) => certain))) {
    const hidden = standpoint.step(name);
    if (hidden) problems.push(error({ ...hidden, pointer }));
  }
  for (const name of namesOf(references.variables)) {
    const problem = checkVariableRead(facts, name, pointer);
    if (problem) problems.push(problem);
  }
  for (const name of namesOf(references.loops)) {
    if (standpoint.loops.includes(name)) continue;
    const message = `${quote(name)} is no loop around this place.`;
    const fix =
      standpoint.loops.length > 0
        ? `Name ${listNames(standpoint.loops, 'or')}.`
        : 'Only inside a loop there are loops.<id>.';
    problems.push(error({ code: 'loop_not_around', pointer, message, fix }));
  }
  for (const name of namesOf(references.roots)) {
    const problem = checkRoot(name, pointer, standpoint);
    if (problem) problems.push(problem);
  }
  return problems;
}

function checkVariableRead({ variables }: Facts, name: string, pointer: string): Problem | undefined {
  const variable = variables.get(name);
  if (!variable) {
    const message = `The flow has no variable ${quote(name)}.`;
    return error({ code: 'variable_unknown', pointer, message, fix: 'Declare it, or choose one that is declared.' });
  }
  if (variable.type !== 'expression') return undefined;
  const message = `${quote(name)} is an expression, which is not among vars.`;
  return error({
    code: 'variable_is_expression',
    pointer,
    message,
    fix: 'Put the variable itself in a place of its own.',
  });
}

function checkRoot(name: string, pointer: string, { roots }: Standpoint): Problem | undefined {
  if (roots.includes(name)) return undefined;
  // What stands wrongly before a run is said of each step.
  if (name === 'steps') return undefined;
  if (name === 'item' || name === 'index' || name === 'loops') {
    const message = `There is no ${quote(name)} here.`;
    return error({
      code: 'item_outside_loop',
      pointer,
      message,
      fix: 'It is there inside a loop and in the condition of a filter.',
    });
  }
  const message = `Nothing is named ${quote(name)} here, so this gives no value.`;
  return warning({ code: 'name_unknown', pointer, message, fix: `Begin with ${listNames(roots, 'or')}.` });
}

function namesOf(references: readonly { name: string }[]): string[] {
  return [...new Set(references.map(({ name }) => name))];
}

/** Objects that were surely meant as expressions but are data, because something else stands beside the source. */
function nearExpressions(value: unknown, pointer: string): Problem[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => nearExpressions(item, below(pointer, index)));
  if (!isObject(value)) return [];
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === 'literal') return [];
  const inner = Object.entries(value).flatMap(([key, one]) => nearExpressions(one, below(pointer, key)));
  const language = (['jsonata', 'handlebars'] as const).find((one) => one in value);
  if (language === undefined || (keys.length === 1 && typeof value[language] === 'string')) return inner;
  const message = `This object has "${language}" in it, but is not { "${language}": "…" } alone, so it is taken as data.`;
  const fix = 'Leave only the source, or write it as { "literal": … } if data is meant.';
  return [warning({ code: 'expression_shape', pointer, message, fix }), ...inner];
}
