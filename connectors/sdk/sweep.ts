import type { Connector } from './define.js';
import { FatalError } from './errors.js';
import { checkedPage, type Poll, type PollPage } from './poll.js';
import type { Host, JsonValue } from './types.js';

/**
 * How events that are delivered are listed as well, to find those of which no delivery told. Each event's `id` is the
 * one that its delivery names (`DeliveredEvent.id`), and its time is known.
 */
export interface Sweep extends Pick<Poll, 'begin' | 'read'> {
  /** How often the system is asked. */
  everySeconds: number;
  /** For so long after it happened a delivery may still come: `read` sees a clock that is slow by this. */
  graceSeconds: number;
  /**
   * Why a person decides about it, so that it begins switched off: a sentence. Such as that what the vendor delivers may
   * have been narrowed where its list is not.
   */
  caution?: string;
}

/** The least of both, so that a sweep never competes with deliveries. */
export const sweepLimits = { everySeconds: 60, graceSeconds: 60 } as const;

/** The instant up to which a sweep reads. */
export const sweptTo = ({ graceSeconds }: Pick<Sweep, 'graceSeconds'>, now: Date): Date =>
  new Date(now.getTime() - graceSeconds * 1_000);

/**
 * Reads one page of what should have been delivered, and checks that it is one. The host's clock says when it began to
 * be read. Rejects with ConnectorError.
 */
export async function readSweep(
  connector: Connector,
  triggerId: string,
  cursor: JsonValue,
  host: Host,
): Promise<PollPage> {
  const sweep = sweepOf(connector, triggerId);
  const until = sweptTo(sweep, host.now());
  const page = checkedPage(connector, await sweep.read({ ...host, now: () => until }, cursor));
  const timeless = page.events.find(({ occurredAt }) => occurredAt === undefined);
  if (timeless === undefined) return page;
  throw new FatalError(`${connector.title}: the event ${timeless.id} has no time.`, { code: 'E_RESPONSE' });
}

/** How the deliveries of a trigger are checked; rejects one that is not swept. */
export function sweepOf(connector: Connector, triggerId: string): Sweep {
  const sweep = Object.hasOwn(connector.triggers, triggerId) ? connector.triggers[triggerId]?.sweep : undefined;
  if (sweep) return sweep;
  throw new FatalError(`${connector.title} cannot list what it delivers as “${triggerId}”.`, { code: 'E_INPUT' });
}
