const silentAfterMs = 7 * 24 * 3_600_000;

interface Trigger {
  flowId: string;
  kind: string;
  enabled: boolean;
  lastDeliveryAt: string | null;
  poll: object | null;
}

interface Flow {
  id: string;
  updatedAt: string;
}

/**
 * Triggers that are on and should hear something, but have not for a week; somebody's sending may have broken.
 * One that never heard anything counts from the last change of its flow. Where we ask ourselves, silence is an answer.
 */
export function silentTriggers<T extends Trigger>(triggers: T[], flows: Flow[], now: number): T[] {
  const changed = new Map(flows.map(({ id, updatedAt }) => [id, updatedAt]));
  return triggers.filter(({ flowId, kind, enabled, lastDeliveryAt, poll }) => {
    if (!enabled || kind === 'manual' || kind === 'call' || poll !== null) return false;
    const since = lastDeliveryAt ?? changed.get(flowId);
    return since !== undefined && now - Date.parse(since) > silentAfterMs;
  });
}
