import type { Connector } from './define.js';
import { FatalError } from './errors.js';
import { normalizeJson } from './normalize.js';
import type { Host, JsonValue } from './types.js';

/** One event that was read. */
export interface PolledEvent {
  /** The vendor's own id of it: the same each time that it is read. */
  id: string;
  payload: JsonValue;
  /** When it happened, where the vendor says so: an instant in ISO 8601. */
  occurredAt?: string;
}

/** What one reading gave. */
export interface PollPage {
  events: PolledEvent[];
  /** Where the next reading begins. */
  cursor: JsonValue;
  /** More waits to be read at once. */
  more?: boolean;
}

/** How events are read from a system that does not deliver them. A place in their order is a cursor, which is JSON. */
export interface Poll {
  /** How often the system is asked, unless a flow says otherwise. */
  everySeconds: number;
  /** The vendor delivers the event as well, and it is read to find what was lost: its `id` is that of the delivered event. */
  delivered?: true;
  /** The cursor from which all is read that happened at or after a time, and nothing older. */
  begin(from: Date): JsonValue;
  /**
   * Reads one page. What is read from one cursor is read from it again; an event may be read twice, and is told by its
   * id; none may be left out. Rejects with ConnectorError.
   */
  read(host: Host, cursor: JsonValue): Promise<PollPage>;
}

/**
 * Bounds of what one reading gives; a poll cuts its pages smaller. A cursor may hold what is remembered of tens of
 * thousands of records, where only a comparison tells what changed.
 */
export const pollLimits = { events: 1_000, idLength: 300, cursorLength: 4 * 1024 * 1024 } as const;

/** Reads one page of a polled trigger's events, checks that it is one, and puts it in the order in which it happened. */
export async function readPoll(
  connector: Connector,
  triggerId: string,
  cursor: JsonValue,
  host: Host,
): Promise<PollPage> {
  return checkedPage(connector, await pollOf(connector, triggerId).read(host, cursor));
}

/** The page with its events normalised and in order; throws when it is none. */
export function checkedPage(connector: Connector, page: PollPage): PollPage {
  const wrong = whatIsWrong(page);
  if (wrong) throw new FatalError(`${connector.title}: ${wrong}`, { code: 'E_RESPONSE' });
  const events = page.events.map((event) => ({ ...event, payload: normalizeJson(event.payload) }));
  return { ...page, events: inOrder(events) };
}

/** The poll of a trigger; rejects one that the vendor delivers by itself. */
export function pollOf(connector: Connector, triggerId: string): Poll {
  const poll = Object.hasOwn(connector.triggers, triggerId) ? connector.triggers[triggerId]?.poll : undefined;
  if (poll) return poll;
  throw new FatalError(`${connector.title} has no polled event “${triggerId}”.`, { code: 'E_INPUT' });
}

function whatIsWrong({ events, cursor }: PollPage): string | null {
  if (events.length > pollLimits.events) return `a page holds ${events.length} events, more than ${pollLimits.events}.`;
  const nameless = events.some(({ id }) => typeof id !== 'string' || id === '' || id.length > pollLimits.idLength);
  if (nameless) return 'an event has no id that could be kept.';
  const timeless = events.find(({ occurredAt }) => occurredAt !== undefined && Number.isNaN(Date.parse(occurredAt)));
  if (timeless) return `the time of the event ${timeless.id} cannot be read.`;
  return JSON.stringify(cursor).length > pollLimits.cursorLength
    ? 'the place in the events is too long to keep.'
    : null;
}

/** Oldest first; events without a time stay where the vendor put them. */
function inOrder(events: PolledEvent[]): PolledEvent[] {
  if (events.some(({ occurredAt }) => occurredAt === undefined)) return events;
  return events.toSorted((a, b) => Date.parse(a.occurredAt as string) - Date.parse(b.occurredAt as string));
}
