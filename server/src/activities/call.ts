import type { StepError } from '@castellan/api';
import type { CompiledAction, CompiledUndo } from '@castellan/flow';
import { isAfter } from '@castellan/flow/runtime';
import { ConnectorError, type JsonValue } from '@castellan/sdk';
import type { ConnectionsService } from '../connections/connections.service.js';
import type { OpenConnection } from '../connections/open-connection.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { calledConnector } from '../connector-registry/references.js';
import type { PublishedVersion, VersionsService } from '../flows/versions.service.js';
import { type CallFailure, callFailure } from '../operations/call-failure.js';
import type { Entry } from '../operations/connection-gates.js';
import { type Effect, type EffectId, type SettledEffect, unsettledEffect } from '../operations/ledger.js';
import { type OperationsService } from '../operations/operations.service.js';
import { maskSecrets } from '../platform/masking.js';
import type { SafetyGate } from '../safety/safety-gate.service.js';
import type { CallRequest, CallResult } from '../workflows/contract.js';
import { failurePort, plannedStep } from '../workflows/interpreter/index.js';
import { automaticUndo } from './automatic-undo.js';
import { failureOf, missingOperation, outcomeUnknown, outputTooLarge, withChange } from './call-failures.js';
import { changesIn, guardCall } from './call-guard.js';
import { openOutcome, outcomeOfFailure, outcomeOfRow } from './call-outcome.js';
import { type PreparationDependencies, type PreparedCall, prepareCall } from './call-preparation.js';
import { type CallBefore, type CallEnd, type CallRows, notBegun } from './call-rows.js';
import type { CallWatch } from './call-watch.js';
import { compiledStep, type EvaluationPlace } from './contexts.js';
import { readAsked } from './controls.js';
import type { FactsCache, RunFacts } from './facts.js';
import { stepError } from './kinds/index.js';
import { driftOf } from './plan-drift.js';
import { isLeftOut, isLookedForOnce, notePlanned, standInFor } from './planned-write.js';
import type { Plans } from './plans.js';
import { judgeReversal, movedSince, noteUnplanned, type ReadState, type Reversal, readReversal } from './reversal.js';
import { readValues } from './value-reads.js';
import { asJson, type StoredForms, storedForms, ValueTooLarge } from './values.js';

export interface CallDependencies extends PreparationDependencies {
  versions: VersionsService;
  plans: Plans;
  facts: FactsCache;
  connections: ConnectionsService;
  operations: OperationsService;
  watch: CallWatch;
  rows: CallRows;
  safety: SafetyGate;
}

type Outcome = CallResult['outcome'];

/** What may come of a call because its run was cancelled or its time was over. */
const brokenOff: ReadonlySet<Outcome['kind']> = new Set(['cancelled', 'failed', 'retry', 'unknown']);

/** How often one looks at a call that another process has under way, until that has recorded it or lost its lease. */
const heldLookMs = 250;

/** A decision wakes the call that it lets through; should that be missed, the call looks for itself. */
const decisionLookMs = 3_600_000;

/** When a call comes again, and what keeps it until then. */
interface HeldBack extends Pick<CallEnd, 'waitsFor' | 'asks'> {
  /** Epoch milliseconds. */
  due: number;
  forms?: StoredForms;
}

/** One attempt of one action step. A vendor's answer, good or bad, is the result; only our own failures are thrown. */
export async function callStep(on: CallDependencies, request: CallRequest): Promise<CallResult> {
  const facts = (await on.facts.of([request.runId])).get(request.runId);
  const { runId, step, iteration } = request;
  if (!facts) return { runId, step, iteration, outcome: { kind: 'dropped' } };
  const version = await on.versions.get(request.versionId);
  const outcome = await new Call(on, request, facts, version).make();
  const ending = brokenOff.has(outcome.kind) ? (await readAsked(on.database, [runId])).get(runId)?.ending : undefined;
  return { runId, step, iteration, outcome, ...(ending ? { ending } : {}) };
}

class Call {
  private action: CompiledAction;
  private readonly place: EvaluationPlace;
  private secrets: string[] = [];
  /** Null for reads, which have no row in the ledger. */
  private effect: PreparedCall['effect'] = null;
  private before: CallBefore = notBegun;
  /** Of a step of an undo: what it takes back. */
  private reversal: Reversal | null = null;
  /** Past the limits of its connection. */
  private entry: Entry | null = null;

