import type { Condition } from '@castellan/flow';
import { type Evaluation, evaluationError } from './conclusion.js';

/** The first case whose condition holds. An error in a case that is reached fails the step; one behind it does not matter. */
export function branch(step: { cases: { name: string; when: Condition }[] }): Evaluation {
  return {
    parts: step.cases.map(({ when }) => ({ condition: when })),
    conclude: (results) => {
      for (const [index, result] of results.entries()) {
        if (!result.ok) return { status: 'failed', error: evaluationError(result, `/cases/${index}/when`) };
        const name = step.cases[index]?.name ?? 'else';
        if (result.value === true) return { status: 'succeeded', port: name, output: { case: name } };
      }
      return { status: 'succeeded', port: 'else', output: { case: 'else' } };
    },
  };
}
