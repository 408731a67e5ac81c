import pg from 'pg';
import { until } from './flows.js';
import type { TestDatabase } from './postgres.js';

/** Where a gate stands: whoever writes such a row is held in the middle of its transaction. */
export interface GatePlace {
  table: 'deliveries' | 'intake' | 'runs' | 'steps' | 'effects' | 'controls' | 'approvals';
  event: 'insert' | 'update' | 'delete';
  /** SQL over `new` (of a delete: `old`); every row when left out. */
  when?: string;
}

/** Holds transactions of the server at one statement, so that a test can end a process in just that moment. */
export interface Gate {
  /** Waits until so many transactions stand at the gate. */
  reached(transactions?: number): Promise<void>;
  /** Lets everybody pass, and whoever comes later too. */
  open(): Promise<void>;
}

let last = 0;

/**
 * Puts a gate before a statement. A held statement keeps its locks and fails after the server's own time for a statement
 * (6 s), so a test ends a process soon after `reached`.
 */
export async function closeGate(database: Pick<TestDatabase, 'url'>, { table, event, when }: GatePlace): Promise<Gate> {
  const key = ++last;
  const name = `gate_${key}`;
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('select pg_advisory_lock($1, $2)', [gates, key]);
  await holder.query(`create function ${name}() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(${gates}, ${key}); return ${event === 'delete' ? 'old' : 'new'}; end $$`);
  await holder.query(
    `create trigger ${name} before ${event} on ${table} for each row ${when ? `when (${when})` : ''} execute function ${name}()`,
  );
  const waiting = async (): Promise<number> => {
    const { rows } = await holder.query<{ count: number }>(
      `select count(*)::int as count from pg_locks
        where locktype = 'advisory' and classid = $1 and objid = $2 and not granted
          and database = (select oid from pg_database where datname = current_database())`,
      [gates, key],
    );
    return rows[0]?.count ?? 0;
  };
  return {
    reached: async (transactions = 1) => {
      await until(`${transactions} at the gate of ${table}`, async () => (await waiting()) >= transactions, 60);
    },
    open: async () => {
      await holder.query('select pg_advisory_unlock($1, $2)', [gates, key]);
      // The trigger stays: to drop it would wait for whoever passes, and those for us.
      await holder.end();
    },
  };
}

/** Class of the advisory locks that are gates. */
const gates = 4_242;
