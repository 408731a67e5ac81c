import type { PublishedVersion } from '../../flows/versions.service.js';
import type { StretchRequest } from '../../workflows/contract.js';
import {
  advance,
  type Command,
  type Ending,
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
} from '../../workflows/interpreter/index.js';
import type { Control } from '../controls.js';
import type { RunFacts } from '../facts.js';
import { noChanges, type RunChanges, type StepChange } from './changes.js';
import type { ChildEnding } from './child-endings.js';
import { partsOf, type RoundPart, type StepCommand } from './round-parts.js';
import { escalate, expire } from './step-outcomes.js';
import { takeControl } from './taken-controls.js';

interface Place {
  step: string;
  iteration: string;
}

/** What of a step's row is not its place. */
type RowChange = Omit<StepChange, 'step' | 'iteration' | 'kind'>;

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
  placesToLookAt(): (Place & { runId: string })[] {
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
  beginNext(place: Place | null, error?: unknown): void {
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
      if (command.type === 'finish') this.finish(command.ending);
      else if (command.type === 'expire') expire(this, command);
      else if (command.type === 'escalate') escalate(this, command);
      else parts.push(...partsOf(this, command, now));
    }
    return parts;
  }

  /** Whether a part of the round is still to be done. */
  wants({ command }: RoundPart): boolean {
    return !this.late && this.isAsked(command);
  }

  /** A step that was ready when the run ended, or its iteration failed, is cancelled and not done any more. */
  private isAsked(command: StepCommand): boolean {
    const at = this.stepAt(command);
    return at !== undefined && !isSettled(at.status);
  }

  stepAt({ step, iteration }: Place) {
    return this.state.frames[frameKey(plannedStep(this.plan, step).loop, iteration)]?.steps[step];
  }

  loopAt(command: StepCommand) {
    return this.stepAt(command)?.loop;
  }

  private finish(ending: Ending): void {
    this.changes.ending = ending;
    // The history says of every step of the flow what became of it; skipped ones have had no row until now.
    for (const step of this.plan.levels.get('')?.order ?? []) {
      const at = this.state.frames['']?.steps[step];
      if (!at || at.status === 'skipped') this.write({ step, iteration: '' }, { status: 'skipped' });
    }
    this.happened({ type: 'finished' });
  }

  /** A step has come to its end: notes its row and brings the state up to date. */
  settle(
    { step, iteration }: Place,
    row: RowChange & Pick<Extract<RunEvent, { type: 'settled' }>, 'status' | 'port'>,
  ): void {
    const { status, port } = row;
    this.write({ step, iteration }, row);
    this.happened({ type: 'settled', step, iteration, status, port });
  }

  /** Notes the step's row. A step that is written twice in one stretch has one row: the later one. */
  write({ step, iteration }: Place, change: RowChange): void {
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
