import type { ItemKeys } from '../item-keys.js';
import { type Evaluation, ofValue } from './conclusion.js';

/** What a flow is called with, and for which item of the loops around the step. */
export interface CallInput {
  input: unknown;
  item: string;
}

/** Resolves the input of a call of a flow; the conclusion's output is a CallInput. */
export function callInput(input: unknown, keys: ItemKeys): Evaluation {
  return {
    parts: [{ value: input }, ...keys.parts],
    conclude: ([first, ...others]) => {
      const named = keys.conclude(others);
      const whole = ofValue(input, '/input', (value) => {
        if ('error' in named) return { status: 'failed', error: named.error };
        return { status: 'succeeded', port: null, output: { input: value, item: named.item } satisfies CallInput };
      });
      return whole.conclude(first ? [first] : []);
    },
  };
}
