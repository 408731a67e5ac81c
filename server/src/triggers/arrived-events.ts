import type { InboundRequest } from '@castellan/sdk';
import type { ConnectionsService } from '../connections/connections.service.js';
import type { OpenConnection } from '../connections/open-connection.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import type { Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { parseBody } from './delivery.js';
import type { DeliveryStatus, StoredDelivery } from './inbox.js';
import { wholeBody } from './stored-body.js';
import { placeOf, startsRuns, type TriggerRow, triggerById, triggersOfConnection } from './trigger-row.js';

/** One event of an arrival, where it is heard, and the triggers that it is for. */
export interface ArrivedEvent {
  /** The connection, or the flow with a webhook of its own, and which event there; null where runs cannot wait for it. */
  heardAt: { listener: string; name: string } | null;
  triggers: TriggerRow[];
  /** The event's own payload; the parsed body when left out. */
  payload?: unknown;
  /** The vendor's id of it. */
  vendorKey: string | null;
}

/** What the vendor tells in a delivery to the address of a connection, with the triggers that listen to each event. */
export async function eventsAt(
  sql: Sql,
  { id, connector }: Pick<OpenConnection, 'id' | 'connector'>,
  delivery: InboundRequest,
): Promise<ArrivedEvent[]> {
  const { address } = connectorOf(connector);
  if (!address) return [];
  const listening = (await triggersOfConnection(sql, id)).filter(startsRuns);
  // The key tells the events of one delivery apart; only with the delivery's id does it name the event for good.
  const deliveryId = address.deliveryId(delivery);
  return address.events(delivery).map(({ trigger, payload, key, id: named }) => ({
    heardAt: { listener: id, name: trigger },
    triggers: listening.filter((row) => row.event === trigger),
    payload,
    vendorKey: named ?? (deliveryId === null ? null : `${deliveryId} ${key}`),
  }));
}

/** One event of a connection, with the triggers that listen to it; its payload is the whole body. */
export async function eventOfConnection(
  sql: Sql,
  connectionId: string,
  event: string,
  vendorKey: string | null,
): Promise<ArrivedEvent> {
  const listening = (await triggersOfConnection(sql, connectionId)).filter(startsRuns);
  const triggers = listening.filter((row) => row.event === event);
  return { heardAt: { listener: connectionId, name: event }, triggers, vendorKey };
}

/** The events of a delivery that was stored earlier, as they are heard today. */
export async function eventsOfStored(
  sql: Sql,
  connections: ConnectionsService,
  delivery: StoredDelivery,
): Promise<ArrivedEvent[]> {
  const { workspaceId, triggerRow, connectionId, externalId, event, rawBody, headers } = delivery;
  if (triggerRow !== null) {
    const trigger = await triggerById(sql, triggerRow);
    if (!trigger) return [];
    return [{ heardAt: placeOf(trigger), triggers: startsRuns(trigger) ? [trigger] : [], vendorKey: externalId }];
  }
  if (connectionId === null) return [];
  // What a sweep found is stored as the one event that it is.
  if (event !== null) return [await eventOfConnection(sql, connectionId, event, externalId)];
  const connection = await connections.open(sql, workspaceId, connectionId).catch((error: unknown) => {
    // It was removed in the meantime: nothing listens there any more.
    if (error instanceof ApiError && error.code === 'not_found') return null;
    throw error;
  });
  if (!connection) return [];
  const body = parseBody(rawBody, headers['content-type']) as InboundRequest['body'];
  return eventsAt(sql, connection, { ...delivery, body });
}

const columns = `id, workspace_id as "workspaceId", address, trigger_row as "triggerRow", connection_id as "connectionId",
  external_id as "externalId", event, scheduled_at as "scheduledAt", arrival_key as "arrivalKey", method, headers, query,
  ${wholeBody} as "rawBody", sample, source, swept, again_of as "againOf", place, status, cleared_at is not null as cleared`;

/** Reads stored deliveries; `where` is all that follows the table's name. */
export const readStored = (
  sql: Sql,
  where: string,
  values: unknown[] = [],
): Promise<(StoredDelivery & { status: DeliveryStatus; place: number; cleared: boolean })[]> =>
  sql.query(`select ${columns} from deliveries d ${where}`, values);
