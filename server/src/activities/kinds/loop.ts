import { batches } from '../../platform/batches.js';
import { type Evaluation, ofList } from './conclusion.js';

/** The items of a loop, as they are frozen when it begins; with `batchSize`, lists of up to so many. */
export function loopItems({ items, batchSize }: { items: unknown; batchSize?: number }): Evaluation {
  return ofList({ items }, (list) => ({
    status: 'succeeded',
    port: null,
    output: batchSize ? batches(list, batchSize) : list,
  }));
}
