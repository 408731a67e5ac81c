import { RetryableError } from '../errors.js';

/** The longest that a call waits here for its turn, in seconds. Beyond it the step is told when to come back. */
const longestTurn = 10;

/** What all processes share of one connection's calls, where its host keeps such a thing. */
export interface SharedGate {
  /** Resolves when a request may go; rejects with E_RATE and `retryAfter` when that is too far off. */
  pass(): Promise<void>;
  /** The vendor asked all callers to wait so many seconds. */
  close(seconds: number): Promise<void>;
}

/**
 * Holds the calls of one connection to the vendor's rate, whichever run makes them. After a 429 nothing passes until the
 * time that the vendor named. The rate is kept as a theoretical arrival time (GCRA): a second's worth may go at once.
 */
export class RateGate {
  /** Seconds, on the clock of `now`. */
  private nextArrival = 0;
  private closedUntil = 0;

  constructor(
    private readonly perSecond: number = Infinity,
    private readonly now: () => number = () => performance.now() / 1000,
    private readonly sleep: (seconds: number) => Promise<void> = (seconds) =>
      new Promise((wake) => setTimeout(wake, seconds * 1000)),
  ) {}

  /** Resolves when a call may go; rejects with E_RATE and `retryAfter` when that is too far off. */
  async pass(): Promise<void> {
    const now = this.now();
    if (this.closedUntil > now) throw tooSoon(this.closedUntil - now);
    const arrival = Math.max(this.nextArrival, now);
    const wait = arrival - now - (1 - 1 / this.perSecond);
    if (wait > longestTurn) throw tooSoon(wait);
    this.nextArrival = arrival + 1 / this.perSecond;
    if (wait < 0.001) return;
    await this.sleep(wait);
    if (this.closedUntil > this.now()) throw tooSoon(this.closedUntil - this.now());
  }

  /** The vendor said 429: nothing passes for this long. */
  close(seconds: number): void {
    this.closedUntil = Math.max(this.closedUntil, this.now() + seconds);
  }
}

/** The gate of a connection: for all of its calls, and one for each kind of call that the vendor allows less often. */
export class ConnectionGate {
  private readonly all: RateGate;
  private readonly slower: { calls: RegExp; gate: RateGate }[];

  constructor(
    { perSecond, slower = [] }: { perSecond?: number; slower?: { perSecond: number; calls: RegExp }[] },
    now?: () => number,
  ) {
    this.all = new RateGate(perSecond, now);
    this.slower = slower.map((kind) => ({ calls: kind.calls, gate: new RateGate(kind.perSecond, now) }));
  }

  /** Resolves when a call, named by its method and path, may go; rejects as a RateGate does. */
  async pass(call: string): Promise<void> {
    for (const { calls, gate } of this.slower) if (calls.test(call)) await gate.pass();
    await this.all.pass();
  }

  /** The vendor said 429: nothing passes for so many seconds. */
  close(seconds: number): void {
    this.all.close(seconds);
  }
}

/** Says when to come back to a gate that lets nothing pass for so long. */
export function tooSoon(seconds: number): RetryableError {
  const retryAfter = Math.ceil(seconds);
  return new RetryableError(`The vendor's rate limit is reached; next call in ${retryAfter} s.`, {
    code: 'E_RATE',
    retryAfter,
  });
}
