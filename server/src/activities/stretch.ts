import type { CompiledSubflow } from '@castellan/flow';
import type { EvaluationResult } from '../expressions/evaluation.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import type { StretchRequest } from '../workflows/contract.js';
import {
  advance,
  type Command,
  failurePort,
  frameKey,
  initialState,
  isPure,
  isSettled,
  outstanding,
  type Plan,
  type PureCommand,
  plannedStep,
  type RunEvent,
  type RunState,
  type StepState,
} from '../workflows/interpreter/index.js';
import type { FlowCalls } from './called-flows.js';
import { noChanges, type RunChanges, type StepChange } from './changes.js';
import type { ChildEnding } from './child-endings.js';
import { compiledStep } from './contexts.js';
import type { Control } from './controls.js';
import type { RunFacts } from './facts.js';
import type { ApprovalRequest } from './kinds/approval.js';
import { type Conclusion, stepError } from './kinds/index.js';
import { atOnce } from './kinds/planned.js';
import type { CallInput } from './kinds/subflow.js';
import type { Awaited } from './kinds/wait.js';
import { openApproval, openWait } from './openings.js';
import { notYet, partsOf, type RoundPart, type StepCommand } from './round-parts.js';
import { takeControl } from './taken-controls.js';
import { tooLargeToKeep } from './values.js';

/**
 * One run in a stretch: a copy of its state that goes ahead of the carrier's, with all that has to be committed for
 * what it did. The carrier applies the same events to its own state afterwards.
 */
export class StretchRun {
  readonly changes: RunChanges = noChanges();
  readonly events: RunEvent[] = [];
  readonly state: RunState;
  /** The state before this stretch, where it was read from the rows and so is new to the carrier. */
  readonly loaded: RunState | null;
  private readonly ready = new Map<string, PureCommand>();
  /** The rows of `changes`, by their place. */
  private readonly rows = new Map<string, StepChange>();
  private late = false;
  /** The error of the run, for the step that has just begun after its end. */
  error: unknown;
  /** It has given its turn back while it only waits, and does not have it again: it may not go on. */
  lacksTurn = false;

  constructor(
    readonly request: StretchRequest,
    readonly facts: RunFacts,
    readonly version: PublishedVersion,
    readonly plan: Plan,
    state: RunState | null,
  ) {
    this.state = state ? structuredClone(state) : initialState(request.trigger);
    this.loaded = request.state === null ? structuredClone(this.state) : null;
    for (const command of request.commands) this.ready.set(keyOf(command), command);
  }

  /** Begins a run whose rows the state was made of: what is outstanding, as its carrier would. */
  want(commands: Command[]): void {
    for (const command of commands) if (isPure(command)) this.ready.set(keyOf(command), command);
  }

  /** Takes over what the rows of an earlier commit told, as if it had happened here. */
  repeat(events: RunEvent[]): void {
    this.events.push(...events);
    this.ready.clear();
    this.want(outstanding(this.plan, this.state));
  }

  /** It would keep those that share its carrier waiting: nothing of this stretch counts. */
  beLate(): void {
    this.late = true;
    this.ready.clear();
  }

  get isLate(): boolean {
    return this.late;
  }

  /** Whether it goes on in a carrier of its own: it is late, it awaits something of its own, or it grows large. */
  get leaves(): boolean {
    if (!this.request.shared) return false;
    return this.late || (this.state.phase === 'running' && (isLarge(this.state) || awaitsItsOwn(this.state)));
  }

  /** `endings`: how the called runs ended that the controls tell of. */
  takeControls(controls: Control[], endings: ReadonlyMap<string, ChildEnding>): void {
    for (const control of controls) {
      this.changes.controls.push(control.id);
      takeControl(this, control, endings);
    }
  }

  /** Something happened: brings the state up to date and notes what became ready. */
  happened(event: RunEvent): void {
    this.events.push(event);
    if ('step' in event) this.ready.delete(`${event.step}@${event.iteration}`);
    this.want(advance(this.plan, this.state, event));
  }

