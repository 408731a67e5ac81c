import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { asCallerError, isConnectionLost } from './database-errors.js';
import type { Prepared, Sql, Transaction } from './sql.js';

/** The pool of everything but webhooks: SQL for hot paths, and transactions that TypeORM's repositories can join. */
@Injectable()
export class Database implements Sql {
  constructor(private readonly dataSource: DataSource) {}

  async query<Row = Record<string, unknown>>(text: string | Prepared, values: unknown[] = []): Promise<Row[]> {
    return rows<Row>(this.pool, text, values);
  }

  /** Commits what `work` does, or nothing of it. */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    let lost: unknown;
    try {
      const client = (await runner.connect()) as pg.PoolClient;
      await runner.startTransaction();
      const result = await work({
        manager: runner.manager,
        query: <Row>(text: string | Prepared, values: unknown[] = []) => rows<Row>(client, text, values),
      });
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (isConnectionLost(error instanceof Error && error.cause ? error.cause : error)) lost = error;
      else if (runner.isTransactionActive) await runner.rollbackTransaction().catch((failed) => (lost = failed));
      throw asCallerError(error);
    } finally {
      // A broken connection must not go back to the pool; `release` itself always returns it.
      await (lost === undefined ? runner.release() : discard(runner, lost));
    }
  }

  private get pool(): pg.Pool {
    return (this.dataSource.driver as unknown as { master: pg.Pool }).master;
  }
}

/** Runs a statement on a pool or a client, with outages told apart from mistakes. */
export async function rows<Row>(
  on: pg.Pool | pg.PoolClient,
  statement: string | Prepared,
  values: unknown[],
): Promise<Row[]> {
  try {
    const result = await on.query(
      typeof statement === 'string' ? { text: statement, values } : { ...statement, values },
    );
    return result.rows as Row[];
  } catch (error) {
    throw asCallerError(error);
  }
}

async function discard(runner: object, reason: unknown): Promise<void> {
  const { releasePostgresConnection } = runner as { releasePostgresConnection(error: unknown): Promise<void> };
  await releasePostgresConnection.call(runner, reason);
}
