import type { StepError } from '@castellan/api';
import type { EvaluationResult } from '../expressions/evaluation.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import { compiledStep } from './contexts.js';
import { evaluationError, stepError } from './kinds/conclusion.js';

/** What is to be evaluated to name an item, and the name that follows from the answers. */
export interface ItemKeys {
  /** Each in the frame of the loop `within`: its own `item` and `index`. */
  parts: { value: unknown; within: string }[];
  conclude(results: EvaluationResult[]): { item: string } | { error: StepError };
}

/** What identifies the item of the loops around a step (`level`): their keys, or the index where a loop has none. */
export function itemKeys(version: PublishedVersion, level: readonly string[], iteration: string): ItemKeys {
  const keyed = level.flatMap((loop, depth) => {
    const { key } = compiledStep(version, loop) as { key?: unknown };
    return key === undefined ? [] : [{ loop, depth, key }];
  });
  return {
    parts: keyed.map(({ loop, key }) => ({ value: key, within: loop })),
    conclude: (results) => {
      const names = level.length === 0 ? [] : iteration.split('.');
      for (const [index, { loop, depth }] of keyed.entries()) {
        const place = `/steps/${loop}/key`;
        const result = results[index];
        if (!result) return { error: stepError('E_EXPR', `Nothing was evaluated (${place})`) };
        if (!result.ok) return { error: evaluationError(result, place) };
        if (result.value === null) {
          return { error: stepError('E_PARAM_TYPE', `The key of loop ${loop} is empty for this item (${place})`) };
        }
        names[depth] = typeof result.value === 'string' ? result.value : JSON.stringify(result.value);
      }
      return { item: JSON.stringify(names) };
    },
  };
}
