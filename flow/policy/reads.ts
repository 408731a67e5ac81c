import { expressionsIn } from '../expressions/index.js';
import { objectOf } from '../levels.js';
import type { Draft } from '../schema/draft.js';
import { readSource } from '../validate/sources.js';

/** What the expressions of a value read. */
export interface Reads {
  steps: Set<string>;
  /** The path to a step is computed, so that it may be any. */
  anyStep: boolean;
  /** What started the run. */
  trigger: boolean;
  /** The item of the innermost loop. */
  item: boolean;
  /** Items of other loops around, by the loop's id. */
  loops: Set<string>;
}

/** Reads of a value, variables of type expression put in their places. What does not parse reads nothing. */
export function readsOf(flow: Draft, value: unknown): Reads {
  const reads: Reads = { steps: new Set(), anyStep: false, trigger: false, item: false, loops: new Set() };
  const variables = objectOf(flow.variables);
  for (const { shape } of expressionsIn(value, '')) {
    const variable = shape.language === 'var' ? objectOf(variables[shape.name]) : null;
    const text = variable?.type === 'expression' && typeof variable.default === 'string' ? variable.default : null;
    if (shape.language === 'jsonata' || shape.language === 'handlebars') note(reads, shape.language, shape.source);
    else if (text !== null) note(reads, 'jsonata', text);
  }
  return reads;
}

function note(reads: Reads, language: 'jsonata' | 'handlebars', source: string): void {
  const read = readSource(language, source, '');
  if ('problem' in read) return;
  const { steps, anyStep, roots, loops } = read.references;
  for (const { name } of steps) reads.steps.add(name);
  for (const { name } of loops) reads.loops.add(name);
  const named = new Set(roots.map(({ name }) => name));
  reads.anyStep ||= anyStep;
  // Whoever takes the context as a whole takes what started the run, and the item, with it.
  reads.trigger ||= anyStep || named.has('trigger');
  reads.item ||= anyStep || named.has('item');
}
