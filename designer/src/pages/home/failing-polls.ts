/** Shorter failures pass by themselves and are told beside the trigger alone. */
const longMs = 5 * 60_000;

interface Trigger {
  enabled: boolean;
  poll: { failing: { since: string; message: string } | null } | null;
}

/** Triggers that are on and whose events could not be read for some minutes, those longest ago first. */
export function failingPolls<T extends Trigger>(triggers: T[], now: number) {
  return triggers
    .flatMap((trigger) => {
      const failing = trigger.enabled ? trigger.poll?.failing : undefined;
      return failing && now - Date.parse(failing.since) > longMs ? [{ ...trigger, failing }] : [];
    })
    .toSorted((a, b) => a.failing.since.localeCompare(b.failing.since));
}
