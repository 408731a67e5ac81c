import { type ExpressionShape, readExpression } from '../expression.js';
import { isObject } from '../levels.js';
import { below } from '../pointer.js';
import type { StepKind } from '../schema/steps.js';

/** An expression within a value and where it stands. */
export interface ExpressionPlace {
  pointer: string;
  shape: ExpressionShape;
}

/** All expressions in a value, at any depth; nothing inside `{ "literal": … }` is one. */
export function expressionsIn(value: unknown, pointer: string): ExpressionPlace[] {
  const shape = readExpression(value);
  if (shape) return shape.language === 'literal' ? [] : [{ pointer, shape }];
  if (Array.isArray(value)) return value.flatMap((item, index) => expressionsIn(item, below(pointer, index)));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => expressionsIn(inner, below(pointer, key)));
}

/**
 * What the expressions of a field see beside the steps before: `step` nothing more, `item` also `item` and `index`
 * of the step itself, `body` also the steps of the loop's body, `own` also the output of the step itself.
 */
export type FieldScope = 'step' | 'item' | 'body' | 'own';

/** The fields of each kind that hold values, conditions or lists of them. */
export const valueFields: Record<StepKind, Readonly<Record<string, FieldScope>>> = {
  action: { input: 'step', undo: 'own' },
  branch: { cases: 'step' },
  shape: { output: 'step' },
  filter: { items: 'step', when: 'item' },
  loop: { items: 'step', key: 'item', collect: 'body' },
  wait: { seconds: 'step', until: 'step', event: 'step' },
  approval: { approvers: 'step', needed: 'step', show: 'step', subject: 'step', escalate: 'step', ask: 'step' },
  subflow: { input: 'step' },
  respond: { status: 'step', headers: 'step', body: 'step' },
  stop: { message: 'step' },
};

/** The fields of triggers that hold expressions: they are read before a run is made and see `trigger` and `vars`. */
export const intakeFields = ['filter', 'dedupe'] as const;
