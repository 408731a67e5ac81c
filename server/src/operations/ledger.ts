import { createHash } from 'node:crypto';
import type { Change } from '@castellan/sdk';
import type { Sealer } from '../platform/crypto/index.js';
import type { Sql } from '../platform/database/index.js';
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
      `select key, run_id as "runId", step_id as step, iteration, generation, state, attempts, input,
              input_hash as "inputHash", operation, connection_id as "connectionId", answer,
              coalesce(state = 'sending' and lease_until > now(), false) as leased
         from effects where root_id = $1 and key = any($2) order by generation desc limit 1`,
      [rootId, keys],
    );
    latest = row ?? latest;
    if (!row || row.generation < first + generationsAtOnce - 1) break;
  }
  return latest ? { ...latest, input: JSON.parse(await sealer.open(latest.input, sealedFor(latest.key))) } : null;
}

/**
 * Writes before the first byte leaves that this effect is being sent, by this run. Answers false when another process
 * holds it. The input of an effect that is there already is kept: a repeat sends just what was sent before.
 */
export async function beginEffect(tx: Sql, sealer: Sealer, effect: NewEffect): Promise<boolean> {
  const rows = await tx.query(
    `insert into effects as e (key, workspace_id, root_id, run_id, step_id, iteration, item, generation,
                               connection_id, operation, input, input_hash, changes, state, attempts, lease_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'sending', 1, now() + $14 * interval '1 second')
     on conflict (root_id, key) do update
        set state = 'sending', run_id = excluded.run_id, iteration = excluded.iteration, attempts = e.attempts + 1, lease_until = excluded.lease_until, settled_at = null
      where e.state in ('refused', 'unknown') or (e.state = 'sending' and e.lease_until <= now())
     returning key`,
    [
      effect.key,
      effect.workspaceId,
      effect.rootId,
      effect.runId,
      effect.step,
      effect.iteration,
      effect.item,
      effect.generation,
      effect.connectionId,
      effect.operation,
      await sealer.seal(JSON.stringify(effect.input), sealedFor(effect.key)),
      inputHashOf(effect.input),
      JSON.stringify(effect.changes),
      leaseSeconds,
    ],
  );
  return rows.length > 0;
}

/** Records what became of the attempt; in the transaction of the step's row. */
export async function settleEffect(
  tx: Sql,
  { rootId, key }: EffectId,
  state: 'done' | 'refused' | 'unknown',
  answer: string | null,
): Promise<void> {
  await tx.query(
    `update effects set state = $3, answer = $4::jsonb, lease_until = null, settled_at = now()
      where root_id = $1 and key = $2`,
    [rootId, key, state, answer],
  );
}

/** Tells that the senders of these effects are alive. */
export async function renewLeases(sql: Sql, effects: EffectId[]): Promise<void> {
  await sql.query(
    `update effects e set lease_until = now() + $3 * interval '1 second'
       from unnest($1::uuid[], $2::text[]) as w (root_id, key)
      where e.root_id = w.root_id and e.key = w.key and e.state = 'sending'`,
    [effects.map(({ rootId }) => rootId), effects.map(({ key }) => key), leaseSeconds],
  );
}

const sealedFor = (key: string): string => `effect:${key}`;
