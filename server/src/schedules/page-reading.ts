import { ConnectorError, FatalError, type JsonValue, type PollPage, RetryableError } from '@castellan/sdk';
import { ApiError } from '../platform/errors.js';

const pageMs = 30_000;

/**
 * Reads one page of a system's events within half a minute. A connector that hangs is given up at the deadline, like a
 * system that does; a mistake in its code is told like one of the system, since it would come again with each reading.
 */
export async function readInTime(
  name: string,
  signal: AbortSignal,
  read: (options: { signal: AbortSignal; timeoutMs: number }) => Promise<PollPage>,
): Promise<PollPage> {
  const deadline = AbortSignal.timeout(pageMs);
  const tooLate = new Promise<never>((_, reject) =>
    deadline.addEventListener('abort', () => reject(hung(name)), { once: true }),
  );
  const options = { signal: AbortSignal.any([signal, deadline]), timeoutMs: pageMs };
  const reading = read(options).catch((error: unknown) => {
    throw error instanceof ConnectorError || error instanceof ApiError ? error : broken(name, error);
  });
  return Promise.race([reading, tooLate]);
}

/** One that comes no further by a page would be read for ever. */
export const isStill = (cursor: JsonValue, page: PollPage): boolean =>
  page.events.length === 0 && JSON.stringify(page.cursor) === JSON.stringify(cursor);

const broken = (name: string, cause: unknown): ConnectorError =>
  new FatalError(`What ${name} gave cannot be read as events: ${(cause as Error).message}`, {
    code: 'E_RESPONSE',
    cause,
  });

const hung = (name: string): ConnectorError =>
  new RetryableError(`${name} did not give its events within ${pageMs / 1_000} s.`, { code: 'E_TIMEOUT' });
