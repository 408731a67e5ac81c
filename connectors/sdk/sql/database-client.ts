import type { Socket } from 'node:net';
import pg from 'pg';
import type { DatabaseServer } from '../define.js';
import { FatalError } from '../errors.js';
import type { CallOptions, HttpLimits } from '../http/call-options.js';
import type { EgressGuard } from '../http/egress.js';
import { heldCalls } from '../http/held-calls.js';
import type { ConnectionGate } from '../http/rate-gate.js';
import type { Target } from '../http/target.js';
import type { DatabaseClient, JsonObject, SqlStatement } from '../types.js';
import { type Stage, sqlError } from './sql-failure.js';
import { bound, sqlTypes } from './sql-values.js';

/** Rows that are fetched at once; between two fetches their size is looked at. */
const fetchRows = 500;

/**
 * The database that the connection's own fields name, and no other. What is opened is held against the rules of egress,
 * and leads to the server itself, through no proxy. Every call has a connection of its own.
 */
export function databaseClient(
  { title, secrets, server }: Pick<Target, 'title' | 'secrets'> & { server: DatabaseServer },
  gate: ConnectionGate,
  guard: EgressGuard,
  limits: HttpLimits,
  calls: CallOptions,
): DatabaseClient {
  const { signal } = calls;
  const origin = `postgres://${server.host}:${server.port}`;
  const within = heldCalls({ origin, title, name: 'SQL' }, gate, calls);

  /** Opens a transaction, does the work and keeps what it did; whatever goes wrong before COMMIT, nothing is kept. */
  const inTransaction = <T>(mode: string, timeoutSeconds: number, work: (client: pg.Client) => Promise<T>) =>
    within(async () => {
      let stage: Stage = 'begun';
      let socket: Socket | undefined;
      let client: pg.Client | undefined;
      const cancel = () => socket?.destroy(new Error('The call was cancelled.'));
      try {
        socket = await guard.socket(server, limits.connectMs);
        signal?.addEventListener('abort', cancel, { once: true });
        if (signal?.aborted) cancel();
        client = clientOf(server, socket, { ca: guard.ca, timeoutSeconds, connectMs: limits.connectMs });
        // An end that no query is waiting for is found by the next one.
        client.on('error', () => undefined);
        await client.connect();
        await client.query(`begin ${mode}`);
        const result = await work(client);
        stage = 'committing';
        await client.query('commit');
        return result;
      } catch (error) {
        if (error instanceof FatalError) throw error;
        throw sqlError(error as Error, { title, secrets, cancelled: signal?.aborted ?? false }, stage);
      } finally {
        signal?.removeEventListener('abort', cancel);
        socket?.destroy();
      }
    });

  return {
    read: (statement, limit) =>
      inTransaction('read only', statement.timeoutSeconds, async (client) => {
        await client.query(extended(`declare castellan no scroll cursor for ${statement.text}`, statement.values));
        const rows: JsonObject[] = [];
        let bytes = 0;
        for (let wanted = limit + 1; wanted > 0; wanted = limit + 1 - rows.length) {
          const page = await client.query<JsonObject>(`fetch ${Math.min(fetchRows, wanted)} from castellan`);
          rows.push(...page.rows);
          bytes += Buffer.byteLength(JSON.stringify(page.rows));
          if (bytes > limits.maxBytes) {
            throw new FatalError(`${title}: the rows are larger than ${limits.maxBytes} bytes. Ask for fewer.`, {
              code: 'E_OUTPUT_TOO_LARGE',
            });
          }
          if (page.rows.length < Math.min(fetchRows, wanted)) break;
        }
        return { rows: rows.slice(0, limit), more: rows.length > limit };
      }),
    write: (statements) =>
      inTransaction('', Math.max(...statements.map(({ timeoutSeconds }) => timeoutSeconds)), async (client) => {
        const results: { rows: JsonObject[]; count: number }[] = [];
        for (const { text, values } of statements) {
          const { rows, rowCount } = await client.query<JsonObject>(extended(text, values));
          results.push({ rows, count: rowCount ?? 0 });
        }
        return results;
      }),
  };
}

/** One statement whose values go beside it: in this mode the server refuses a text that holds two. */
function extended(text: string, values: SqlStatement['values']): pg.QueryConfig {
  const config: pg.QueryConfig & { queryMode: 'extended' } = { text, values: values.map(bound), queryMode: 'extended' };
  return config;
}

function clientOf(
  { host, port, database, security, login }: DatabaseServer,
  socket: Socket,
  options: { ca: string[] | undefined; timeoutSeconds: number; connectMs: number },
): pg.Client {
  // It is connected already: the library is told so when it asks for it.
  const connected = Object.assign(socket, {
    connect() {
      setImmediate(() => socket.emit('connect'));
      return socket;
    },
  });
  return new pg.Client({
    ...{ host, port, database, user: login.user, password: login.password },
    ssl: security === 'verify' ? { rejectUnauthorized: true, ...(options.ca ? { ca: options.ca } : {}) } : false,
    stream: () => connected,
    application_name: 'castellan',
    connectionTimeoutMillis: options.connectMs * 3,
    statement_timeout: options.timeoutSeconds * 1000,
    // Where the server itself does not end it.
    query_timeout: options.timeoutSeconds * 1000 + 10_000,
    options: '-c timezone=UTC -c datestyle=ISO,MDY -c bytea_output=hex -c extra_float_digits=1',
    types: sqlTypes,
  });
}
