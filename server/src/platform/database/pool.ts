import pg from 'pg';

const int8 = 20;

/** bigint as number where it is exact, else as text. */
function parseInt8(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === int8 && format !== 'binary') return parseInt8;
    return pg.types.getTypeParser(oid, format as 'text');
  },
} as pg.CustomTypesConfig;

/**
 * Settings of every pool. Together the limits bound a request at about 10 s, even when Postgres is frozen: waiting
 * for a connection, the statement on the server, and the same seen from here.
 */
export function poolSettings(options: { url: string; name: string; size: number }): pg.PoolConfig {
  return {
    connectionString: options.url,
    application_name: `castellan ${options.name}`,
    max: options.size,
    connectionTimeoutMillis: 2_500,
    statement_timeout: 6_000,
    query_timeout: 7_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    types,
  };
}
