import {
  FatalError,
  type Host,
  type JsonValue,
  type Poll,
  type PolledEvent,
  type PollPage,
  type path,
} from '@castellan/sdk';

/**
 * A window of time that is read page by page. Opal does not say in which order its lists are, so a window is closed
 * at its later end before it is read.
 */
interface Place {
  /** Nothing older is ever told. */
  start: string;
  from: string;
  /** Of a window that is being read. */
  to?: string;
  page?: string | undefined;
  /** When Opal was last found to have forgotten a page of this window, and the window was begun again. */
  forgotten?: string | undefined;
}

/** A list of Opal that is cut by time. */
interface TimedList {
  path: ReturnType<typeof path>;
  /** What a page says: events of it, and the cursor of the next one. Throws where it is no page. */
  page(body: JsonValue): { next: string | null | undefined; events: PolledEvent[] };
}

const pageSize = 200;
/** A thing may be listed some time after it happened; what is read twice is told by its id. */
const lateMs = 120_000;
/** A window is not begun again sooner: what refuses its pages each time is told as a failure. */
const beginAgainMs = 600_000;

/** Reads what is new in a list, window after window. */
export function byWindows(list: TimedList): Pick<Poll, 'begin' | 'read'> {
  return {
    begin: (from) => cursorAt({ start: from.toISOString(), from: from.toISOString() }),
    read: (host, cursor) => read(list, host, cursor),
  };
}

async function read(list: TimedList, host: Host, cursor: JsonValue): Promise<PollPage> {
  const place = cursor as unknown as Place;
  const { start, from, page, forgotten } = place;
  const now = host.now();
  const to = place.to ?? now.toISOString();
  if (to <= from) return { events: [], cursor };
  const query = { start_date_filter: from, end_date_filter: to, page_size: pageSize, cursor: page };
  const answer = await host.http.send({ method: 'GET', path: list.path, query }).catch((error: unknown) => {
    const wasBegunAgain = forgotten !== undefined && now.getTime() - Date.parse(forgotten) < beginAgainMs;
    if (page === undefined || wasBegunAgain || !isRefused(error)) throw error;
    return null;
  });
  if (answer === null)
    return { events: [], cursor: cursorAt({ start, from, forgotten: now.toISOString() }), more: true };
  const { next, events } = list.page(answer.body);
  if (next) return { events, cursor: cursorAt({ start, from, to, page: next, forgotten }), more: true };
  const overlapping = Math.max(Date.parse(start), Date.parse(to) - lateMs);
  return { events, cursor: cursorAt({ start, from: new Date(overlapping).toISOString() }) };
}

/** As Opal answers for a page that it no longer knows. */
const isRefused = (error: unknown): boolean => error instanceof FatalError && error.status === 400;

const cursorAt = (place: Place): JsonValue => JSON.parse(JSON.stringify(place)) as JsonValue;
