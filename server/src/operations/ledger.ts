import { createHash } from 'node:crypto';
import type { Change, JsonValue } from '@castellan/sdk';
import { changedEffect } from '../emitted-events/changed-rows.js';
import { tellAccessChanges } from '../emitted-events/told.js';
import type { Sealer } from '../platform/crypto/index.js';
import { prepared, type Sql } from '../platform/database/index.js';
import { wholeValue } from '../platform/large-values/index.js';
import { type EarlierEffect, inputHashOf } from './chain.js';

/** Names an effect: the first run of its chain of retries, by which the ledger is partitioned, and its key. */
export interface EffectId {
  rootId: string;
  key: string;
}

/** A row of the ledger: one effect on another system, whatever happens between the first byte and the answer. */
export interface Effect extends EarlierEffect {
  key: string;
  /** Where the run that sent it last has its step. */
  step: string;
  iteration: string;
  attempts: number;
  /** Another process may still be calling. */
  leased: boolean;
  /** The resolved input, as it was first sent. */
  input: unknown;
  /** What the system answered, as it is shown. */
  answer: unknown;
}

export interface NewEffect extends EffectId {
  workspaceId: string;
  runId: string;
  step: string;
  iteration: string;
  item: string;
  generation: number;
  connectionId: string | null;
  operation: string;
  input: unknown;
  changes: Change[];
  /** What there was before, where its undo needs that. */
  before?: JsonValue;
}

/** Where a chain of retries can have effects: one step, for one item of the loops around it. */
export interface EffectPlace {
  rootId: string;
  step: string;
  item: string;
}

/** How long an effect stays its sender's without a sign of life; renewed each second. */
export const leaseSeconds = 6;

/** One effect has one key over all attempts, hosts and restarts: the root run, the step, the item and the generation. */
export function effectKey(rootId: string, step: string, item: string, generation: number): string {
  return createHash('sha256')
    .update(JSON.stringify([rootId, step, item, generation]))
    .digest('hex');
}

/** Generations that are looked for at one time: more of one write are rare. */
const generationsAtOnce = 16;

/** The latest generation of the effect at a place; null when the chain has not come to it. */
export async function latestEffect(sql: Sql, sealer: Sealer, place: EffectPlace): Promise<Effect | null> {
  const { rootId, step, item } = place;
  let latest: (Omit<Effect, 'input'> & { input: string }) | undefined;
  for (let first = 0; ; first += generationsAtOnce) {
    const keys = Array.from({ length: generationsAtOnce }, (_, n) => effectKey(rootId, step, item, first + n));
    const [row] = await sql.query<Omit<Effect, 'input'> & { input: string }>(
      prepared(`select key, run_id as "runId", step_id as step, iteration, generation, state, attempts, input,
              undone_at is not null as undone, input_hash as "inputHash", operation, connection_id as "connectionId",
              ${wholeValue('e', 'answer', 'output')} as answer,
              coalesce(state = 'sending' and lease_until > now(), false) as leased
         from effects e where root_id = $1 and key = any($2) order by generation desc limit 1`),
      [rootId, keys],
    );
    latest = row ?? latest;
    if (!row || row.generation < first + generationsAtOnce - 1) break;
  }
  return latest ? { ...latest, input: await openSentInput(sealer, latest) } : null;
}

/** What was sent, and what there was before; null where the ledger has no such effect. */
export async function readEffect(
  sql: Sql,
  sealer: Sealer,
  { rootId, key }: EffectId,
): Promise<{ input: unknown; before: JsonValue } | null> {
  const [row] = await sql.query<{ input: string; before: JsonValue }>(
    'select input, before from effects where root_id = $1 and key = $2',
    [rootId, key],
  );
  return row ? { ...row, input: await openSentInput(sealer, { ...row, key }) } : null;
}

/** What a step of a run had sent without hearing what came of it; null where there is nothing of the kind. */
export async function unsettledEffect(
  sql: Sql,
  rootId: string,
  place: { runId: string; step: string; iteration: string },
): Promise<(EffectId & { item: string; generation: number; leased: boolean }) | null> {
  const [row] = await sql.query<EffectId & { item: string; generation: number; leased: boolean }>(
    prepared(`select e.root_id as "rootId", e.key, e.item, e.generation,
            coalesce(e.state = 'sending' and e.lease_until > now(), false) as leased
       from steps s join effects e on e.root_id = $1 and e.key = s.effect_key
      where s.run_id = $2 and s.step_id = $3 and s.iteration = $4 and s.pass = 0
        and e.run_id = $2 and e.state in ('sending', 'unknown')`),
    [rootId, place.runId, place.step, place.iteration],
  );
  return row ?? null;
}

