import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionFields } from '../auth.js';
import type { Connector } from '../define.js';
import { createHttpCore, type HttpCore } from '../http/core.js';
import { type ConnectionValues, simulatorFields } from '../http/target.js';
import { simulatedMail } from '../mail/simulated-mail.js';
import { path } from '../path.js';
import type { FaultInput, LoggedRequest, Simulator } from '../simulator/index.js';
import { serveSimulators } from '../simulator/server.js';
import { MemoryTokenKeeper } from '../tokens/memory-keeper.js';
import type { Host, HttpRequest, JsonObject, JsonValue } from '../types.js';
import { recordedDatabase } from './recorded-database.js';

/** A simulator under test, and a connection to it over a socket as the server makes one. */
export interface Simulation {
  core: HttpCore;
  fields: ConnectionFields;
  connection: ConnectionValues;
  /** A host as the server gives it to operations; each has its own client. */
  host(options?: { idempotencyKey?: string; now?: Date; connectionId?: string; totalMs?: number }): Host;
  /** The token that its calls carry, got if need be; null where they carry none. */
  signIn(): Promise<string | null>;
  /** Forgets the token, so that the next call asks for one. */
  signOut(): void;
  requests(): Promise<LoggedRequest[]>;
  state(): Promise<JsonObject>;
  view(): Promise<JsonObject>;
  seed(collections: JsonObject): Promise<void>;
  /** What happens to the calls that follow; a token is got before. */
  faults(faults: FaultInput[]): Promise<void>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

export const testKey = 'ab'.repeat(32);

/** The directory of a workspace without integrations. */
export const emptyDirectory: Host['directory'] = {
  findPerson: async () => null,
  listPeople: async () => [],
  getGroup: async () => null,
  listGroups: async () => [],
  listGroupMembers: async () => [],
};

/** A host around a client, to which e-mail and statements go, too: no table, no directory. */
export function hostOf(http: Host['http'], options: { idempotencyKey?: string; now?: Date } = {}): Host {
  return {
    http,
    mail: simulatedMail(http, 'it@example.com'),
    database: recordedDatabase(http),
    directory: emptyDirectory,
    now: () => options.now ?? new Date(),
    idempotencyKey: options.idempotencyKey ?? testKey,
  };
}

/** Starts a simulator on a socket of its own. Close it after the test. */
export async function simulate(connector: Connector, simulator: Simulator): Promise<Simulation> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-simulator-'));
  const socketPath = process.platform === 'win32' ? join('\\\\.\\pipe', folder) : join(folder, 'simulators.sock');
  const running = await serveSimulators({ simulators: [simulator], socketPath });
  const core = createHttpCore({ simulators: { socketPath } });
  const workspace = 'workspace-under-test';
  const connection = { id: 'connection-under-test', ...simulatorFields(connector), simulator: { workspace } };
  const control = async (aspect: string, request: Partial<HttpRequest> = {}): Promise<JsonValue> => {
    const target = path`/__simulator/${connector.id}/${aspect}`;
    return (await core.simulators().send({ method: 'GET', path: target, query: { workspace }, ...request })).body;
  };
  let tokens = new MemoryTokenKeeper();
  const signIn = () => core.signIn(connector, connection, { tokens });
  const signOut = () => {
    tokens = new MemoryTokenKeeper();
  };
  return {
    core,
    connection,
    fields: connection.fields,
    host(options = {}) {
      const { idempotencyKey = testKey, connectionId = connection.id, totalMs } = options;
      const calls = { idempotencyKey, totalMs, tokens };
      return hostOf(core.connect(connector, { ...connection, id: connectionId }, calls), options);
    },
    ...{ signIn, signOut },
    requests: async () => ((await control('requests')) as { items: unknown }).items as LoggedRequest[],
    state: async () => (await control('state')) as JsonObject,
    view: async () => (await control('view')) as JsonObject,
    seed: async (body) => void (await control('seed', { method: 'POST', body })),
    async faults(faults) {
      await signIn();
      await control('faults', { method: 'POST', body: faults as JsonValue });
    },
    async reset() {
      signOut();
      await control('reset', { method: 'POST' });
    },
    async close() {
      await core.close();
      await running.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
