import type { RunStatus } from '@castellan/api';

export interface Bar {
  /** Start of the hour. */
  from: number;
  total: number;
  failed: number;
}

const hour = 3_600_000;

/** Runs of the last 24 hours by the hour in which they were made, oldest first. */
export function barsOf(runs: { createdAt: string; status: RunStatus }[], now: number): Bar[] {
  const start = Math.floor(now / hour) * hour - 23 * hour;
  const bars = Array.from({ length: 24 }, (_, index) => ({ from: start + index * hour, total: 0, failed: 0 }));
  for (const { createdAt, status } of runs) {
    const bar = bars[Math.floor((Date.parse(createdAt) - start) / hour)];
    if (!bar) continue;
    bar.total += 1;
    if (status === 'failed' || status === 'stalled') bar.failed += 1;
  }
  return bars;
}
