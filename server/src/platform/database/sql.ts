import type { EntityManager } from 'typeorm';

/** Whatever can run SQL: the pool, or one transaction. */
export interface Sql {
  /**
   * Runs one statement with `$1 …` parameters and answers its rows, those of RETURNING too. A list given for a
   * jsonb parameter must be JSON text, since the driver writes lists as Postgres arrays.
   */
  query<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
}

/** One transaction: the same connection as SQL and as TypeORM's manager. */
export interface Transaction extends Sql {
  manager: EntityManager;
}
