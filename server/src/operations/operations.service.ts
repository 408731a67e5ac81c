import {
  type Auth,
  type CallOptions,
  type Choice,
  type ConnectionProof,
  type Consent,
  callOperation,
  type DirectorySource,
  findOperation,
  type Host,
  HostBreaker,
  type HttpCore,
  type JsonObject,
  type JsonValue,
  listChoices,
  lookupEffect,
  type PollPage,
  pollOf,
  type Redeemed,
  readBefore,
  readOnly,
  readPoll,
  readSweep,
  type SharedGate,
  type Token,
  testConnection,
} from '@castellan/sdk';
import { Inject, Injectable } from '@nestjs/common';
import { ConnectionHealth } from '../connections/connection-health.js';
import { ConnectionsService } from '../connections/connections.service.js';
import type { OpenConnection } from '../connections/open-connection.js';
import { ConnectionTokens } from '../connections/tokens/connection-tokens.service.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import type { ConnectorReference } from '../connector-registry/references.js';
import { DirectoryHost } from '../directory/directory-host.service.js';
import { Database } from '../platform/database/index.js';
import { HTTP_CORE } from '../platform/egress/http-core.js';
import { ApiError } from '../platform/errors.js';
import { TableHost } from '../tables/table-host.service.js';
import { type Chat, chatOf } from './approval-chat.js';
import { type CallPlace, ConnectionGates, type Entry, type Waiting } from './connection-gates.js';

/** What the host of a call needs to know beside the connection. */
interface HostOptions {
  /** The same for every attempt of one effect. Reads have none. */
  idempotencyKey?: string;
  /** The workspace whose run makes it: it is held back while its host keeps failing. Left out: a person's call, which is made. */
  runOf?: string;
  /** The run and the step that make it, for what is to be told of a change of ours. */
  run?: { id: string; step: string };
  /** How many runs stand above one that the call would start, if it is a call of a run. */
  depth?: number;
  signal?: AbortSignal;
  timeoutMs?: number;
  /** What lets its requests pass; left out: the connection's gate for calls that people make. */
  gate?: SharedGate;
}

/** A call of an operation. */
export interface OperationCall extends HostOptions {
  /** A reference to the connector, of the version that is called. */
  connector: ConnectorReference;
  operation: string;
  input: unknown;
  connection: OpenConnection | null;
}

