import { ConnectorError } from '../errors.js';
import type { CallOptions } from './call-options.js';
import type { ConnectionGate } from './rate-gate.js';

/**
 * Calls of a connection that speaks no HTTP: they pass the same gates, and are held back while their server keeps
 * failing. `origin` names the server.
 */
export function heldCalls(
  { origin, title, name }: { origin: string; title: string; name: string },
  gate: ConnectionGate,
  calls: CallOptions,
): <T>(act: () => Promise<T>) => Promise<T> {
  const { signal, breaker, insists = false } = calls;
  return async (act) => {
    await gate.pass(name);
    await calls.gate?.pass();
    if (!breaker) return act();
    const answered = await breaker.ask({ origin, title, insists, signal }, () => answerOf(act));
    if ('refusal' in answered) throw answered.refusal;
    return answered.value;
  };
}

/** A server that replies is at work, whatever it replies. */
async function answerOf<T>(
  act: () => Promise<T>,
): Promise<{ status: number; value: T } | { status: number; refusal: ConnectorError }> {
  try {
    return { status: 250, value: await act() };
  } catch (error) {
    if (error instanceof ConnectorError && error.status !== undefined) return { status: 250, refusal: error };
    throw error;
  }
}
