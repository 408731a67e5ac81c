/**
 * Evaluations that ended their process. The same one, on the same data, is refused for a while, longer each time, so that
 * something that repeats it cannot keep the host busy with dying.
 */
export class Poison<Reason> {
  private readonly entries = new Map<string, { reason: Reason; times: number; until: number }>();

  constructor(private readonly options = { firstMs: 5_000, longestMs: 300_000, remembered: 1_000 }) {}

  get empty(): boolean {
    return this.entries.size === 0;
  }

  /** Why the evaluation is refused at present, if it is. */
  refusal(key: string, now = Date.now()): Reason | undefined {
    const entry = this.entries.get(key);
    return entry && entry.until > now ? entry.reason : undefined;
  }

  add(key: string, reason: Reason, now = Date.now()): void {
    const { firstMs, longestMs, remembered } = this.options;
    const times = (this.entries.get(key)?.times ?? 0) + 1;
    this.entries.delete(key);
    this.entries.set(key, { reason, times, until: now + Math.min(longestMs, firstMs * 2 ** (times - 1)) });
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= remembered) break;
      this.entries.delete(oldest);
    }
  }
}
