/** Seconds between an attempt that failed and the next one. After the last there is none by itself. */
const pauses = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800];

/** How many attempts are made by themselves. */
export const mostTries = pauses.length + 1;

/** A subscription that fails for so long, and this often without a success, is stopped. */
export const stopAfter = { hours: 72, failures: 12 };

/**
 * In how many seconds the next attempt comes after so many; null when it was the last. The receiver's own Retry-After is
 * kept to, and receivers that failed together are not asked together again.
 */
export function pauseAfter(tries: number, retryAfter: number | undefined, random = Math.random()): number | null {
  const pause = pauses[tries - 1];
  if (pause === undefined) return null;
  return Math.max(pause * (0.9 + 0.2 * random), retryAfter ?? 0);
}
