import { randomUUID } from 'node:crypto';
import type { Session } from './admin-session.js';
import type { Vendor, VendorAnswer, VendorRequest } from './vendor.js';

/** Opal's audit log at a path of the scriptable vendor, with a connection to it. */
export interface AuditLog {
  connection: string;
  /** Where Opal delivers. */
  hookUrl: string;
  /** Logs an event that happens now, or earlier. @returns its id */
  log(type: string, occurredAt?: Date): string;
  /** The requests for its events. */
  asked(): VendorRequest[];
  /** Says how requests are answered instead; null for those that are answered as ever. */
  interfere(otherwise: (count: number) => Promise<VendorAnswer | null> | VendorAnswer | null): void;
  /** The most requests that were under way at one time. */
  atOnce(): number;
}

const pageSize = 3;

/** Starts an audit log of its own under `name`; pages are of three events, newest first. `secrets` sign its deliveries. */
export async function startAuditLog(
  admin: Session,
  vendor: Vendor,
  name: string,
  secrets: { streamSecret?: string } = {},
): Promise<AuditLog> {
  const lines: { event_id: string; event_type: string; created_at: string }[] = [];
  const path = `/${name}/events`;
  let interfere: Parameters<AuditLog['interfere']>[0] = () => null;
  let underWay = 0;
  let most = 0;
  vendor.script(path, async (request, count) => {
    underWay += 1;
    most = Math.max(most, underWay);
    try {
      return (await interfere(count)) ?? pageOf(lines, request.query);
    } finally {
      underWay -= 1;
    }
  });
  const made = await admin.inWorkspace<{ id: string; hookUrl: string }>('POST', '/connections', {
    ...{ name: `Opal ${name}`, connector: 'opal', auth: 'apiToken' },
    fields: { token: 'a-token-0123456789', apiUrl: `${vendor.url}/${name}`, ...secrets },
  });
  if (made.status !== 201) throw new Error(`The connection was not made: ${JSON.stringify(made.body)}`);
  return {
    connection: made.body.id,
    hookUrl: made.body.hookUrl,
    log: (type, occurredAt = new Date()) => {
      const id = randomUUID();
      lines.push({ event_id: id, event_type: type, created_at: occurredAt.toISOString() });
      return id;
    },
    asked: () => vendor.to(path),
    interfere: (otherwise) => {
      interfere = otherwise;
    },
    atOnce: () => most,
  };
}

function pageOf(
  lines: { event_id: string; created_at: string }[],
  { start_date_filter: from = '', end_date_filter: to = '', cursor = '0' }: Record<string, string>,
): VendorAnswer {
  const within = lines.filter(({ created_at: at }) => at >= from && at <= to).toReversed();
  const end = Number(cursor) + pageSize;
  return { body: { next: end < within.length ? String(end) : null, results: within.slice(Number(cursor), end) } };
}
