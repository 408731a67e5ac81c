import { ConnectorError, type HttpCore, readRetryAfter } from '@castellan/sdk';
import { type SubscriptionSecrets, signedHeaders } from './signing.js';

/** One attempt as the log keeps it. */
export interface Attempt {
  at: string;
  milliseconds: number;
  status: number | null;
  said: string | null;
  problem: string | null;
}

/** What is to be sent where. */
export interface Letter {
  url: string;
  id: string;
  body: string;
  depth: number;
  secrets: SubscriptionSecrets;
  /** Whether the secret before still signs. */
  previousSigns: boolean;
}

/** What came of it. */
export interface Outcome {
  attempt: Attempt;
  received: boolean;
  /** The receiver says that nobody is there any more (410). */
  gone: boolean;
  /** How many seconds the receiver asks us to wait. */
  retryAfter: number | undefined;
}

/** The whole exchange ends within this time. */
export const attemptMs = 15_000;
const mostBytes = 64 * 1024;
const mostSaid = 1_000;
/** Every status is an answer, of which the log tells. */
const everyStatus = Array.from({ length: 300 }, (_, index) => 300 + index);

/** Sends a letter once. Never rejects for what the receiver does. */
export async function attempt(core: HttpCore, letter: Letter): Promise<Outcome> {
  const started = Date.now();
  const { url, id, body, depth, secrets } = letter;
  const keys = [secrets.secret, ...(letter.previousSigns && secrets.previous ? [secrets.previous] : [])];
  const made = (status: number | null, said: string | null, problem: string | null, retryAfter?: number): Outcome => ({
    attempt: { at: new Date(started).toISOString(), milliseconds: Date.now() - started, status, said, problem },
    received: problem === null,
    gone: status === 410,
    retryAfter,
  });
  try {
    const http = core.open({ depth, totalMs: attemptMs, maxBytes: mostBytes, keepsRedirects: true });
    const answer = await http.send({
      method: 'POST',
      url,
      headers: signedHeaders(keys, id, body, new Date(started)),
      text: { content: body, contentType: 'application/json' },
      accept: everyStatus,
      safe: true,
    });
    const received = answer.status >= 200 && answer.status < 300;
    const problem = received ? null : `The receiver answered ${answer.status}.${remedyOf(answer.status)}`;
    return made(answer.status, asText(answer.body), problem, readRetryAfter(answer.headers, new Date()));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    // It has answered; that its words cannot be read does not make it any less received.
    const { status = null } = error;
    const received = status !== null && status >= 200 && status < 300;
    return made(status, null, received ? null : error.message);
  }
}

function asText(body: unknown): string | null {
  if (body === null) return null;
  return (typeof body === 'string' ? body : JSON.stringify(body)).slice(0, mostSaid);
}

function remedyOf(status: number): string {
  if (status >= 300 && status < 400) return ' Redirects are not followed: enter the address that it leads to.';
  return status === 401 || status === 403 ? ' It may not have the secret of this subscription.' : '';
}
