import type { DraftTrigger } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { Database } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { parseBody } from './delivery.js';
import { wholeBody } from './stored-body.js';

/** Deliveries of the log, as a trigger would see them now. */
@Injectable()
export class PastDeliveriesService {
  constructor(private readonly database: Database) {}

  /** What expressions see as `trigger`. `connector` is that of a connector trigger's connection. */
  async dataFor(
    { workspaceId }: Actor,
    deliveryId: string,
    { id, trigger, connector }: { id: string; trigger: DraftTrigger; connector?: string | undefined },
  ): Promise<Record<string, unknown>> {
    const [row] = await this.database.query<{
      method: string;
      headers: Record<string, string>;
      query: Record<string, string>;
      rawBody: Buffer;
      status: string;
      cleared: boolean;
      receivedAt: Date;
      event: string | null;
    }>(
      `select method, headers, query, ${wholeBody} as "rawBody", status, cleared_at is not null as cleared,
              received_at as "receivedAt", event
         from deliveries d where id = $1 and workspace_id = $2`,
      [deliveryId, workspaceId],
    );
    const { status, cleared, rawBody, receivedAt, event, ...arrival } = found(row, 'delivery');
    if (cleared) throw new ApiError('conflict', 'What this delivery brought was removed: choose another one.');
    if (status === 'refused') throw new ApiError('conflict', 'A refused delivery was not kept: choose another one.');
    const body = parseBody(rawBody, arrival.headers['content-type']);
    // One that was read holds its event alone.
    const payload =
      trigger.kind === 'connector' && connector !== undefined && event === null
        ? payloadOf(connector, String(trigger.event), { ...arrival, rawBody, body })
        : body;
    return {
      ...{ id, kind: trigger.kind, delivery: deliveryId, receivedAt: receivedAt.toISOString() },
      ...arrival,
      body: payload,
    };
  }
}

/** The payload of the first event in the delivery that the trigger listens to. */
function payloadOf(
  connector: string,
  event: string,
  delivery: {
    method: string;
    headers: Record<string, string>;
    query: Record<string, string>;
    rawBody: Buffer;
    body: unknown;
  },
): unknown {
  const events = connectorOf(connector).address?.events({ ...delivery, body: delivery.body as never }) ?? [];
  const heard = events.find(({ trigger }) => trigger === event);
  if (!heard) throw new ApiError('invalid_input', 'This delivery holds no event that the trigger listens to.');
  return heard.payload;
}