  /** The steps that have become ready, of a run that may have their rows from an earlier run. */
  placesToLookAt(): { runId: string; step: string; iteration: string }[] {
    if (!this.facts.prepared) return [];
    const begin = ['evaluate', 'items', 'open'];
    return [...this.ready.values()].flatMap((command) =>
      isOfStep(command) && begin.includes(command.type)
        ? [{ runId: this.facts.id, step: command.step, iteration: command.iteration }]
        : [],
    );
  }

  /** It has ended, and what follows is to be begun: everything that it did stands in its rows. */
  get asksNext(): boolean {
    return !this.state.paused && this.ready.has('next') && this.changes.steps.length === 0;
  }

  /** Begins what follows the end; null: nothing is left. `error` is the run's own, for the flow that is started by it. */
  beginNext(place: { step: string; iteration: string } | null, error?: unknown): void {
    this.ready.delete('next');
    this.error = error;
    if (place) this.write(place, { status: 'running', begins: true });
    this.happened({ type: 'next', place });
  }

  /** What is to be evaluated in the next round. */
  takeRound(now: number): RoundPart[] {
    const parts: RoundPart[] = [];
    for (const [key, command] of this.ready) {
      this.ready.delete(key);
      // What follows the end is asked of rows: what this stretch has done is not among them yet.
      if (command.type === 'next' || (isOfStep(command) && !this.isAsked(command))) continue;
      if (command.type === 'finish') this.finish(command);
      else if (command.type === 'expire') this.expire(command);
      else if (command.type === 'escalate') this.escalate(command);
      else parts.push(...partsOf(this, command, now));
    }
    return parts;
  }

  /** A step that was ready when the run ended, or its iteration failed, is cancelled and not done any more. */
  private isAsked(command: StepCommand): boolean {
    const at = this.stepAt(command);
    return at !== undefined && !isSettled(at.status);
  }

  stepAt({ step, iteration }: { step: string; iteration: string }) {
    return this.state.frames[frameKey(plannedStep(this.plan, step).loop, iteration)]?.steps[step];
  }

  loopAt(command: StepCommand) {
    return this.stepAt(command)?.loop;
  }

  // --- what follows from an evaluation --------------------------------------------------------------------------

  /** Whether a part of the round is still to be done. */
  wants({ command }: RoundPart): boolean {
    return !this.late && this.isAsked(command);
  }

  /** `now` is that of the round; `called` knows the flows that its parts call. */
  async conclude(part: RoundPart, results: EvaluationResult[], now: number, called: FlowCalls): Promise<void> {
    if (!this.wants(part)) return;
    const { command } = part;
    const conclusion = part.evaluation.conclude(results);
    if (conclusion === notYet) return;
    if (conclusion.status === 'failed') {
      this.fail(command, conclusion);
      return;
    }
    switch (command.type) {
      case 'evaluate':
        this.settle(command, conclusion);
        break;
      case 'items':
        this.startLoop(command, conclusion.output as unknown[]);
        break;
      case 'collect':
        this.endLoop(command, conclusion.output as unknown[]);
        break;
      case 'open':
        if (plannedStep(this.plan, command.step).step.kind === 'subflow')
          await this.callFlow(command, conclusion.output as CallInput, { now, called });
        else if (this.facts.mode === 'plan') this.passAtOnce(command, conclusion.output);
        else this.open(command, conclusion.output, now);
        break;
    }
  }

  /** Nobody is asked and nothing is awaited where only a plan is made. */
  private passAtOnce(command: StepCommand, resolved: unknown): void {
    const { step, iteration } = command;
    const { kind } = plannedStep(this.plan, step).step;
    const { port, output } = atOnce(kind === 'wait' ? 'wait' : 'approval', this.facts.plan?.pins[step]);
    this.write(command, { status: 'succeeded', port, input: resolved, output });
    this.happened({ type: 'settled', step, iteration, status: 'succeeded', port });
  }