/** Notes that what a step did has been taken back; in the transaction of the row of its undo. */
export async function noteUndone(tx: Sql, place: { runId: string; step: string; iteration: string }): Promise<void> {
  await tx.query(
    `update effects e set undone_at = now() from steps s join runs r on r.id = s.run_id
      where s.run_id = $1 and s.step_id = $2 and s.iteration = $3 and s.pass = 0
        and e.root_id = r.root_id and e.key = s.effect_key`,
    [place.runId, place.step, place.iteration],
  );
}

/** Notes that a run has taken back an effect of another one; in the transaction of the row of its step. */
export async function noteReversed(tx: Sql, { rootId, key }: EffectId, byRunId: string): Promise<void> {
  await tx.query('update effects set undone_at = now(), undone_by = $3 where root_id = $1 and key = $2', [
    ...[rootId, key, byRunId],
  ]);
}

/** The input as it was sent, out of its row. */
export const openSentInput = async (sealer: Sealer, { key, input }: { key: string; input: string }): Promise<unknown> =>
  JSON.parse(await sealer.open(input, sealedFor(key)));

/**
 * Writes before the first byte leaves that these effects are being sent, by these runs. Answers the keys of those that
 * no other process holds. The input of an effect that is there already is kept: a repeat sends just what was sent before.
 */
export async function beginEffects(tx: Sql, sealer: Sealer, effects: NewEffect[]): Promise<Set<string>> {
  if (effects.length === 0) return new Set();
  const rows = await Promise.all(
    effects.map(async ({ input, ...effect }) => ({
      ...effect,
      beforeRead: effect.before !== undefined,
      input: await sealer.seal(JSON.stringify(input), sealedFor(effect.key)),
      inputHash: inputHashOf(input),
    })),
  );
  const begun = await tx.query<{ key: string }>(
    prepared(`insert into effects as e (key, workspace_id, root_id, run_id, step_id, iteration, item, generation,
                               connection_id, operation, input, input_hash, changes, before, before_read, state,
                               attempts, lease_until)
     select n.key, n."workspaceId", n."rootId", n."runId", n.step, n.iteration, n.item, n.generation, n."connectionId",
            n.operation, n.input, n."inputHash", n.changes, n.before, n."beforeRead", 'sending', 1, now() + $2 * interval '1 second'
       from json_to_recordset($1::json)
         as n (key text, "workspaceId" uuid, "rootId" uuid, "runId" uuid, step text, iteration text, item text,
               generation int, "connectionId" uuid, operation text, input text, "inputHash" text, changes jsonb,
               before jsonb, "beforeRead" bool)
      order by n."rootId", n.key
     on conflict (root_id, key) do update
        set state = 'sending', run_id = excluded.run_id, iteration = excluded.iteration, attempts = e.attempts + 1,
            lease_until = excluded.lease_until, settled_at = null
      where e.state in ('refused', 'unknown') or (e.state = 'sending' and e.lease_until <= now())
     returning key`),
    [JSON.stringify(rows), leaseSeconds],
  );
  return new Set(begun.map(({ key }) => key));
}

/** What became of an attempt at an effect. */
export interface SettledEffect extends EffectId {
  state: 'done' | 'refused' | 'unknown';
  /** As JSON. */
  answer: string | null;
  /** What of it stands in `blobs`, as JSON. */
  large: string | null;
}

/** Records what became of attempts; in the transaction of the steps' rows. */
export async function settleEffects(tx: Sql, effects: SettledEffect[]): Promise<void> {
  if (effects.length === 0) return;
  await tx.query(
    prepared(`with changed as (
      update effects e set state = n.state, answer = n.answer::jsonb, large = n.large::jsonb, lease_until = null, settled_at = now()
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) as n (root_id, key, state, answer, large)
      where e.root_id = n.root_id and e.key = n.key
      returning ${changedEffect}
     )${tellAccessChanges} select from changed where false`),
    [
      effects.map(({ rootId }) => rootId),
      effects.map(({ key }) => key),
      effects.map(({ state }) => state),
      effects.map(({ answer }) => answer),
      effects.map(({ large }) => large),
    ],
  );
}

/** Tells that the senders of these effects are alive. */
export async function renewLeases(sql: Sql, effects: EffectId[]): Promise<void> {
  await sql.query(
    prepared(`update effects e set lease_until = now() + $3 * interval '1 second'
       from unnest($1::uuid[], $2::text[]) as w (root_id, key)
      where e.root_id = w.root_id and e.key = w.key and e.state = 'sending'`),
    [effects.map(({ rootId }) => rootId), effects.map(({ key }) => key), leaseSeconds],
  );
}

const sealedFor = (key: string): string => `effect:${key}`;
