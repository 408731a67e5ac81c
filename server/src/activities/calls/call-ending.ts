import type { CallFailure } from '../../operations/call-failure.js';
import type { Effect, EffectId, SettledEffect } from '../../operations/ledger.js';
import { failurePort } from '../../workflows/interpreter/index.js';
import { readValues } from '../value-reads.js';
import { asJson, type StoredForms, storedForms, ValueTooLarge } from '../values.js';
import type { CallAttempt, Outcome } from './call-attempt.js';
import { outputTooLarge } from './call-failures.js';
import { outcomeOfFailure, outcomeOfRow } from './call-outcome.js';
import type { CallEnd } from './call-rows.js';
import { isLookedForOnce } from './planned-write.js';

/** What an attempt gave, as far as it came. */
interface Given {
  input?: unknown;
  output?: unknown;
  /** The effect by which the write was done already. */
  kept?: Effect;
}

/** When a call comes again, and what keeps it until then. */
interface HeldBack extends Pick<CallEnd, 'waitsFor' | 'asks'> {
  /** Epoch milliseconds. */
  due: number;
  forms?: StoredForms;
}

/** Records what came of the attempt, the effect with the step, and says what the run does next. */
export async function conclude(
  call: CallAttempt,
  failure: CallFailure | 'cancelled' | null,
  { input, output, kept }: Given = {},
): Promise<Outcome> {
  const forms = await formsOf(call, { input, output }).catch((thrown) => {
    if (thrown instanceof ValueTooLarge) return thrown;
    throw thrown;
  });
  if (forms instanceof ValueTooLarge) return conclude(call, outputTooLarge(forms));
  const { request, before, effect, isAfter } = call;
  const outcome = failure === null ? ({ kind: 'succeeded' } as const) : afterFailure(call, failure);
  const isFinal = outcome.kind === 'failed' || (outcome.kind === 'unknown' && isAfter);
  const port = outcome.kind === 'succeeded' ? 'out' : isFinal ? failurePort(call.planned) : null;
  const failed = failure === 'cancelled' ? null : failure;
  const error = failed?.error ?? null;
  const isPause = failed !== null && (failed.throttled || failed.heldBackBy !== undefined);
  const pauses = before.pauses + (isPause ? 1 : 0);
  const keptFrom = kept && kept.runId !== request.runId ? kept.runId : null;
  // What became of a write is recorded even when the run has gone on without it.
  const settled = effect && !kept && failure !== 'cancelled' ? settledAs(effect, failed, forms) : null;
  return record(call, {
    ...{ outcome, port, forms, error, pauses, keptFrom, settled },
    effectKey: effect?.key ?? null,
    undone: outcome.kind === 'succeeded' ? (call.undo?.undoes ?? null) : null,
    reversed: outcome.kind === 'succeeded' && effect ? (call.reversal?.id ?? null) : null,
    ...(failed?.heldBackBy === undefined ? {} : { heldBackBy: failed.heldBackBy }),
  });
}

/** The write is done, by an earlier run of the chain or an attempt whose end was not recorded: its answer counts. */
export async function keep(call: CallAttempt, earlier: Effect, input: unknown): Promise<Outcome> {
  const { runId, step, iteration } = earlier;
  const [row] = await readValues(call.on.database, call.on.sealer, [{ runId, step, iteration }]);
  const output = row && row.error === null ? row.output : earlier.answer;
  return conclude(call, null, { output, input, kept: earlier });
}

/** Limits of its connection, or people who decide first, hold the call back: it comes again, which costs no attempt. */
export function comeAgain(call: CallAttempt, { due, forms = noForms, ...held }: HeldBack): Promise<Outcome> {
  return record(call, {
    outcome: { kind: 'retry', due, attempts: call.request.attempt - 1 },
    ...{ port: null, forms, error: null, pauses: call.before.pauses, keptFrom: null, settled: null },
    ...{ effectKey: null, undone: null, reversed: null, ...held },
  });
}

/** Its values as they are kept. */
export function formsOf({ on, request, facts, secrets }: CallAttempt, values: Pick<Given, 'input' | 'output'>) {
  const { runId, step, iteration } = request;
  const { workspaceId } = facts;
  return storedForms(on.sealer, secrets, { workspaceId, runId, step, iteration }, values);
}

async function record(call: CallAttempt, end: Omit<CallEnd, 'request' | 'title' | 'final'>): Promise<Outcome> {
  const { on, request, action } = call;
  const title = action.title || request.step;
  const ended = await on.rows.end({ request, title, final: call.isAfter, ...end });
  if (ended === 'dropped') return { kind: 'dropped' };
  return ended === 'written' ? end.outcome : outcomeOfRow(ended.status);
}

function afterFailure(
  { facts, action, request, before, planned }: CallAttempt,
  failure: CallFailure | 'cancelled',
): Exclude<Outcome, { kind: 'succeeded' | 'dropped' | 'open' }> {
  if (failure === 'cancelled') return { kind: 'cancelled' };
  const once = isLookedForOnce(facts, action);
  return outcomeOfFailure(failure, {
    step: once ? { ...planned, retry: { ...planned.retry, attempts: 1 } } : planned,
    attempt: request.attempt,
    pauses: before.pauses,
    now: Date.now(),
    chance: Math.random(),
  });
}

/** What the ledger says of an attempt from now on. */
const settledAs = (effect: EffectId, failure: CallFailure | null, forms: StoredForms): SettledEffect => ({
  ...effect,
  state: failure === null ? 'done' : failure.effect,
  answer: failure === null ? forms.output : asJson(failure.error),
  large: failure === null ? forms.large : null,
});

const noForms: StoredForms = { input: null, output: null, exact: null, large: null, blobs: [] };
