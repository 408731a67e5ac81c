import { randomUUID } from 'node:crypto';
import { type SharedGate, tooSoon } from '@castellan/sdk';
import { Injectable, Logger } from '@nestjs/common';
import type { OpenConnection } from '../connections/open-connection.js';
import { Database, type Sql } from '../platform/database/index.js';
import { type GateState, judge, type Verdict } from './call-slots.js';

/** A step of an iteration that calls. */
export interface CallPlace {
  runId: string;
  step: string;
  iteration: string;
}

/** A call that may go. `gate` lets its requests pass, of which the first has been let in already. */
export interface Entry {
  gate: SharedGate;
  /** When the call has ended, or was not made after all. */
  leave(): Promise<void>;
}

/** A call that is to come again at `due` (epoch milliseconds), and what it waits for. */
export interface Waiting {
  due: number;
  what: string;
}

/** Near the front a call waits where it is, looking so often, for so long. */
const lookEachMs = 200;
const nearMs = 2_000;
/** A call under way whose process shows no sign of life for so long has lost its slot. */
const leaseSeconds = 6;
const renewEachMs = 1_000;
/** One that waits and is overdue for so long is passed over; it may belong to a run that has ended. */
const overdueSeconds = 5;
/** One request of a call that is under way waits so long for its turn. */
const longestRequestMs = 30_000;

/** Holds the calls of all processes to what a person allows by a connection, and to the pauses that its system asks for. */
@Injectable()
export class ConnectionGates {
  private readonly logger = new Logger(ConnectionGates.name);
  /** Who has a slot in this process. */
  private readonly holders = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  /** Who asks for the same connection in this process waits here, so that it takes one database connection at a time. */
  private readonly lines = new Map<string, Promise<unknown>>();

  constructor(private readonly database: Database) {}

  /** Lets a call of a run in, or says when it is to come again. `held`: the same call is under way already. */
  async enter(connection: OpenConnection, place: CallPlace): Promise<Entry | Waiting | 'held'> {
    const { limits, name, closedForMs } = connection;
    if (closedForMs > 0) {
      // Those that come again are spread, so that they do not all find the same slot.
      const due = Date.now() + closedForMs + Math.random() * Math.min(2_000, closedForMs / 5);
      return { due, what: `the end of a pause that the system behind “${name}” asked for` };
    }
    if (limits.atOnce === null && limits.perSecond === null) {
      return { gate: this.of(connection), leave: async () => undefined };
    }
    const arrived = Date.now();
    const holder = randomUUID();
    for (;;) {
      const verdict = await this.inLine(connection.id, () =>
        this.database.transaction((tx) => askGate(tx, connection, place, holder)),
      );
      if (verdict === 'held') return verdict;
      if (verdict.enter) return this.entry(connection, holder, verdict.sleep);
      if (!verdict.near || Date.now() - arrived > nearMs) {
        return { due: Date.now() + verdict.wait, what: whatOf(connection, verdict.why) };
      }
      await sleep(lookEachMs);
    }
  }

  /** The gate of calls that people make, and of requests after the first of a call. */
  of({ id, limits: { perSecond } }: OpenConnection): SharedGate {
    return {
      pass: async () => {
        if (perSecond === null) return;
        const wait = await takeTime(this.database, id, perSecond);
        if (wait > longestRequestMs) throw tooSoon(wait / 1_000);
        if (wait > 0) await sleep(wait);
      },
      close: (seconds) => this.close(id, seconds),
    };
  }

  private async inLine<T>(connectionId: string, ask: () => Promise<T>): Promise<T> {
    const turn = (this.lines.get(connectionId) ?? Promise.resolve()).then(ask, ask);
    this.lines.set(connectionId, turn);
    try {
      return await turn;
    } finally {
      if (this.lines.get(connectionId) === turn) this.lines.delete(connectionId);
    }
  }

  private async entry(connection: OpenConnection, holder: string, sleepMs: number): Promise<Entry> {
    this.holders.add(holder);
    this.timer ??= setInterval(() => void this.renew(), renewEachMs);
    if (sleepMs > 0) await sleep(sleepMs);
    const gate = this.of(connection);
    const began = Date.now();
    let first = true;
    return {
      gate: {
        pass: async () => {
          if (!first) await gate.pass();
          first = false;
        },
        close: gate.close,
      },
      leave: () => this.leave(connection.id, holder, Date.now() - began),
    };
  }