  constructor(
    private readonly on: CallDependencies,
    private readonly request: CallRequest,
    private readonly facts: RunFacts,
    private readonly version: PublishedVersion,
  ) {
    this.action = compiledStep(version, request.step) as CompiledAction;
    this.place = { facts, version, step: request.step, iteration: request.iteration };
  }

  private get connector() {
    return connectorOf(calledConnector(this.action));
  }

  private get operation() {
    return this.connector.operations[this.action.operation];
  }

  /** The step that it takes back, where it does that. */
  private get undo(): CompiledUndo | null {
    return 'undoes' in this.action ? (this.action as CompiledUndo) : null;
  }

  /** It runs after the end of its run. */
  private get isAfter(): boolean {
    return isAfter(this.request.step);
  }

  async make(): Promise<Outcome> {
    for (let awaited = this.request.awaited === true; ; awaited = true) {
      this.before = await this.on.rows.before(this.request);
      if (this.before.ended) return outcomeOfRow(this.before.status);
      const known = awaited ? openOutcome(this.before) : null;
      const outcome = known ?? (await this.makeOnce());
      if (outcome !== 'held') return outcome;
      await new Promise((resolve) => setTimeout(resolve, heldLookMs));
    }
  }

  /** `held`: another process has the call under way, of which the row will tell. */
  private async makeOnce(): Promise<Outcome | 'held'> {
    if (this.undo?.auto) {
      const undo = await automaticUndo(this.on, this.place, this.undo);
      if (undo === null) return this.conclude(null, null);
      if ('error' in undo) return this.conclude(failureOf(undo.error));
      this.action = undo;
    }
    if (this.action.reverses) {
      const reversal = await readReversal(this.on, this.place, this.action);
      if ('error' in reversal) return this.conclude(failureOf(reversal.error));
      this.reversal = reversal;
      this.action = reversal.action;
    }
    const missing = missingOperation(this.version, this.action);
    if (missing) return this.concludeMissing(missing);
    const connection = await this.openConnection();
    if ('error' in connection) return this.conclude(failureOf(connection.error));
    if (!connection.open) return this.attempt(null);
    const entry = await this.on.operations.enter(connection.open, this.request);
    if (entry === 'held') return entry;
    if ('due' in entry) return this.comeAgain({ due: entry.due, waitsFor: entry.what });
    this.entry = entry;
    try {
      return await this.attempt(connection.open);
    } finally {
      await entry.leave();
    }
  }

  /** The operation is gone; a write that was sent while it was there may have happened all the same. */
  private async concludeMissing(missing: CallFailure): Promise<Outcome | 'held'> {
    const sent = await unsettledEffect(this.on.database, this.facts.rootId, this.request);
    if (sent?.leased) return 'held';
    this.effect = sent;
    return this.conclude(sent ? { ...missing, effect: 'unknown' } : missing);
  }

  private async attempt(connection: OpenConnection | null): Promise<Outcome> {
    const alone = this.reversal && (await this.leaveAlone(this.reversal, connection));
    if (alone) return alone;
    const held = this.before.held ? await this.on.safety.heldInput(this.request) : null;
    const prepared = await prepareCall(this.on, this.action, this.place, connection?.id ?? null, held);
    if ('error' in prepared) return this.conclude(failureOf(prepared.error));
    const { input, earlier, fate } = prepared;
    if (isLeftOut(this.facts, this.action)) return this.plan(input, connection, prepared.effect !== null);
    this.effect = prepared.effect;
    if (fate === 'keep' && earlier) return this.keep(earlier, input);
    if (fate === 'leave') return this.conclude(outcomeUnknown());
    const write = { action: this.action, connectionId: connection?.id ?? null, input, earlier };
    const drift = prepared.effect && (await driftOf(this.on, this.place, { ...write, effect: prepared.effect }));
    if (drift) return this.conclude(failureOf(drift), undefined, input);
    const moved = await this.movedSince(connection, earlier);
    if (moved) return this.conclude(moved, undefined, input);
    const guarded = await this.guard(input, earlier, connection?.id ?? null);
    if (guarded) return guarded;
    const before = await this.stateBefore(input, connection, earlier);
    if (before instanceof CallFailed) return this.conclude(before.failure);
    const begun = await this.begin(input, connection, before);
    if (begun !== 'begun') return { kind: begun };
    return this.send(input, connection, fate === 'ask');
  }