  private settle(command: StepCommand, conclusion: Extract<Conclusion, { status: 'succeeded' }>): void {
    const { port, output, response, outcome } = conclusion;
    // Only lists can grow past what one evaluation may put out.
    const error = Array.isArray(output) || command.type === 'collect' ? tooLargeToKeep(output) : null;
    if (error) {
      this.fail(command, { status: 'failed', error });
      return;
    }
    this.write(command, { status: 'succeeded', port, output });
    if (response && !this.changes.response) this.changes.response = response;
    if (outcome !== undefined) this.changes.outcome = outcome;
    this.happened({ type: 'settled', step: command.step, iteration: command.iteration, status: 'succeeded', port });
  }

  private fail(command: StepCommand, { error, input }: Extract<Conclusion, { status: 'failed' }>): void {
    const port = failurePort(plannedStep(this.plan, command.step).step);
    this.write(command, { status: 'failed', port, error, ...(input === undefined ? {} : { input }) });
    this.happened({ type: 'settled', step: command.step, iteration: command.iteration, status: 'failed', port });
  }

  private startLoop(command: StepCommand, items: unknown[]): void {
    const { step, iteration } = command;
    this.write(command, { status: 'running', count: items.length, begins: true });
    this.changes.items.push({ step, iteration, items });
    this.happened({ type: 'items', step, iteration, count: items.length });
  }

  endLoop(command: StepCommand, items: unknown[]): void {
    const { step, iteration } = command;
    const loop = this.loopAt(command);
    const output = { count: loop?.count ?? 0, failed: loop?.failed ?? 0, items };
    this.changes.closedLoops.push({ step, iteration });
    if (loop?.stopped) {
      const error = stepError(
        'E_ITEM',
        `${loop.failed} of ${loop.count} items failed, and the loop stops at the first`,
      );
      this.fail(command, { status: 'failed', error });
      return;
    }
    this.settle(command, { status: 'succeeded', port: 'out', output });
  }

  private open(command: StepCommand, resolved: unknown, now: number): void {
    const { step: id, iteration } = command;
    const { step } = plannedStep(this.plan, id);
    const at = { version: this.version, step, iteration, title: titleOf(this.version, id), now };
    const opening =
      step.kind === 'wait' ? openWait(at, resolved as Awaited) : openApproval(at, resolved as ApprovalRequest);
    if (opening.approval) this.changes.approvals.push(opening.approval);
    if (opening.event) this.changes.awaitedEvents.push(opening.event);
    const { due, detail } = opening.row;
    this.write(command, { status: 'waiting', ...opening.row, begins: true });
    this.happened({ type: 'opened', step: id, iteration, due, port: detail?.port, escalations: detail?.escalations });
  }

  /** Starts the called flow: its run is made in the transaction that says on the step's row which one it is. */
  private async callFlow(
    command: StepCommand,
    { input, item }: CallInput,
    { now, called }: { now: number; called: FlowCalls },
  ): Promise<void> {
    const { step, iteration } = command;
    const { flow, wait } = compiledStep(this.version, step) as CompiledSubflow;
    const place = { facts: this.facts, version: this.version, step, iteration, item };
    const start = await called.start({ ...place, flow, wait, input });
    if ('error' in start) {
      this.fail(command, { status: 'failed', error: start.error, input });
      return;
    }
    const { run, flowName } = start;
    this.changes.children.push(run);
    if (!wait) {
      this.write(command, { status: 'succeeded', port: 'out', input, output: { runId: run.id }, childRunId: run.id });
      this.happened({ type: 'settled', step, iteration, status: 'succeeded', port: 'out' });
      return;
    }
    const { timeoutSeconds } = plannedStep(this.plan, step).step;
    const due = timeoutSeconds > 0 ? now + timeoutSeconds * 1_000 : undefined;
    const detail = { kind: 'subflow' as const, what: titleOf(this.version, step), who: flowName };
    this.write(command, { status: 'waiting', due, input, detail, childRunId: run.id, begins: true });
    this.happened({ type: 'opened', step, iteration, due });
  }