  /** A slot that cannot be given back now is free when its lease has run out. */
  private async leave(connectionId: string, holder: string, milliseconds: number): Promise<void> {
    this.holders.delete(holder);
    if (this.holders.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
    await this.database
      .query(
        `with gone as (delete from call_places where holder = $2)
         update call_gates set typical_ms = typical_ms * 0.8 + $3 * 0.2 where connection_id = $1`,
        [connectionId, holder, milliseconds],
      )
      .catch((error: Error) => this.logger.warn(`A call's slot is given back late: ${error.message}`));
  }

  private async renew(): Promise<void> {
    await this.database
      .query(
        `update call_places set until = clock_timestamp() + $2 * interval '1 second' where holder = any($1) and under_way`,
        [[...this.holders], leaseSeconds],
      )
      .catch((error: Error) => this.logger.warn(`The slots of calls under way are not renewed: ${error.message}`));
  }

  /** The system asked for a pause: nobody calls it before, whichever process they are in. */
  private async close(connectionId: string, seconds: number): Promise<void> {
    await this.database
      .query(
        `insert into call_gates as g (connection_id, closed_until) values ($1, clock_timestamp() + $2 * interval '1 second')
         on conflict (connection_id) do update set closed_until = greatest(g.closed_until, excluded.closed_until)`,
        [connectionId, seconds],
      )
      .catch((error: Error) => this.logger.warn(`A pause was not told to other processes: ${error.message}`));
  }
}

/** Judges one call at the gate of its connection, which no other passes meanwhile, and notes what came of it. */
async function askGate(
  tx: Sql,
  { id, limits }: OpenConnection,
  { runId, step, iteration }: CallPlace,
  holder: string,
): Promise<Verdict | 'held'> {
  await tx.query('insert into call_gates (connection_id) values ($1) on conflict do nothing', [id]);
  await tx.query('select from call_gates where connection_id = $1 for update', [id]);
  const [state] = await tx.query<GateState & { held: boolean }>(
    `with here as (select clock_timestamp() as now), mine as (
       select place, reserved_at, under_way, until from call_places
        where connection_id = $1 and run_id = $2 and step_id = $3 and iteration = $4
     ), waiting as (
       select w.until from call_places w, here
        where w.connection_id = $1 and not w.under_way and w.until > here.now - $5 * interval '1 second'
          and w.place < coalesce((select place from mine), 9223372036854775807)
        order by w.place limit 1000
     )
     select exists (select from mine where under_way and until > here.now) as held,
            (select count(*) from call_places u
              where u.connection_id = $1 and u.under_way and u.until > here.now) as "underWay",
            (select count(*) from waiting) as ahead,
            (select count(*) from waiting where until < here.now + interval '1 second') as "aheadAndHere",
            coalesce(extract(epoch from g.earliest_at - here.now) * 1000, 0)::float8 as earliest,
            coalesce(extract(epoch from g.next_at - here.now) * 1000, 0)::float8 as next,
            (extract(epoch from (select reserved_at from mine) - here.now) * 1000)::float8 as reserved,
            g.typical_ms as typical
       from call_gates g, here where g.connection_id = $1`,
    [id, runId, step, iteration, overdueSeconds],
  );
  if (!state) throw new Error('The connection was removed while it was called.');
  if (state.held) return 'held';
  const verdict = judge(limits, state);
  const until = verdict.enter ? verdict.sleep + leaseSeconds * 1_000 : verdict.near ? lookEachMs : verdict.wait;
  await tx.query(
    `with gate as (
       update call_gates set earliest_at = clock_timestamp() + $8 * interval '1 millisecond',
              next_at = clock_timestamp() + $9 * interval '1 millisecond' where connection_id = $1
     ), old as (
       delete from call_places where connection_id = $1 and until < clock_timestamp() - interval '1 minute'
          and (run_id, step_id, iteration) <> ($2, $3, $4)
     )
     insert into call_places (connection_id, run_id, step_id, iteration, under_way, until, reserved_at, holder)
     values ($1, $2, $3, $4, $5, clock_timestamp() + $6 * interval '1 millisecond',
             clock_timestamp() + $7 * interval '1 millisecond', $10)
     on conflict (connection_id, run_id, step_id, iteration) do update
        set under_way = excluded.under_way, until = excluded.until, reserved_at = excluded.reserved_at,
            holder = excluded.holder`,
    [id, runId, step, iteration, verdict.enter, until, verdict.reserved, verdict.earliest, verdict.next, holder],
  );
  return verdict;
}

/** Takes the next time of the connection's rate. @returns milliseconds until then */
async function takeTime(sql: Sql, connectionId: string, perSecond: number): Promise<number> {
  const [row] = await sql.query<{ wait: number }>(
    `insert into call_gates as g (connection_id, earliest_at, next_at)
     values ($1, clock_timestamp() + $2 * interval '1 second', clock_timestamp() + $2 * interval '1 second')
     on conflict (connection_id) do update
        set earliest_at = greatest(coalesce(g.earliest_at, clock_timestamp()), clock_timestamp()) + $2 * interval '1 second',
            next_at = greatest(g.next_at,
              greatest(coalesce(g.earliest_at, clock_timestamp()), clock_timestamp()) + $2 * interval '1 second')
     returning greatest(0, extract(epoch from g.earliest_at - clock_timestamp()) - $2)::float8 * 1000 as wait`,
    [connectionId, 1 / perSecond],
  );
  return row?.wait ?? 0;
}

/** What a call waits for, after “waits for”. */
function whatOf({ name, limits: { atOnce, perSecond } }: OpenConnection, why: 'slots' | 'rate'): string {
  if (why === 'slots')
    return `a free slot of connection “${name}” (${atOnce} ${atOnce === 1 ? 'call' : 'calls'} at once)`;
  return `its turn at connection “${name}” (${perSecond} ${perSecond === 1 ? 'call' : 'calls'} a second)`;
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
