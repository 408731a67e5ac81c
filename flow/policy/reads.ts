import { expressionsIn, type References } from '../expressions/index.js';
import type { Facts } from '../validate/facts.js';
import { readSource } from '../validate/sources.js';

/** Names of fields that lead to what is read; what stands below the last one may be read, too. */
export type Path = readonly string[];

/** What the expressions of a value read. */
export interface Reads {
  /** Of steps; the path begins in what the step keeps: `output` or `error`. */
  steps: { id: string; path: Path }[];
  /** The path to a step is computed, so that it may be any. */
  anyStep: boolean;
  /** Of what started the run, by path. */
  trigger: Path[];
  /** Of the item of the innermost loop, by path. */
  item: Path[];
  /** Items of other loops around, by the loop's id. */
  loops: Set<string>;
}

/** Reads of a value, variables of type expression put in their places. What does not parse reads nothing. */
export function readsOf({ variables }: Facts, value: unknown): Reads {
  const reads: Reads = { steps: [], anyStep: false, trigger: [], item: [], loops: new Set() };
  for (const { shape } of expressionsIn(value, '')) {
    const variable = shape.language === 'var' ? variables.get(shape.name) : undefined;
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
  for (const { name, position } of steps) {
    reads.steps.push({ id: name, path: pathAt(read.references, 1, position).slice(2) });
  }
  for (const { name } of loops) reads.loops.add(name);
  // Whoever takes the context as a whole takes what started the run, and the item, with it.
  reads.anyStep ||= anyStep;
  for (const root of ['trigger', 'item'] as const) {
    const at = roots.filter(({ name }) => name === root);
    reads[root].push(...at.map(({ position }) => pathAt(read.references, 0, position).slice(1)));
    if (anyStep) reads[root].push([]);
  }
}

/** The plain path of which the name at an index stands at a place of the source; empty where it is not certain. */
function pathAt({ paths }: References, index: number, position: number): Path {
  const path = paths.find((names) => names[index]?.position === position);
  return path?.map(({ name }) => name) ?? [];
}