  // --- before the call ------------------------------------------------------------------------------------------

  private async openConnection(): Promise<{ open: OpenConnection | null } | { error: StepError }> {
    const slot = this.version.program.slots[this.action.connection];
    if (!slot?.id) return { open: null };
    try {
      const open = await this.on.connections.open(this.on.database, this.facts.workspaceId, slot.id);
      this.secrets = open.secretValues;
      return { open };
    } catch (thrown) {
      return { error: callFailure(thrown, null).error };
    }
  }

  /** What keeps a write from being sent at all; null where nothing does. */
  private async guard(input: unknown, earlier: Effect | null, connectionId: string | null): Promise<Outcome | null> {
    if (!this.effect) return null;
    const { request, place, action } = this;
    const { key: effectKey } = this.effect;
    const verdict = await guardCall(this.on, { request, place, action, connectionId, effectKey, input });
    if (verdict.verdict === 'pass') return null;
    if (verdict.verdict === 'dropped') return { kind: 'dropped' };
    if (verdict.verdict === 'held') {
      return this.comeAgain({ due: Date.now() + decisionLookMs, asks: verdict, forms: await this.formsOf({ input }) });
    }
    // An attempt before this one may have been sent, which nobody knows.
    const open = earlier?.runId === this.request.runId && earlier.state !== 'refused';
    const failure = failureOf(stepError(verdict.code, verdict.message));
    return this.conclude(open ? { ...failure, effect: 'unknown' } : failure, undefined, input);
  }

  /** The write is done, by an earlier run of the chain or an attempt whose end was not recorded: its answer counts. */
  private async keep(earlier: Effect, input: unknown): Promise<Outcome> {
    const { runId, step, iteration } = earlier;
    const [row] = await readValues(this.on.database, this.on.sealer, [{ runId, step, iteration }]);
    const output = row && row.error === null ? row.output : earlier.answer;
    return this.conclude(null, output, input, earlier);
  }

  /** What there is before the write, where taking it back needs that; read once. */
  private async stateBefore(
    input: unknown,
    connection: OpenConnection | null,
    earlier: Effect | null,
  ): Promise<JsonValue | undefined | CallFailed> {
    if (!this.keepsBefore || earlier?.runId === this.request.runId) return undefined;
    try {
      return await this.readState(input, connection);
    } catch (thrown) {
      // What an undo of the run would need: the write does not fail for want of it.
      if (!this.action.readsBefore && thrown instanceof ConnectorError && thrown.code !== 'E_RATE') return undefined;
      return new CallFailed(withChange(callFailure(thrown, null), this.version, this.action));
    }
  }

  /** Its step, or whoever undoes the run, takes it back by what there was before. */
  private get keepsBefore(): boolean {
    const { before, undo } = this.operation ?? {};
    return this.action.readsBefore === true || (before !== undefined && undo !== undefined);
  }

  private readState(
    input: unknown,
    connection: OpenConnection | null,
    { operation }: Pick<CompiledAction, 'operation'> = this.action,
  ): Promise<JsonValue> {
    return this.on.operations.before({
      connector: calledConnector(this.action),
      operation,
      ...{ input, connection, runOf: this.facts.workspaceId, timeoutMs: this.timeoutMs },
      ...this.gate,
    });
  }

  // --- what an undo takes back ----------------------------------------------------------------------------------

  /** A write that the undo leaves as it is; null where it is taken back. */
  private async leaveAlone(reversal: Reversal, connection: OpenConnection | null): Promise<Outcome | null> {
    const { mode, plan } = this.facts;
    try {
      const { toDo, state } = await judgeReversal(this.on.database, reversal, {
        makesPlan: mode === 'plan' ? (plan?.id ?? null) : null,
        read: this.readsOn(connection),
        shown: (value) => maskSecrets(value, this.secrets),
      });
      return toDo ? null : this.conclude(null, { left: state });
    } catch (thrown) {
      return this.conclude(callFailure(thrown, null));
    }
  }

