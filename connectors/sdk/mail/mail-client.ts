import type { MailServer } from '../define.js';
import { ConnectorError } from '../errors.js';
import type { CallOptions, HttpLimits } from '../http/core.js';
import type { EgressGuard } from '../http/egress.js';
import type { ConnectionGate } from '../http/rate-gate.js';
import type { Target } from '../http/target.js';
import type { MailClient } from '../types.js';
import { smtpClient } from './smtp-client.js';

/**
 * The mail server that the connection's own fields name, and no other: a step says what is sent and to whom, never
 * where. What is opened is held against the rules of egress, and leads to the server itself, through no proxy.
 */
export function mailClient(
  { title, secrets, server }: Pick<Target, 'title' | 'secrets'> & { server: MailServer },
  gate: ConnectionGate,
  guard: EgressGuard,
  limits: HttpLimits,
  calls: CallOptions,
): MailClient {
  const { signal, totalMs = limits.totalMs, breaker, insists = false } = calls;
  const asked = { origin: `smtp://${server.host}:${server.port}`, title, insists, signal };
  const smtp = smtpClient({
    ...{ title, secrets, server, totalMs, signal, ca: guard.ca },
    open: (place) => guard.socket(place, limits.connectMs),
  });

  const within = async <T>(act: () => Promise<T>): Promise<T> => {
    await gate.pass('SMTP');
    await calls.gate?.pass();
    if (!breaker) return act();
    const answered = await breaker.ask(asked, () => answerOf(act));
    if ('refusal' in answered) throw answered.refusal;
    return answered.value;
  };
  return {
    sender: server.sender,
    send: (mail) => within(() => smtp.send(mail)),
    check: () => within(() => smtp.check()),
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
