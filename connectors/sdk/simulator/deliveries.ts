import type { JsonValue } from '../types.js';
import type { DeliveryOutcome, SimulatedDelivery } from './define.js';

/** How an installation that people reach by a public address is reached from its own machine. */
export interface OwnAddress {
  /** Such as `https://castellan.example.com`. */
  publicUrl: string;
  /** Such as `http://127.0.0.1:4600`. */
  local: string;
}

const isLoopback = (host: string) => /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(host);

/**
 * Makes a simulator's own call. It goes to a webhook address of an installation on this machine and nowhere else, since
 * whoever may fill in a form chooses it. Never rejects.
 */
export async function deliver(
  { url, headers, body, timeoutSeconds }: SimulatedDelivery,
  own?: OwnAddress,
): Promise<DeliveryOutcome> {
  const at = whereTo(url, own);
  if (at === null) return { problem: 'A simulator delivers to webhook addresses of this installation only.' };
  try {
    const response = await fetch(at, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    return { status: response.status, body: parsed(await response.text()) };
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    return { problem: late ? `No answer within ${timeoutSeconds} seconds.` : 'The address could not be reached.' };
  }
}

function whereTo(address: string, own: OwnAddress | undefined): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (!url.pathname.startsWith('/hooks/')) return null;
  if (own && url.origin === new URL(own.publicUrl).origin) return new URL(url.pathname + url.search, own.local);
  return url.protocol === 'http:' && isLoopback(url.hostname) ? url : null;
}

function parsed(text: string): JsonValue {
  if (text === '') return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