  private async movedSince(connection: OpenConnection | null, earlier: Effect | null): Promise<CallFailure | null> {
    if (!this.reversal || earlier?.runId === this.request.runId) return null;
    try {
      const moved = await movedSince(this.readsOn(connection), this.reversal);
      return moved && failureOf(moved);
    } catch (thrown) {
      return callFailure(thrown, null);
    }
  }

  private readsOn(connection: OpenConnection | null): ReadState {
    return (operation, input) => this.readState(input, connection, { operation });
  }

  /** What lets its requests pass, where a connection has let it in. */
  private get gate() {
    return this.entry ? { gate: this.entry.gate } : {};
  }

  private get timeoutMs(): number {
    return plannedStep(this.on.plans.of(this.version), this.request.step).step.timeoutSeconds * 1_000;
  }

  private async begin(
    input: unknown,
    connection: OpenConnection | null,
    before: JsonValue | undefined,
  ): Promise<'begun' | 'dropped'> {
    const { runId, step, iteration } = this.request;
    const forms = await this.formsOf({ input });
    const changes = this.effect ? changesIn(this.action, input) : [];
    const effect = this.effect && {
      ...this.effect,
      workspaceId: this.facts.workspaceId,
      runId,
      step,
      iteration,
      connectionId: connection?.id ?? null,
      operation: this.operationName,
      input,
      changes,
      ...(before === undefined ? {} : { before }),
    };
    const begun = await this.on.rows.begin({ request: this.request, forms, effect });
    if (begun === 'held') throw new Error('Another process took this call up in the same moment.');
    return begun;
  }

  /** In a run that makes a plan: what a write would change is noted, nothing is sent, and what stands in answers. */
  private async plan(input: unknown, connection: OpenConnection | null, isWrite: boolean): Promise<Outcome> {
    const begun = await this.begin(input, connection, undefined);
    if (begun !== 'begun') return { kind: begun };
    const { action } = this;
    const connectionId = connection?.id ?? null;
    const shown = <T>(value: T) => maskSecrets(value, this.secrets);
    const readState = () => this.readState(input, connection);
    const write = { action, connectionId, input, epoch: this.request.epoch, shown, readState };
    try {
      if (isWrite) await notePlanned(this.on, this.place, write);
    } catch (thrown) {
      const failure = withChange(callFailure(thrown, null), this.version, action);
      if (!this.reversal || failure.throttled || !(thrown instanceof ConnectorError)) {
        return this.conclude(failure, undefined, input);
      }
      return this.conclude(null, { left: await noteUnplanned(this.on.database, this.reversal, thrown) }, input);
    }
    return this.conclude(null, standInFor(this.facts, this.request.step, this.action), input);
  }

  // --- the call -------------------------------------------------------------------------------------------------

  private async send(input: unknown, connection: OpenConnection | null, ask: boolean): Promise<Outcome> {
    const aborted = new AbortController();
    const stop = this.on.watch.add({
      runId: this.request.runId,
      effect: this.effect,
      shielded: this.isAfter,
      abort: (reason) => aborted.abort(reason),
    });
    const call = {
      connector: calledConnector(this.action),
      operation: this.action.operation,
      input,
      connection,
      idempotencyKey: this.effect?.key ?? '',
      runOf: this.facts.workspaceId,
      run: { id: this.request.runId, step: this.request.step },
      depth: this.facts.depth + 1,
      signal: aborted.signal,
      timeoutMs: this.timeoutMs,
      ...this.gate,
    };
    try {
      const found = ask ? await this.on.operations.lookup(call) : null;
      const output = found ?? (await this.on.operations.call(call));
      return await this.conclude(null, output, input);
    } catch (thrown) {
      if (aborted.signal.aborted && this.effect === null) return await this.conclude('cancelled');
      const failure = callFailure(thrown, this.effect ? { idempotency: this.idempotency } : null);
      return await this.conclude(withChange(failure, this.version, this.action));
    } finally {
      stop();
    }
  }

  private get operationName(): string {
    return `${this.action.connector}.${this.action.operation}`;
  }

  private get idempotency() {
    return this.operation?.idempotency ?? 'none';
  }

