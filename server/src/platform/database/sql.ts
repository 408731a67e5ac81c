import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';

/** Whatever can run SQL: the pool, or one transaction. */
export interface Sql {
  /**
   * Runs one statement with `$1 …` parameters and answers its rows, those of RETURNING too. A list given for a
   * jsonb parameter must be JSON text, since the driver writes lists as Postgres arrays.
   */
  query<Row = Record<string, unknown>>(text: string | Prepared, values?: unknown[]): Promise<Row[]>;
}

/** One transaction: the same connection as SQL and as TypeORM's manager. */
export interface Transaction extends Sql {
  manager: EntityManager;
}

/** A statement that Postgres parses and plans once a connection. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
}

/**
 * Prepares a statement of a hot path, whose plan does not hang on its values: by keys, by `unnest`. Not for lists with
 * filters that may be null, which are better planned each time. One text has one name in every process.
 */
export function prepared(text: string): Prepared {
  const known = statements.get(text);
  if (known) return known;
  const statement = { name: createHash('sha1').update(text).digest('hex'), text };
  statements.set(text, statement);
  return statement;
}

/** Texts are those of the code, so these are few. */
const statements = new Map<string, Prepared>();
