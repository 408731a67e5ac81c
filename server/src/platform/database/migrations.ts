import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { isUnavailable } from './database-errors.js';
import { makePartitions, monthOf, partitionName } from './partitions.js';

const folder = fileURLToPath(new URL('../../../migrations/', import.meta.url));
/** Who changes the schema holds it. Any number will do that nothing else in this database takes as its lock. */
const schemaLock = 4_600_001;
const reachableWithinMs = 60_000;
const lookEveryMs = 500;

interface Migration {
  name: string;
  sql: string;
  hash: string;
}

/** The schema cannot be brought to what this release needs. One line for the operator. */
export class MigrationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

/**
 * Brings the database to the schema of this release. The first process migrates behind a lock and the others wait for
 * it; with `onlyWait` (a worker) the process never migrates itself. A newer schema is fine: removals come a release later.
 */
export async function prepareSchema(databaseUrl: string, options: { onlyWait: boolean; now?: Date }): Promise<void> {
  const now = options.now ?? new Date();
  const migrations = readMigrations();
  const client = await connect(databaseUrl);
  try {
    if (options.onlyWait) await waitFor(client, migrations, now);
    else await migrate(client, migrations, now);
  } finally {
    await client.end();
  }
}

function readMigrations(): Migration[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return files.sort().map((name) => {
    const sql = readFileSync(`${folder}/${name}`, 'utf8');
    return { name, sql, hash: createHash('sha256').update(sql).digest('hex') };
  });
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  const until = Date.now() + reachableWithinMs;
  for (;;) {
    const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (!isUnavailable(error) || Date.now() > until) {
        const { host, port, database } = client;
        throw new MigrationError(
          `The database ${database} at ${host}:${port} cannot be opened (${(error as Error).message}). Check DATABASE_URL.`,
          { cause: error },
        );
      }
      await delay(lookEveryMs);
    }
  }
}

async function migrate(client: pg.Client, migrations: Migration[], now: Date): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [schemaLock]);
  await client.query(
    'create table if not exists migrations (name text primary key, hash text not null, applied_at timestamptz not null default now())',
  );
  const applied = await readApplied(client);
  for (const migration of migrations) {
    const hash = applied.get(migration.name);
    if (hash === undefined) await apply(client, migration);
    else if (hash !== migration.hash) {
      throw new MigrationError(
        `The migration ${migration.name} differs from the one that made this database. Start the release that it came from, or an empty database.`,
      );
    }
  }
  await client.query('begin');
  await makePartitions({ query: async (text, values) => (await client.query(text, values)).rows }, now);
  await client.query('commit');
}

async function apply(client: pg.Client, { name, sql, hash }: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query('insert into migrations (name, hash) values ($1, $2)', [name, hash]);
    await client.query('commit');
  } catch (error) {
    throw new MigrationError(`The migration ${name} failed and was taken back: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function waitFor(client: pg.Client, migrations: Migration[], now: Date): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ migrated: boolean; partitioned: boolean }>(
      `select to_regclass('migrations') is not null as migrated, to_regclass($1) is not null as partitioned`,
      [partitionName('runs', monthOf(now))],
    );
    const applied = rows[0]?.migrated ? await readApplied(client) : new Map<string, string>();
    if (rows[0]?.partitioned && migrations.every(({ name }) => applied.has(name))) return;
    await delay(lookEveryMs);
  }
}

async function readApplied(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; hash: string }>('select name, hash from migrations');
  return new Map(rows.map(({ name, hash }) => [name, hash]));
}
