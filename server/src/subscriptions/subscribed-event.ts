import {
  type Connector,
  ConnectorError,
  type EventSubscription,
  type EventSubscriptions,
  type JsonValue,
  type OwnCall,
  type Trigger,
} from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../connections/connections.service.js';
import type { OpenConnection } from '../connections/open-connection.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { OperationsService } from '../operations/operations.service.js';
import { Addresses } from '../platform/addresses.js';
import { Database } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';

/** An event of a connection that its system's API lets us subscribe to. */
export interface SubscribedEvent {
  connection: OpenConnection;
  connector: Connector;
  event: string;
  trigger: Trigger;
  api: EventSubscriptions;
  /** Where the connection listens. */
  address: string;
}

const callMs = 15_000;

/** Finds events that can be subscribed to, and asks their systems. */
@Injectable()
export class SubscribedEvents {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
    private readonly addresses: Addresses,
  ) {}

  /** Opens the connection anew: its credential may have been made up a moment ago. */
  async find(workspaceId: string, connectionId: string, event: string): Promise<SubscribedEvent> {
    const connection = await this.connections.open(this.database, workspaceId, connectionId);
    const connector = connectorOf(connection.connector);
    const api = connector.subscriptions;
    if (!api) throw new ApiError('invalid_input', `${connector.title} has no subscriptions.`);
    const trigger = found(Object.hasOwn(connector.triggers, event) ? connector.triggers[event] : null, 'event');
    return { connection, connector, event, trigger, api, address: this.addresses.hook(connection.hookPath) };
  }

  /** Calls an operation of the connector for a person: the system's own words reach them. */
  async call({ connection, connector }: SubscribedEvent, { operation, input }: OwnCall): Promise<JsonValue> {
    try {
      return await this.operations.call({
        ...{ connector: connector.id, operation, input, connection, timeoutMs: callMs },
      });
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      throw new ApiError('invalid_input', error.message, { code: error.code, status: error.status }, { cause: error });
    }
  }

  /** The subscriptions to the event: the one that delivers here, and the others. */
  async subscriptionsTo(subject: SubscribedEvent): Promise<{
    mine: EventSubscription | null;
    others: EventSubscription[];
  }> {
    const { api, event, address } = subject;
    const all = api.read(await this.call(subject, api.list())).filter(({ trigger }) => trigger === event);
    const mine = all.find(({ url }) => url === address) ?? null;
    return { mine, others: all.filter((each) => each !== mine) };
  }
}
