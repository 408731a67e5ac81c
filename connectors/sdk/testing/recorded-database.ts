import { path } from '../path.js';
import type { DatabaseClient, HttpClient, JsonValue, SqlRows } from '../types.js';

/** A database whose statements and answers are exchanges of a fixture, like calls of any other kind. */
export function recordedDatabase(http: HttpClient): DatabaseClient {
  const ask = async (body: object): Promise<JsonValue> =>
    (await http.send({ method: 'POST', path: path`/statements`, body: body as JsonValue })).body;
  return {
    read: async (statement, limit) => (await ask({ ...statement, limit })) as unknown as SqlRows,
    write: async (statements) => (await ask({ statements })) as never,
  };
}
