import type { Condition } from '@castellan/flow';
import { type Evaluation, ofList } from './conclusion.js';

/** The items for which the condition holds; of a list in one message, however long it is. */
export function filter(step: { items: unknown; when: Condition }): Evaluation {
  const { items, when } = step;
  return ofList({ items, when }, (kept) => ({ status: 'succeeded', port: 'out', output: kept }));
}
