const silentAfterMs = 7 * 24 * 3_600_000;

interface Trigger {
  kind: string;
  enabled: boolean;
  lastDeliveryAt: string | null;
}

/** Triggers that are on and should hear something, but have not for a week; somebody's sending may have broken. */
export function silentTriggers<T extends Trigger>(triggers: T[], now: number): T[] {
  return triggers.filter(({ kind, enabled, lastDeliveryAt }) => {
    if (!enabled || kind === 'manual' || kind === 'call') return false;
    return lastDeliveryAt === null || now - Date.parse(lastDeliveryAt) > silentAfterMs;
  });
}
