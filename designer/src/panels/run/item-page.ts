import type { StepState } from '@castellan/api';

export type ItemFilter = 'all' | 'failed';

export const itemsPerPage = 10;

/** States in the order in which they ask for attention; all others come after them. */
const urgent: StepState['status'][] = ['failed', 'unknown', 'waiting', 'retrying', 'running', 'cancelled'];

const rankOf = ({ status }: StepState): number => {
  const rank = urgent.indexOf(status);
  return rank < 0 ? urgent.length : rank;
};

/** One page of a step's iterations: those that need a look first, then in the order of the items. */
export function itemPage(all: readonly StepState[], filter: ItemFilter, page: number) {
  const isFailed = ({ status }: StepState) => status === 'failed' || status === 'unknown';
  const wanted = filter === 'failed' ? all.filter(isFailed) : all;
  const sorted = wanted.toSorted((a, b) => rankOf(a) - rankOf(b) || byItem(a, b));
  const pages = Math.max(1, Math.ceil(sorted.length / itemsPerPage));
  const start = (Math.min(page, pages) - 1) * itemsPerPage;
  return {
    rows: sorted.slice(start, start + itemsPerPage),
    total: sorted.length,
    failed: all.filter(isFailed).length,
    pages,
  };
}

/** "2" before "10", "1.2" before "1.10". */
export function byItem(a: StepState, b: StepState): number {
  return a.iteration.localeCompare(b.iteration, 'en', { numeric: true });
}
