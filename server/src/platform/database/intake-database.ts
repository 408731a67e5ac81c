import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../../config.js';
import { rows } from './database.js';
import { asCallerError, isConnectionLost } from './database-errors.js';
import { poolSettings } from './pool.js';
import type { Prepared, Sql } from './sql.js';

/** Webhooks have connections of their own, so that slow lists never keep a delivery waiting. */
@Injectable()
export class IntakeDatabase implements Sql, OnApplicationShutdown {
  private readonly pool: pg.Pool;

  constructor(config: Config) {
    this.pool = new pg.Pool(poolSettings({ url: config.databaseUrl, name: 'intake', size: config.intakePoolSize }));
    // An idle connection that breaks is replaced at the next query, which tells its caller if Postgres is away.
    this.pool.on('error', () => undefined);
  }

  async query<Row = Record<string, unknown>>(text: string | Prepared, values: unknown[] = []): Promise<Row[]> {
    return rows<Row>(this.pool, text, values);
  }

  /** Commits what `work` does, or nothing of it. */
  async transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    const client = await this.pool.connect().catch((error) => {
      throw asCallerError(error);
    });
    let lost: Error | undefined;
    // A connection that breaks between two statements has nobody else to tell; the next statement fails by it.
    const broken = (error: Error): void => {
      lost = error;
    };
    client.on('error', broken);
    try {
      await client.query('begin');
      const result = await work({
        query: <Row>(text: string | Prepared, values: unknown[] = []) => rows<Row>(client, text, values),
      });
      await client.query('commit');
      return result;
    } catch (error) {
      if (isConnectionLost(error instanceof Error && error.cause ? error.cause : error)) lost = error as Error;
      else await client.query('rollback').catch((failed) => (lost = failed));
      throw asCallerError(error);
    } finally {
      client.off('error', broken);
      client.release(lost);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
