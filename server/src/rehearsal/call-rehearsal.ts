import type { StepError } from '@castellan/api';
import type { CompiledAction, CompiledUndo } from '@castellan/flow';
import { failureNotify, isAfter } from '@castellan/flow/runtime';
import { type Change, changesOf, getOperation, parseInput } from '@castellan/sdk';
import { evaluateInput, resolveItem } from '../activities/calls/call-input.js';
import { outcomeOfFailure } from '../activities/calls/call-outcome.js';
import { Contexts, compiledStep } from '../activities/contexts.js';
import type { RunFacts } from '../activities/facts.js';
import type { RunError } from '../activities/stretches/run-error.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { calledConnector } from '../connector-registry/references.js';
import type { ExpressionHost } from '../expressions/expression-host.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import { type CallFailure, callFailure } from '../operations/call-failure.js';
import { holdsMask } from '../platform/masking.js';
import type { CallRequest } from '../workflows/contract.js';
import { type CallOutcome, failurePort, type Plan, plannedStep } from '../workflows/interpreter/index.js';
import type { MemorySource } from './memory-source.js';
import { placeKey, type RehearsedCall } from './rehearsal.js';
import type { RehearsedSteps } from './rehearsed-steps.js';
import { rehearsedUndo } from './rehearsed-undo.js';
import type { CallAnswer, CallEnd, StandIns } from './stand-ins.js';

/** What rehearsing calls needs: the same evaluation as a worker's, and what stands in for the answers. */
export interface CallSurroundings {
  expressions: Pick<ExpressionHost, 'evaluate'>;
  runUrl: (workspaceId: string, runId: string) => string;
  version: PublishedVersion;
  facts: RunFacts;
  plan: Plan;
  source: MemorySource;
  steps: RehearsedSteps;
  standIns: StandIns;
  /** Why the run failed, for what tells of it. */
  runError(): RunError | null;
}

/** A call as it would be made, or why it cannot be. */
interface MadeCall {
  /** What is called: of an automatic undo, what its operation makes of what was done. */
  action: CompiledAction;
  /** Left out where there is nothing to be called. */
  call?: RehearsedCall;
  input?: unknown;
  error?: StepError;
  /** The catalogue's example stood in for what there was before the step that is taken back. */
  before?: 'sample';
}

/** The calls of a rehearsal: their inputs are resolved and checked as for a real call, and a stand-in answers. */
export class CallRehearsal {
  /** Calls that are tried again, by their places: a further attempt sends what the first one sent. */
  private readonly tried = new Map<string, MadeCall>();

  constructor(private readonly on: CallSurroundings) {}

  /** Resolves the input and asks for the answer. `now` is the rehearsal's clock. Null: nothing stands in. */
  async begin(request: CallRequest, now: number): Promise<CallEnd | null> {
    const { attempt } = request;
    const made = (attempt > 1 && this.tried.get(placeKey(request))) || (await this.prepare(request, now));
    const { call, input, error, before } = made;
    this.on.steps.write(request, {
      ...{ status: 'running', attempts: attempt },
      ...(call === undefined ? {} : { call }),
      ...(input === undefined ? {} : { input }),
      ...(before === undefined ? {} : { before }),
    });
    if (error) return { error };
    // What is to be taken back changed nothing: there is nothing to be called.
    if (!call) return { output: null };
    const answer = await this.answerTo(request, made, call);
    if (answer) this.on.steps.stoodIn(request, answer.from);
    if (answer && 'error' in answer && answer.error.retryable) this.tried.set(placeKey(request), made);
    return answer;
  }

  private async answerTo(
    { step, iteration, attempt }: CallRequest,
    { action, input }: MadeCall,
    { item }: RehearsedCall,
  ): Promise<CallAnswer | null> {
    const items = this.on.source.loops;
    const asked = { step, iteration, level: action.level, items, item, compiled: action, attempt, input };
    const answer = await this.on.standIns.call(asked);
    return answer ?? (isAfter(step) ? { from: 'assumed', output: null } : null);
  }

