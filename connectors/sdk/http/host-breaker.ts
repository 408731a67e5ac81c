import { ConnectorError, RetryableError, UnknownOutcomeError } from '../errors.js';

/** So many failures in a row, with no other answer between them, and the host is left alone. */
const failuresToOpen = 10;
/** Seconds until one call finds out whether the host works again; twice as long each time that it does not. */
const firstPause = 5;
const longestPause = 60;
/** Who comes while one call finds out comes again after so many seconds. */
const probeSeconds = 3;
/** Of more hosts that fail the first is forgotten. */
const mostHosts = 1_000;

/** The call was not made, because its host keeps failing. It is to come again after `retryAfter` seconds. */
export class HostFailing extends RetryableError {
  constructor(
    title: string,
    readonly host: string,
    /** In a row. */
    readonly failures: number,
    retryAfter: number,
  ) {
    super(
      `${title} was not asked: ${host} has failed ${failures} times in a row, and is asked again in ${retryAfter} s.`,
      { retryAfter },
    );
  }
}

interface FailingHost {
  failures: number;
  /** Seconds, on the clock of `now`; null: it may be asked. */
  openUntil: number | null;
  pause: number;
  /** One call is under way to find out. */
  probed: boolean;
}

export interface Asked {
  origin: string;
  /** “Opal”, for the message. */
  title: string;
  /** The call is made also while its host keeps failing: a person wants to know. */
  insists: boolean;
  /** Statuses of 500 and more that are an answer to this caller. */
  accept?: number[];
  /** A call that was given up says nothing of its host. */
  signal?: AbortSignal;
}

/**
 * Leaves hosts alone that keep failing: those that cannot be reached, do not answer, or answer 5xx. After a pause one
 * call finds out whether a host works again, before the others come. Only hosts that fail are remembered.
 */
export class HostBreaker {
  private readonly failing = new Map<string, FailingHost>();

  constructor(
    private readonly now: () => number = () => performance.now() / 1000,
    private readonly chance: () => number = Math.random,
  ) {}

  /** Sends what is asked and notes how the host took it; rejects with HostFailing while it is left alone. */
  async ask<Answer extends { status: number }>(asked: Asked, send: () => Promise<Answer>): Promise<Answer> {
    const probes = !asked.insists && this.enter(asked);
    try {
      const answer = await send();
      if (answer.status < 500 || answer.status === 501 || asked.accept?.includes(answer.status))
        this.failing.delete(asked.origin);
      else this.failed(asked.origin);
      return answer;
    } catch (error) {
      if (isOfHost(error) && !asked.signal?.aborted) this.failed(asked.origin);
      throw error;
    } finally {
      const host = this.failing.get(asked.origin);
      if (probes && host) host.probed = false;
    }
  }

  /** Is this call the one that finds out? */
  private enter({ origin, title }: Asked): boolean {
    const host = this.failing.get(origin);
    if (!host || host.openUntil === null) return false;
    const left = host.openUntil - this.now();
    if (left <= 0 && !host.probed) {
      host.probed = true;
      return true;
    }
    // Those that come again are spread, behind the one that finds out.
    const seconds = Math.ceil(Math.max(left, host.probed ? probeSeconds : 0) * (1 + this.chance() / 5));
    throw new HostFailing(title, new URL(origin).host, host.failures, seconds);
  }

  private failed(origin: string): void {
    const host = this.failing.get(origin) ?? { failures: 0, openUntil: null, pause: firstPause, probed: false };
    this.failing.set(origin, host);
    const [first] = this.failing.keys();
    if (this.failing.size > mostHosts && first !== undefined) this.failing.delete(first);
    host.failures += 1;
    if (host.failures < failuresToOpen) return;
    // Calls that were under way when it opened say nothing new.
    if (host.openUntil !== null && host.openUntil > this.now()) return;
    if (host.openUntil !== null) host.pause = Math.min(host.pause * 2, longestPause);
    host.openUntil = this.now() + host.pause;
  }
}

/** No answer, for which the host or the way to it is to blame. */
const isOfHost = (error: unknown): boolean =>
  error instanceof ConnectorError && (error instanceof RetryableError || error instanceof UnknownOutcomeError);
