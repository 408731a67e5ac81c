import { type Evaluation, failed, ofValue } from './conclusion.js';

/** More items are refused at once (published limit). */
export const mostItems = 100_000;

/** The items of a loop, as they are frozen when it begins; with `batchSize`, lists of up to so many. */
export function loopItems(step: { items: unknown; batchSize?: number }): Evaluation {
  return ofValue(step.items, '/items', (items) => {
    if (!Array.isArray(items)) {
      return failed('E_PARAM_TYPE', 'The items of a loop are a list; make one in the expression (/items)');
    }
    if (items.length > mostItems) {
      return failed('E_LIMIT', `A loop takes at most ${mostItems} items, here are ${items.length} (/items)`);
    }
    return { status: 'succeeded', port: null, output: step.batchSize ? batches(items, step.batchSize) : items };
  });
}

function batches(items: unknown[], size: number): unknown[][] {
  const lists: unknown[][] = [];
  for (let start = 0; start < items.length; start += size) lists.push(items.slice(start, start + size));
  return lists;
}