  private async prepare(request: CallRequest, now: number): Promise<MadeCall> {
    const compiled = compiledStep(this.on.version, request.step) as CompiledAction;
    const isAutomatic = 'undoes' in compiled && (compiled as CompiledUndo).auto;
    if (!isAutomatic) return this.make(compiled, request, now);
    const undo = rehearsedUndo(this.on, compiled as CompiledUndo, request.iteration);
    if (undo.kind === 'call') return { ...(await this.make(undo.action, request, now)), ...undo.made };
    if (undo.kind === 'nothing') return { action: compiled };
    const { connector, operation, effect } = compiled;
    const call: RehearsedCall = { connector, operation, effect, changes: [], item: null };
    return { action: compiled, call, ...(undo.kind === 'error' ? { error: undo.error } : {}) };
  }

  /** Writes what came of the attempt and says what the run does next. */
  end(call: CallRequest, answer: CallEnd, now: number): CallOutcome {
    const { source, steps, plan } = this.on;
    const { step } = plannedStep(plan, call.step);
    const place = { runId: call.runId, step: call.step, iteration: call.iteration };
    const outcome = this.outcomeOf(call, answer, now);
    const error = 'error' in answer ? answer.error : undefined;
    if (outcome.kind === 'succeeded') {
      const output = 'output' in answer ? answer.output : null;
      source.set(place, { output, error: null });
      steps.write(call, { status: 'succeeded', port: 'out', output });
    } else if (outcome.kind === 'failed') {
      source.set(place, { output: null, error });
      steps.write(call, { status: 'failed', port: failurePort(step), ...(error ? { error } : {}) });
    } else {
      const status = outcome.kind === 'retry' ? 'retrying' : outcome.kind;
      // Nobody is asked what became of what follows the end: it has settled.
      const port = status === 'unknown' && isAfter(call.step) ? failurePort(step) : null;
      steps.write(call, { status, port, ...(error ? { error } : {}) });
    }
    return outcome;
  }

  private outcomeOf(call: CallRequest, answer: CallEnd, now: number): CallOutcome {
    if ('output' in answer) return { kind: 'succeeded' };
    if ('cancelled' in answer) return { kind: 'cancelled' };
    const { step } = plannedStep(this.on.plan, call.step);
    // The same retries in every rehearsal: the pauses are neither spread nor counted beyond their attempts.
    return outcomeOfFailure(failureOf(answer), { step, attempt: call.attempt, pauses: 0, now, chance: 0.5 });
  }

  private async make(compiled: CompiledAction, { step, iteration }: CallRequest, now: number): Promise<MadeCall> {
    const { expressions, source, runUrl, version, facts } = this.on;
    const contexts = new Contexts(source, runUrl);
    const error = step === failureNotify ? this.on.runError() : null;
    const place = { facts, version, step, iteration, ...(error ? { error } : {}) };
    await contexts.prepare([place]);
    const callPlace = { version, workspaceId: facts.workspaceId, iteration, context: contexts.of(place), now };
    const { connector, operation, effect } = compiled;
    const item = await resolveItem(expressions, compiled, callPlace);
    const call = { connector, operation, effect, changes: [], item: 'item' in item ? item.item : null };
    // A read has no row in the ledger, and so no key that could be missing.
    if ('error' in item && effect !== 'read') return { action: compiled, call, error: item.error };
    const resolved = await evaluateInput(expressions, compiled, callPlace);
    if ('error' in resolved) return { action: compiled, call, error: resolved.error };
    const { input } = resolved;
    const told = { ...call, changes: changesIn(compiled, input) };
    return { action: compiled, call: told, input, ...refusalOf(compiled, input) };
  }
}

/** Why the operation would refuse the input. Of one that holds masks only what it really is could tell. */
function refusalOf(action: CompiledAction, input: unknown): { error?: StepError } {
  if (holdsMask(input)) return {};
  try {
    parseInput(getOperation(connectorOf(calledConnector(action)), action.operation), input);
    return {};
  } catch (thrown) {
    return { error: callFailure(thrown, null).error };
  }
}

/** What a write would change; nothing for a read, or for an input of which the operation cannot tell. */
function changesIn(action: CompiledAction, input: unknown): Change[] {
  try {
    return changesOf(connectorOf(calledConnector(action)), action.operation, input);
  } catch {
    return [];
  }
}

function failureOf({ error, retryAfterSeconds }: Extract<CallEnd, { error: StepError }>): CallFailure {
  return {
    error,
    effect: error.code === 'E_OUTCOME_UNKNOWN' ? 'unknown' : 'refused',
    retryable: error.retryable,
    throttled: false,
    ...(retryAfterSeconds === undefined ? {} : { retryAfter: retryAfterSeconds }),
  };
}
