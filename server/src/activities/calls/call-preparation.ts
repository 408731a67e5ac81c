import type { StepError } from '@castellan/api';
import type { CompiledAction } from '@castellan/flow';
import { failureNotify, isAfter } from '@castellan/flow/runtime';
import { connectorOf } from '../../connector-registry/known-connectors.js';
import { calledConnector } from '../../connector-registry/references.js';
import { presentName } from '../../connector-registry/renamed-operations.js';
import type { ExpressionHost } from '../../expressions/expression-host.js';
import { type Fate, fateOf, inputHashOf } from '../../operations/chain.js';
import { type Effect, type EffectId, effectKey, latestEffect } from '../../operations/ledger.js';
import type { Sealer } from '../../platform/crypto/index.js';
import type { Database } from '../../platform/database/index.js';
import { Contexts, type EvaluationPlace } from '../contexts.js';
import { StepValues, type ValueReads } from '../values.js';
import { resolveInput, resolveItem } from './call-input.js';

export interface PreparationDependencies {
  database: Database;
  sealer: Sealer;
  expressions: ExpressionHost;
  reads: ValueReads;
  runUrl: (workspaceId: string, runId: string) => string;
}

/** What is to be sent. */
export interface PreparedCall {
  input: unknown;
  fate: Fate['fate'];
  /** What the ledger has of this write. */
  earlier: Effect | null;
  /** Its row in the ledger; null for a read, which has none. */
  effect: (EffectId & { item: string; generation: number }) | null;
}

/** How often one looks at a call that another process has under way. */
const leasedLookMs = 500;

/**
 * What is to be sent, and whether it is. Of a write that this run has begun the frozen input, of one that people let
 * through what they saw, else one that is freshly resolved; held against what the chain of retries did before at this
 * place.
 */
export async function prepareCall(
  on: PreparationDependencies,
  action: CompiledAction,
  place: EvaluationPlace,
  connectionId: string | null,
  held: { input: unknown } | null,
): Promise<PreparedCall | { error: StepError }> {
  const { facts, version, step, iteration } = place;
  const contexts = new Contexts(new StepValues(on.reads), on.runUrl);
  if (step === failureNotify) place.error = await runError(on.database, facts.id);
  await contexts.prepare([place]);
  const seen = { version, workspaceId: facts.workspaceId, iteration, context: contexts.of(place) };
  if (connectorOf(calledConnector(action)).operations[action.operation]?.effect === 'read') {
    const resolved = await resolveInput(on.expressions, action, seen);
    return 'error' in resolved ? resolved : { input: resolved.input, fate: 'send', earlier: null, effect: null };
  }
  const identified = await resolveItem(on.expressions, action, seen);
  if ('error' in identified) return identified;
  const { item } = identified;
  const earlier = await unleasedEffect(on, { rootId: facts.rootId, step, item });
  const begun = earlier?.runId === facts.id;
  const resolved = begun ? { input: earlier.input } : (held ?? (await resolveInput(on.expressions, action, seen)));
  if ('error' in resolved) return resolved;
  const known = earlier && { ...earlier, operation: presentName(earlier.operation) };
  const { fate, generation } = fateOf(known, {
    runId: facts.id,
    inputHash: inputHashOf(resolved.input),
    operation: `${action.connector}.${action.operation}`,
    connectionId,
    idempotency: connectorOf(calledConnector(action)).operations[action.operation]?.idempotency ?? 'none',
    // What follows the end of another run of the chain followed another end.
    again: isAfter(step) || (earlier !== null && facts.again.includes(earlier.key)),
  });
  const key = effectKey(facts.rootId, step, item, generation);
  return { input: resolved.input, fate, earlier, effect: { rootId: facts.rootId, key, item, generation } };
}

/** The effect of this place, once no other process is calling: that one's answer comes first. */
async function unleasedEffect(
  { database, sealer }: PreparationDependencies,
  place: Parameters<typeof latestEffect>[2],
): Promise<Effect | null> {
  for (;;) {
    const effect = await latestEffect(database, sealer, place);
    if (!effect?.leased) return effect;
    await new Promise((resolve) => setTimeout(resolve, leasedLookMs));
  }
}

/** Why the run failed, for what tells of it. */
async function runError(database: Database, runId: string): Promise<unknown> {
  const [row] = await database.query<{ error: unknown }>('select error from runs where id = $1', [runId]);
  return row?.error ?? undefined;
}