/** The one caller of connector code. */
@Injectable()
export class OperationsService {
  /** What this process knows of hosts that keep failing; workspaces do not hold each other up. */
  private readonly breakers = new Map<string, HostBreaker>();

  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsService,
    @Inject(HTTP_CORE) private readonly core: HttpCore,
    private readonly gates: ConnectionGates,
    private readonly tokens: ConnectionTokens,
    private readonly health: ConnectionHealth,
    private readonly tables: TableHost,
    private readonly directory: DirectoryHost,
  ) {}

  /** Lets a call of a run in by the limits of its connection, or says when it is to come again. `held`: it is under way. */
  enter(connection: OpenConnection, place: CallPlace): Promise<Entry | Waiting | 'held'> {
    return this.gates.enter(connection, place);
  }

  /** Calls an operation once. Rejects with the SDK's ConnectorError. */
  call(call: OperationCall): Promise<JsonValue> {
    const connector = connectorOf(call.connector);
    const answer = callOperation(connector, call.operation, call.input, this.host(call.connection, call));
    return this.health.watch(call.connection, answer);
  }

  /** Reads what there is before a write; null where the operation declares nothing of the kind. */
  before(call: OperationCall): Promise<JsonValue> {
    const connector = connectorOf(call.connector);
    return readBefore(connector, call.operation, call.input, this.host(call.connection, call));
  }

  /** Asks whether an effect with this key has happened: its output, or null. */
  lookup(call: OperationCall): Promise<JsonValue> {
    const connector = connectorOf(call.connector);
    return lookupEffect(connector, call.operation, call.input, this.host(call.connection, call));
  }

  /** The place from which the events of a connector are read that happen from a time on. */
  beginPoll(connector: string, event: string, from: Date): JsonValue {
    return pollOf(connectorOf(connector), event).begin(from);
  }

  /** Reads one page of events that the system does not deliver. Rejects with the SDK's ConnectorError. */
  poll(
    connection: OpenConnection,
    event: string,
    cursor: JsonValue,
    options: { signal: AbortSignal; timeoutMs: number },
  ): Promise<PollPage> {
    const connector = connectorOf(connection.connector);
    return readPoll(connector, event, cursor, this.host(connection, options));
  }

  /** Reads one page of events that the system should have delivered. Rejects with the SDK's ConnectorError. */
  sweep(
    connection: OpenConnection,
    event: string,
    cursor: JsonValue,
    options: { signal: AbortSignal; timeoutMs: number },
  ): Promise<PollPage> {
    const connector = connectorOf(connection.connector);
    return readSweep(connector, event, cursor, this.host(connection, options));
  }

  /** What reads the directory that a connection reaches, and the host for it; null where its connector offers none. */
  directorySource(
    connection: OpenConnection,
    options: { signal?: AbortSignal; timeoutMs: number },
  ): { source: DirectorySource; host: Host } | null {
    const { directory: source } = connectorOf(connection.connector);
    if (!source) return null;
    return { source, host: readOnly(this.host(connection, options)) };
  }

  /** A read operation for a person: previews and choices. */
  async read(workspaceId: string, connectionId: string, operation: string, input: unknown): Promise<JsonValue> {
    const connection = await this.connections.open(this.database, workspaceId, connectionId);
    if (findOperation(connectorOf(connection.connector), operation)?.effect !== 'read') {
      throw new ApiError('invalid_input', `${operation} is not an operation that only reads.`);
    }
    return this.call({ connector: connection.connector, operation, input, connection });
  }

  /** The vendor's word on a connection's credentials: whose they are, what else shows that they work, or why nothing can. */
  test(connection: OpenConnection): Promise<ConnectionProof> {
    const connector = connectorOf(connection.connector);
    return testConnection(connector, connection.fields, this.host(connection, { timeoutMs: 15_000 }));
  }

  /** The vendor's page on which a person agrees to a connection. */
  consentAddress(connection: OpenConnection, ask: { redirectUri: string; state: string; challenge: string }): string {
    const { auth, consent } = consentOf(connection);
    return consent.address(auth.fields.parse(connection.fields), ask);
  }

  /** The first token, for what the vendor's page came back with. Rejects with the SDK's ConnectorError. */
  redeem(connection: OpenConnection, given: Redeemed): Promise<Token> {
    return this.core.redeem(connectorOf(connection.connector), valuesOf(connection), given);
  }

  /** Choices of a field, read from the system. */
  async choices(
    workspaceId: string,
    connectionId: string,
    field: { operation: string; pointer: string; input: Record<string, unknown> },
  ): Promise<Choice[]> {
    const connection = await this.connections.open(this.database, workspaceId, connectionId);
    const connector = connectorOf(connection.connector);
    const host = this.host(connection, { timeoutMs: 15_000 });
    return listChoices(connector, field.operation, field.pointer, field.input as JsonObject, host);
  }

  private breakerOf(workspaceId: string): HostBreaker {
    const breaker = this.breakers.get(workspaceId) ?? new HostBreaker();
    this.breakers.set(workspaceId, breaker);
    return breaker;
  }

  /** The chat of a connection, in which approvals are asked for; null where its system has none. */
  approvalChat(connection: OpenConnection, options: { idempotencyKey?: string; timeoutMs?: number } = {}): Chat | null {
    const connector = connectorOf(connection.connector);
    if (!connector.approvals) return null;
    return chatOf(connector.approvals, this.host(connection, options));
  }

  private host(connection: OpenConnection | null, call: HostOptions): Host {
    const { idempotencyKey = '', depth, signal, timeoutMs, runOf, run } = call;
    const gate = call.gate ?? (connection ? this.gates.of(connection) : undefined);
    const workspace = runOf ?? connection?.workspaceId;
    const breaker = workspace && !connection?.simulator ? this.breakerOf(workspace) : undefined;
    const judged = breaker ? { breaker, insists: runOf === undefined } : {};
    const signedIn = connection ? this.signIn(connection, runOf === undefined) : {};
    const options = {
      ...{ signal, idempotencyKey, depth, totalMs: timeoutMs },
      ...{ ...(gate ? { gate } : {}), ...judged, ...signedIn },
    };
    // How it signs in is the connection's affair, whichever version of the connector is called.
    const party = connection && { connector: connectorOf(connection.connector), values: valuesOf(connection) };
    const mail = party && this.core.mail(party.connector, party.values, options);
    const database = party && this.core.database(party.connector, party.values, options);
    return {
      http: party ? this.core.connect(party.connector, party.values, options) : this.core.open(options),
      ...(mail ? { mail } : {}),
      ...(database ? { database } : {}),
      ...this.tableOf(connection, { idempotencyKey, run }),
      directory: this.directory.of(workspace),
      now: () => new Date(),
      idempotencyKey,
    };
  }

  /** Of a connection that is a table, its rows. */
  private tableOf(
    connection: OpenConnection | null,
    { idempotencyKey, run }: { idempotencyKey: string; run: HostOptions['run'] },
  ): Pick<Host, 'table'> {
    if (connection?.connector !== 'table') return {};
    const place = { workspaceId: connection.workspaceId, tableId: connection.id };
    return { table: this.tables.of(place, { effectKey: idempotencyKey, ...(run ? { run } : {}) }) };
  }

  /** How calls get the token that they carry, which is masked like the other secrets. */
  private signIn(connection: OpenConnection, insists: boolean): Pick<CallOptions, 'tokens' | 'onToken'> {
    const { secretValues } = connection;
    return {
      tokens: this.tokens.of(connection, { insists }),
      onToken: (token) => void (secretValues.includes(token) || secretValues.push(token)),
    };
  }
}

/** The connection's auth, if a person has to agree to it; else `invalid_input`. */
function consentOf({ connector, auth: kind, simulator }: OpenConnection): { auth: Auth; consent: Consent } {
  const { title, auth: auths } = connectorOf(connector);
  const auth = auths.find((one) => one.kind === kind);
  if (!auth?.token?.consent) {
    throw new ApiError('invalid_input', `${title} wants nobody to agree to this connection: it signs in by itself.`);
  }
  if (simulator) throw new ApiError('invalid_input', 'At a simulator there is nobody who would have to agree.');
  return { auth, consent: auth.token.consent };
}

function valuesOf(connection: OpenConnection) {
  const { id, auth, fields, simulator, workspaceId } = connection;
  return { id, kind: auth, fields, ...(simulator ? { simulator: { workspace: workspaceId } } : {}) };
}
