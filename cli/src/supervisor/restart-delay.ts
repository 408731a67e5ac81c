/** Seconds to wait before a service that ended is started again: 1, 2, 4 … at most 30. */
export function restartDelaySeconds(failures: number): number {
  return Math.min(2 ** (failures - 1), 30);
}

/** A service that ran this long was well: its next end counts as its first. */
export const WELL_AFTER_MS = 60_000;
