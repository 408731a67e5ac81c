import { createHash } from 'node:crypto';
import type { Change, Idempotency } from '@castellan/sdk';
import type { Sealer } from '../platform/crypto/index.js';
import type { Sql } from '../platform/database/index.js';

/** Names an effect: the first run of its chain of retries, by which the ledger is partitioned, and its key. */
export interface EffectId {
  rootId: string;
  key: string;
}

/** A row of the ledger: one effect on another system, whatever happens between the first byte and the answer. */
export interface Effect {
  key: string;
  state: 'sending' | 'done' | 'refused' | 'unknown';
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
  connectionId: string | null;
  operation: string;
  input: unknown;
  changes: Change[];
}

/** How long an effect stays its sender's without a sign of life; renewed each second. */
export const leaseSeconds = 6;

/** One effect has one key over all attempts, hosts and restarts: the root run, the step, the item and the generation. */
export function effectKey(rootId: string, step: string, item: string, generation: number): string {
  return createHash('sha256')
    .update(JSON.stringify([rootId, step, item, generation]))
    .digest('hex');
}

export async function findEffect(sql: Sql, sealer: Sealer, { rootId, key }: EffectId): Promise<Effect | null> {
  const [row] = await sql.query<Omit<Effect, 'input'> & { input: string }>(
    `select key, state, attempts, input, answer, coalesce(state = 'sending' and lease_until > now(), false) as leased
       from effects where root_id = $1 and key = $2`,
    [rootId, key],
  );
  return row ? { ...row, input: JSON.parse(await sealer.open(row.input, sealedFor(key))) } : null;
}

/**
 * Writes before the first byte leaves that this effect is being sent. Answers false when another process holds it.
 * The input of an effect that is there already is kept: a repeat sends just what was sent before.
 */
export async function beginEffect(tx: Sql, sealer: Sealer, effect: NewEffect): Promise<boolean> {
  const plain = JSON.stringify(effect.input);
  const rows = await tx.query(
    `insert into effects as e (key, workspace_id, root_id, run_id, step_id, iteration, item, connection_id, operation,
                               input, input_hash, changes, state, attempts, lease_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'sending', 1, now() + $13 * interval '1 second')
     on conflict (root_id, key) do update
        set state = 'sending', attempts = e.attempts + 1, lease_until = excluded.lease_until, settled_at = null
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
      effect.connectionId,
      effect.operation,
      await sealer.seal(plain, sealedFor(effect.key)),
      createHash('sha256').update(plain).digest('hex'),
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

/**
 * What may be done about an effect that may have happened: sent again as it was, asked about first, or left to a
 * person. An effect that was refused did not happen, and is sent.
 */
export function repeatOf(state: Effect['state'], idempotency: Idempotency): 'send' | 'ask' | 'leave' {
  if (state === 'refused' || idempotency === 'natural' || idempotency === 'key') return 'send';
  return idempotency === 'lookup' ? 'ask' : 'leave';
}

const sealedFor = (key: string): string => `effect:${key}`;