  /** Limits of its connection, or people who decide first, hold the call back: it comes again, which costs no attempt. */
  private async comeAgain({ due, forms = noForms, ...held }: HeldBack): Promise<Outcome> {
    const outcome = { kind: 'retry' as const, due, attempts: this.request.attempt - 1 };
    const ended = await this.on.rows.end({
      request: this.request,
      ...{
        outcome,
        port: null,
        forms,
        error: null,
        pauses: this.before.pauses,
        keptFrom: null,
        settled: null,
      },
      title: this.action.title || this.request.step,
      ...{ effectKey: null, final: this.isAfter, undone: null, reversed: null, ...held },
    });
    if (ended === 'dropped') return { kind: 'dropped' };
    return ended === 'written' ? outcome : outcomeOfRow(ended.status);
  }

  // --- after the call -------------------------------------------------------------------------------------------

  /** Records what came of the attempt, the effect with the step, and says what the run does next. */
  private async conclude(
    failure: CallFailure | 'cancelled' | null,
    output?: unknown,
    input?: unknown,
    kept?: Effect,
  ): Promise<Outcome> {
    const { runId, step } = this.request;
    const forms = await this.formsOf({ input, output }).catch((thrown) => {
      if (thrown instanceof ValueTooLarge) return thrown;
      throw thrown;
    });
    if (forms instanceof ValueTooLarge) return this.conclude(outputTooLarge(forms));
    const outcome = failure === null ? ({ kind: 'succeeded' } as const) : this.afterFailure(failure);
    const { errorWired, onError } = plannedStep(this.on.plans.of(this.version), step).step;
    const isFinal = outcome.kind === 'failed' || (outcome.kind === 'unknown' && this.isAfter);
    const port = outcome.kind === 'succeeded' ? 'out' : isFinal ? failurePort({ errorWired, onError }) : null;
    const failed = failure === 'cancelled' ? null : failure;
    const error = failed?.error ?? null;
    const isPause = failed !== null && (failed.throttled || failed.heldBackBy !== undefined);
    const pauses = this.before.pauses + (isPause ? 1 : 0);
    const keptFrom = kept && kept.runId !== runId ? kept.runId : null;
    // What became of a write is recorded even when the run has gone on without it.
    const settled = this.effect && !kept && failure !== 'cancelled' ? settledAs(this.effect, failed, forms) : null;
    const ended = await this.on.rows.end({
      request: this.request,
      ...{ outcome, port, forms, error, pauses, keptFrom, settled },
      title: this.action.title || step,
      effectKey: this.effect?.key ?? null,
      final: this.isAfter,
      undone: outcome.kind === 'succeeded' ? (this.undo?.undoes ?? null) : null,
      reversed: outcome.kind === 'succeeded' && this.effect ? (this.reversal?.id ?? null) : null,
      ...(failed?.heldBackBy === undefined ? {} : { heldBackBy: failed.heldBackBy }),
    });
    if (ended === 'dropped') return { kind: 'dropped' };
    return ended === 'written' ? outcome : outcomeOfRow(ended.status);
  }

  private formsOf(values: { input?: unknown; output?: unknown }) {
    const { runId, step, iteration } = this.request;
    const { workspaceId } = this.facts;
    return storedForms(this.on.sealer, this.secrets, { workspaceId, runId, step, iteration }, values);
  }

  private afterFailure(
    failure: CallFailure | 'cancelled',
  ): Exclude<Outcome, { kind: 'succeeded' | 'dropped' | 'open' }> {
    if (failure === 'cancelled') return { kind: 'cancelled' };
    const { step } = plannedStep(this.on.plans.of(this.version), this.request.step);
    const once = isLookedForOnce(this.facts, this.action);
    return outcomeOfFailure(failure, {
      step: once ? { ...step, retry: { ...step.retry, attempts: 1 } } : step,
      attempt: this.request.attempt,
      pauses: this.before.pauses,
      now: Date.now(),
      chance: Math.random(),
    });
  }
}

/** Something before the call could not be done. */
class CallFailed {
  constructor(readonly failure: CallFailure) {}
}

/** What the ledger says of an attempt from now on. */
const settledAs = (effect: EffectId, failure: CallFailure | null, forms: StoredForms): SettledEffect => ({
  ...effect,
  state: failure === null ? 'done' : failure.effect,
  answer: failure === null ? forms.output : asJson(failure.error),
  large: failure === null ? forms.large : null,
});

const noForms: StoredForms = { input: null, output: null, exact: null, large: null, blobs: [] };
