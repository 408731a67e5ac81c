import type { RetryPolicy } from '@castellan/flow/runtime';

/** Pauses that a system asked for cost no attempt; after so many of them in a row one does. */
export const freePauses = 100;
/** A step is held back so often from a host that keeps failing, some five minutes in all; then that costs attempts. */
export const freeHolds = 10;

/**
 * Seconds until the next attempt: what the system asked for, else growing pauses, spread by a fifth either way so
 * that runs which failed together do not return together. `chance` is 0 to 1.
 */
export function retryDelay(
  policy: RetryPolicy,
  attempt: number,
  retryAfter: number | undefined,
  chance: number,
): number {
  const grown = Math.min(policy.firstSeconds * policy.factor ** (attempt - 1), policy.maxSeconds);
  return retryAfter ?? grown * (0.8 + 0.4 * chance);
}
