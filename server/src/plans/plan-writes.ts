import type { Change } from '@castellan/sdk';
import type { Sealer } from '../platform/crypto/index.js';
import { type Database, prepared, type Sql } from '../platform/database/index.js';
import { hashOfKnown } from './open-parts.js';

/** The place of a write in its run. */
export interface WritePlace {
  runId: string;
  step: string;
  iteration: string;
}

/** A write that a run of mode plan has come to, and does not send. */
export interface PlannedWrite extends WritePlace {
  planId: string;
  epoch: number;
  versionId: string;
  title: string;
  connectionId: string | null;
  /** `<connector>.<operation>` */
  operation: string;
  /** As it would be sent. */
  input: unknown;
  /** The same, masked. */
  shown: unknown;
  /** Pointers of what is known only when the plan is carried out. */
  open: string[];
  changes: Change[];
  /** What there was, masked, and its hash; null where the operation reads nothing. */
  before: { shown: unknown; hash: string } | null;
}

/** Longer values are not kept with the plan: the step's row has the input. */
const longestShown = 64 * 1024;

/** Where a write stands, seen from each of the runs above it. */
const above = `recursive up (run_id, step, iteration) as (
  select $1::uuid, $2::text, $3::text
  union all
  select r.parent_run_id, r.parent_step, r.parent_iteration from up join runs r on r.id = up.run_id
   where r.parent_run_id is not null)`;

/** The plan `p` is about a write in this run, at this place. */
const covers = (run: string) => `(p.covers is null or exists (
  select from up where up.run_id = ${run} and up.step = any(p.covers)
     and (p.iteration = '' or up.iteration = p.iteration or starts_with(up.iteration, p.iteration || '.'))))`;

/**
 * Notes a write in its plan, if the plan is about it. A step that a host repeats is noted anew in the same place; one
 * that is no longer the run's host notes nothing.
 */
export async function noteWrite(sql: Sql, sealer: Sealer, write: PlannedWrite): Promise<void> {
  const { runId, step, iteration, planId, input, open, before } = write;
  await sql.query(
    prepared(`with ${above}
     insert into plan_writes (plan_id, run_id, step_id, iteration, version_id, title, connection_id, operation, input, shown,
                              input_hash, open, changes, before, before_hash)
     select p.id, $1, $2, $3, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
       from plans p join runs r on r.id = $1 and r.epoch = $5 and r.ended_at is null
      where p.id = $4 and p.hash is null and ${covers('p.run_id')}
     on conflict (plan_id, run_id, step_id, iteration) do update
        set input = excluded.input, shown = excluded.shown, input_hash = excluded.input_hash, open = excluded.open,
            changes = excluded.changes, before = excluded.before, before_hash = excluded.before_hash`),
    [
      ...[runId, step, iteration, planId, write.epoch, write.versionId, write.title],
      ...[write.connectionId, write.operation],
      await sealer.seal(JSON.stringify(input ?? null), sealedFor(write)),
      ...[shownAs(write.shown), hashOfKnown(input, open), open, JSON.stringify(write.changes)],
      ...[before && shownAs(before.shown), before?.hash ?? null],
    ],
  );
}

/** The input of a planned write, as it would be sent. */
export async function openInput(sealer: Sealer, write: WritePlace & { input: string }): Promise<unknown> {
  return JSON.parse(await sealer.open(write.input, sealedFor(write)));
}

const sealedFor = ({ runId, step, iteration }: WritePlace): string => `plan:${runId}/${step}/${iteration}`;

function shownAs(value: unknown): string | null {
  const text = JSON.stringify(value ?? null);
  return text.length > longestShown ? null : text;
}

/** A write that a live run is about to send. */
export interface WantedWrite extends WritePlace {
  connectionId: string | null;
  operation: string;
  input: unknown;
  /** The key of its effect: it keeps the row that it took, however often it is sent. */
  key: string;
  /** The key of an earlier effect in its place that did not happen: its row is handed on. */
  replaces: string | null;
}

/**
 * The plans to which a write of a run has to keep beside that of the run itself: those with which somebody approved the
 * rest of this run, or of one above it, with this write in it.
 */
export async function bindingPlans(sql: Sql, { runId, step, iteration }: WritePlace): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    prepared(`with ${above}
     select p.id from plans p
      where p.bound_run_id in (select run_id from up) and p.binding_since is not null and ${covers('p.bound_run_id')}`),
    [runId, step, iteration],
  );
  return rows.map(({ id }) => id);
}

/**
 * Takes the row of a plan that fits a write that is about to be sent: of its connection and operation, with its input
 * but for what was left open, and taken by no other effect. A row of the same step is taken before one of another.
 * Committed before the write is sent; an effect that is repeated finds its row again. False: the plan has none.
 */
export function takeWrite(database: Database, planId: string, write: WantedWrite): Promise<boolean> {
  return database.transaction(async (tx) => {
    // One at a time, so that no two take the same row, and none goes without because another looked at its row.
    await tx.query('select from plans where id = $1 for no key update', [planId]);
    const hashes = await fittingHashes(tx, planId, write);
    return (await keepRow(tx, planId, write, hashes)) || (await takeRow(tx, planId, write, hashes));
  });
}

/** What a row that fits may have for a hash: that depends on what it leaves open. */
async function fittingHashes(tx: Sql, planId: string, { operation, input }: WantedWrite): Promise<string[]> {
  const rows = await tx.query<{ open: string[] }>(
    prepared('select distinct open from plan_writes where plan_id = $1 and operation = $2'),
    [planId, operation],
  );
  return rows.map(({ open }) => hashOfKnown(input, open));
}

/** The row that the effect has already, or that the one before it had whose call did not happen. */
async function keepRow(tx: Sql, planId: string, { key, replaces }: WantedWrite, hashes: string[]): Promise<boolean> {
  const kept = await tx.query(
    prepared(`update plan_writes set taken_key = $2
      where plan_id = $1 and taken_key = any($3) and input_hash = any($4) returning 1`),
    [planId, key, replaces === null ? [key] : [key, replaces], hashes],
  );
  return kept.length > 0;
}

async function takeRow(tx: Sql, planId: string, write: WantedWrite, hashes: string[]): Promise<boolean> {
  const { runId, step, iteration, connectionId, operation, key } = write;
  const taken = await tx.query(
    prepared(`update plan_writes w set taken_key = $2, taken_run_id = $3, taken_at = now()
       from (select run_id, step_id, iteration from plan_writes
              where plan_id = $1 and taken_key is null and operation = $4 and connection_id is not distinct from $5::uuid
                and input_hash = any($6)
              order by (step_id = $7) desc, (iteration = $8) desc, cardinality(open), run_id, step_id, iteration
              limit 1) n
      where w.plan_id = $1 and w.run_id = n.run_id and w.step_id = n.step_id and w.iteration = n.iteration returning 1`),
    [planId, key, runId, operation, connectionId, hashes, step, iteration],
  );
  return taken.length > 0;
}