  /** The time of a wait, an approval or a called flow is over. */
  private expire(command: StepCommand): void {
    const { step, iteration } = command;
    if (this.lacksTurn) {
      this.changes.woken.push({ step, iteration });
      return;
    }
    const { kind, timeoutSeconds } = plannedStep(this.plan, step).step;
    if (kind === 'subflow') {
      this.changes.abandoned.push({ step, iteration });
      const message = `The flow that was called did not end within ${timeoutSeconds} s; its run is cancelled`;
      this.fail(command, { status: 'failed', error: stepError('E_TIMEOUT', message) });
      return;
    }
    const at = this.stepAt(command);
    const port = at?.duePort ?? (kind === 'wait' ? 'out' : 'timeout');
    const awaitsEvent = 'event' in compiledStep(this.version, step);
    if (kind === 'approval' || awaitsEvent) {
      this.changes.expired.push({ step, iteration, kind: awaitsEvent ? 'event' : 'approval' });
    }
    this.write(command, { status: 'succeeded', port, output: null });
    this.happened({ type: 'settled', step, iteration, status: 'succeeded', port });
  }

  /** Nobody has decided by now: more people are asked. */
  private escalate(command: StepCommand): void {
    const { step, iteration } = command;
    const until = this.stepAt(command)?.escalations?.[0];
    if (until === undefined) return;
    this.changes.escalated.push({ step, iteration, until });
    this.happened({ type: 'escalated', step, iteration });
  }

  private finish({ ending }: Extract<PureCommand, { type: 'finish' }>): void {
    this.changes.ending = ending;
    // The history says of every step of the flow what became of it; skipped ones have had no row until now.
    for (const step of this.plan.levels.get('')?.order ?? []) {
      const at = this.state.frames['']?.steps[step];
      if (!at || at.status === 'skipped') this.write({ step, iteration: '' }, { status: 'skipped' });
    }
    this.happened({ type: 'finished' });
  }

  /** Notes the step's row. A step that is written twice in one stretch has one row: the later one. */
  write(
    { step, iteration }: { step: string; iteration: string },
    change: Omit<StepChange, 'step' | 'iteration' | 'kind'>,
  ): void {
    const { kind } = plannedStep(this.plan, step).step;
    const key = `${step}@${iteration}`;
    const earlier = this.rows.get(key);
    const row = { ...earlier, step, iteration, kind, ...change };
    if (earlier) this.changes.steps.splice(this.changes.steps.indexOf(earlier), 1);
    this.changes.steps.push(row);
    this.rows.set(key, row);
  }
}

/** Iterations with which a run is too much for a carrier that it shares. */
const manyItems = 100;

const stepsOf = (state: RunState): StepState[] =>
  Object.values(state.frames).flatMap((frame) => Object.values(frame.steps));

const isLarge = (state: RunState): boolean => stepsOf(state).some(({ loop }) => (loop?.count ?? 0) > manyItems);

/** Nothing is under way, and what it waits for is no pause that its neighbours have too. */
function awaitsItsOwn(state: RunState): boolean {
  const steps = stepsOf(state);
  const isIdle = !steps.some((at) => at.status === 'ready' || (at.status === 'running' && !at.loop));
  return isIdle && steps.some(({ status }) => status === 'waiting' || status === 'unknown');
}

const isOfStep = (command: PureCommand): command is StepCommand => 'step' in command;

const keyOf = (command: PureCommand): string =>
  isOfStep(command) ? `${command.step}@${command.iteration}` : command.type;

export const titleOf = (version: PublishedVersion, step: string): string => compiledStep(version, step).title || step;
