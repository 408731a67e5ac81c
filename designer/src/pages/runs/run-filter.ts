import type { RunFilter } from '../../api/runs.js';

/** The filters of the page as the address holds them. */
export interface RunsView {
  flow?: string;
  /** One status, or several with commas. */
  status?: string;
  /** A span that ends now; `from` and `to` take its place. */
  time?: '1h' | '24h' | '7d' | '30d' | 'all';
  /** Instants, the second no longer within. */
  from?: string;
  to?: string;
  q?: string;
  about?: string;
  mode?: 'live' | 'test' | 'plan' | 'shadow';
}

export const times = [
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
  { value: 'all', label: 'All time' },
] as const;

const hours = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 };
const minute = 60_000;

/** The start of a span that ends now, to the full minute, so that the same question is asked for a while. */
export function startOf(time: keyof typeof hours | 'all', now: number): string | undefined {
  if (time === 'all') return undefined;
  return new Date(Math.floor((now - hours[time] * 3_600_000) / minute) * minute).toISOString();
}

/** What is asked of the server for a view. */
export function runFilter(view: RunsView, now: number): RunFilter {
  const { flow, status, time = 'all', from, to, q, about, mode } = view;
  const span = from || to ? { from, to } : { from: startOf(time, now) };
  return { flowId: flow, status, q, about, mode, ...span };
}

/** Whether a person narrowed the list. */
export function isFiltered({ flow, status, time, from, to, q, about, mode }: RunsView): boolean {
  const narrow = flow || status || q || about || from || to;
  return Boolean(narrow || (time && time !== 'all') || (mode && mode !== 'live'));
}
