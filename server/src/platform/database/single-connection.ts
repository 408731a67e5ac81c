import pg from 'pg';
import { rows } from './database.js';
import { poolSettings } from './pool.js';
import type { Prepared, Sql } from './sql.js';

/** Runs work on one connection, for the little that happens before the application is there. */
export async function withDatabase<T>(databaseUrl: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const pool = new pg.Pool(poolSettings({ url: databaseUrl, name: 'start', size: 1 }));
  pool.on('error', () => undefined);
  try {
    return await work({
      query: <Row>(text: string | Prepared, values: unknown[] = []) => rows<Row>(pool, text, values),
    });
  } finally {
    await pool.end();
  }
}
