import { ConnectorError, type JsonValue } from '@castellan/sdk';
import { calledConnector } from '../../connector-registry/references.js';
import { type CallFailure, callFailure } from '../../operations/call-failure.js';
import type { Effect } from '../../operations/ledger.js';
import { maskSecrets } from '../../platform/masking.js';
import { stepError } from '../kinds/index.js';
import type { CallAttempt, Outcome } from './call-attempt.js';
import { comeAgain, conclude, formsOf } from './call-ending.js';
import { failureOf, withChange } from './call-failures.js';
import { guardCall } from './call-guard.js';
import { judgeReversal, movedSince, type ReadState, type Reversal } from './reversal.js';

/** A decision wakes the call that it lets through; should that be missed, the call looks for itself. */
const decisionLookMs = 3_600_000;

/** A write that the undo leaves as it is; null where it is taken back. */
export async function leaveAlone(call: CallAttempt, reversal: Reversal): Promise<Outcome | null> {
  const { mode, plan } = call.facts;
  try {
    const { toDo, state } = await judgeReversal(call.on.database, reversal, {
      makesPlan: mode === 'plan' ? (plan?.id ?? null) : null,
      read: readsOn(call),
      shown: (value) => maskSecrets(value, call.secrets),
    });
    return toDo ? null : conclude(call, null, { output: { left: state } });
  } catch (thrown) {
    return conclude(call, callFailure(thrown, null));
  }
}

/** Why what an undo would take back stays: it is not as it was when the undo was planned. Null where it is. */
export async function movedFailure(call: CallAttempt, earlier: Effect | null): Promise<CallFailure | null> {
  if (!call.reversal || isBegun(call, earlier)) return null;
  try {
    const moved = await movedSince(readsOn(call), call.reversal);
    return moved && failureOf(moved);
  } catch (thrown) {
    return callFailure(thrown, null);
  }
}

/** What keeps a write from being sent at all; null where nothing does. */
export async function guard(call: CallAttempt, input: unknown, earlier: Effect | null): Promise<Outcome | null> {
  if (!call.effect) return null;
  const { on, request, place, action, connectionId } = call;
  const { key: effectKey } = call.effect;
  const verdict = await guardCall(on, { request, place, action, connectionId, effectKey, input });
  if (verdict.verdict === 'pass') return null;
  if (verdict.verdict === 'dropped') return { kind: 'dropped' };
  if (verdict.verdict === 'held') {
    const forms = await formsOf(call, { input });
    return comeAgain(call, { due: Date.now() + decisionLookMs, asks: verdict, forms });
  }
  const failure = failureOf(stepError(verdict.code, verdict.message));
  // An attempt before this one may have been sent, which nobody knows.
  const open = isBegun(call, earlier) && earlier?.state !== 'refused';
  return conclude(call, open ? { ...failure, effect: 'unknown' } : failure, { input });
}

/** What there is before the write, where taking it back needs that; read once. */
export async function stateBefore(
  call: CallAttempt,
  input: unknown,
  earlier: Effect | null,
): Promise<{ state: JsonValue | undefined } | { failure: CallFailure }> {
  if (!keepsBefore(call) || isBegun(call, earlier)) return { state: undefined };
  try {
    return { state: await readState(call, input) };
  } catch (thrown) {
    // What an undo of the run would need: the write does not fail for want of it.
    const isWanted = call.action.readsBefore === true;
    if (!isWanted && thrown instanceof ConnectorError && thrown.code !== 'E_RATE') return { state: undefined };
    return { failure: withChange(callFailure(thrown, null), call.version, call.action) };
  }
}

/** What there is where an operation would write, its own one unless another is named. */
export function readState(call: CallAttempt, input: unknown, operation = call.action.operation): Promise<JsonValue> {
  const { on, action, connection, facts, timeoutMs, gate } = call;
  return on.operations.before({
    connector: calledConnector(action),
    ...{ operation, input, connection, runOf: facts.workspaceId, timeoutMs, ...gate },
  });
}

/** Its step, or whoever undoes the run, takes it back by what there was before. */
function keepsBefore({ action, operation }: CallAttempt): boolean {
  const { before, undo } = operation ?? {};
  return action.readsBefore === true || (before !== undefined && undo !== undefined);
}

const readsOn =
  (call: CallAttempt): ReadState =>
  (operation, input) =>
    readState(call, input, operation);

/** Whether an attempt of this run before has begun it. */
const isBegun = ({ request }: CallAttempt, earlier: Effect | null): boolean => earlier?.runId === request.runId;
