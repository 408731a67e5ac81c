import type { MailServer } from '../define.js';
import type { CallOptions, HttpLimits } from '../http/call-options.js';
import type { EgressGuard } from '../http/egress.js';
import { heldCalls } from '../http/held-calls.js';
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
  const { signal, totalMs = limits.totalMs } = calls;
  const smtp = smtpClient({
    ...{ title, secrets, server, totalMs, signal, ca: guard.ca },
    open: (place) => guard.socket(place, limits.connectMs),
  });
  const within = heldCalls({ origin: `smtp://${server.host}:${server.port}`, title, name: 'SMTP' }, gate, calls);
  return {
    sender: server.sender,
    send: (mail) => within(() => smtp.send(mail)),
    check: () => within(() => smtp.check()),
  };
}
