import { callFailure } from '../../operations/call-failure.js';
import { unsettledEffect } from '../../operations/ledger.js';
import type { CallRequest, CallResult } from '../../workflows/contract.js';
import { readAsked } from '../controls.js';
import { automaticUndo } from './automatic-undo.js';
import { CallAttempt, type CallDependencies, type Outcome } from './call-attempt.js';
import { guard, leaveAlone, movedFailure, stateBefore } from './call-checks.js';
import { comeAgain, conclude, keep } from './call-ending.js';
import { failureOf, missingOperation, outcomeUnknown } from './call-failures.js';
import { openOutcome, outcomeOfRow } from './call-outcome.js';
import { prepareCall } from './call-preparation.js';
import { planInstead, send } from './call-sending.js';
import { driftOf } from './plan-drift.js';
import { isLeftOut } from './planned-write.js';
import { readReversal } from './reversal.js';

/** What may come of a call because its run was cancelled or its time was over. */
const brokenOff: ReadonlySet<Outcome['kind']> = new Set(['cancelled', 'failed', 'retry', 'unknown']);

/** How often one looks at a call that another process has under way, until that has recorded it or lost its lease. */
const heldLookMs = 250;

/** One attempt of one action step. A vendor's answer, good or bad, is the result; only our own failures are thrown. */
export async function callStep(on: CallDependencies, request: CallRequest): Promise<CallResult> {
  const facts = (await on.facts.of([request.runId])).get(request.runId);
  const { runId, step, iteration } = request;
  if (!facts) return { runId, step, iteration, outcome: { kind: 'dropped' } };
  const version = await on.versions.get(request.versionId);
  const outcome = await make(new CallAttempt(on, request, facts, version));
  const ending = brokenOff.has(outcome.kind) ? (await readAsked(on.database, [runId])).get(runId)?.ending : undefined;
  return { runId, step, iteration, outcome, ...(ending ? { ending } : {}) };
}

async function make(call: CallAttempt): Promise<Outcome> {
  for (let awaited = call.request.awaited === true; ; awaited = true) {
    call.before = await call.on.rows.before(call.request);
    if (call.before.ended) return outcomeOfRow(call.before.status);
    const known = awaited ? openOutcome(call.before) : null;
    const outcome = known ?? (await makeOnce(call));
    if (outcome !== 'held') return outcome;
    await new Promise((resolve) => setTimeout(resolve, heldLookMs));
  }
}

/** `held`: another process has the call under way, of which the row will tell. */
async function makeOnce(call: CallAttempt): Promise<Outcome | 'held'> {
  const settled = (await findWayBack(call)) ?? (await refuseMissing(call)) ?? (await openConnection(call));
  if (settled) return settled;
  if (!call.connection) return attempt(call);
  const entry = await call.on.operations.enter(call.connection, call.request);
  if (entry === 'held') return entry;
  if ('due' in entry) return comeAgain(call, { due: entry.due, waitsFor: entry.what });
  call.entry = entry;
  try {
    return await attempt(call);
  } finally {
    await entry.leave();
  }
}

async function attempt(call: CallAttempt): Promise<Outcome> {
  const { on, request, facts, place, action, connectionId, reversal } = call;
  const alone = reversal && (await leaveAlone(call, reversal));
  if (alone) return alone;
  const held = call.before.held ? await on.safety.heldInput(request) : null;
  const prepared = await prepareCall(on, action, place, connectionId, held);
  if ('error' in prepared) return conclude(call, failureOf(prepared.error));
  const { input, earlier, fate, effect } = prepared;
  if (isLeftOut(facts, action)) return planInstead(call, input, effect !== null);
  call.effect = effect;
  if (fate === 'keep' && earlier) return keep(call, earlier, input);
  if (fate === 'leave') return conclude(call, outcomeUnknown());
  const drift = effect && (await driftOf(on, place, { action, connectionId, input, earlier, effect }));
  if (drift) return conclude(call, failureOf(drift), { input });
  const moved = await movedFailure(call, earlier);
  if (moved) return conclude(call, moved, { input });
  const guarded = await guard(call, input, earlier);
  if (guarded) return guarded;
  const before = await stateBefore(call, input, earlier);
  if ('failure' in before) return conclude(call, before.failure);
  return send(call, input, { before: before.state, ask: fate === 'ask' });
}

// --- what is called; each answers an outcome where nothing is -----------------------------------------------------

/** What takes something back is called as what it takes back was done. */
async function findWayBack(call: CallAttempt): Promise<Outcome | null> {
  if (call.undo?.auto) {
    const undo = await automaticUndo(call.on, call.place, call.undo);
    if (undo === null) return conclude(call, null, { output: null });
    if ('error' in undo) return conclude(call, failureOf(undo.error));
    call.action = undo;
  }
  if (call.action.reverses) {
    const reversal = await readReversal(call.on, call.place, call.action);
    if ('error' in reversal) return conclude(call, failureOf(reversal.error));
    call.reversal = reversal;
    call.action = reversal.action;
  }
  return null;
}

/** The operation is gone; a write that was sent while it was there may have happened all the same. */
async function refuseMissing(call: CallAttempt): Promise<Outcome | 'held' | null> {
  const missing = missingOperation(call.version, call.action);
  if (!missing) return null;
  const sent = await unsettledEffect(call.on.database, call.facts.rootId, call.request);
  if (sent?.leased) return 'held';
  call.effect = sent;
  return conclude(call, sent ? { ...missing, effect: 'unknown' } : missing);
}

async function openConnection(call: CallAttempt): Promise<Outcome | null> {
  const { on, facts, version, action } = call;
  const slot = version.program.slots[action.connection];
  if (!slot?.id) return null;
  try {
    call.connection = await on.connections.open(on.database, facts.workspaceId, slot.id);
    return null;
  } catch (thrown) {
    return conclude(call, failureOf(callFailure(thrown, null).error));
  }
}
