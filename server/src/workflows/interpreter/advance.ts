import type { ControlStep } from '@castellan/flow/runtime';
import { afterLevel, frameAfter, mayHaveAfter } from './after.js';
import { isKept } from './kept-items.js';
import type { CallOutcome, Command, RunEvent } from './messages.js';
import { type Plan, type PlannedStep, plannedStep } from './plan.js';
import { readiness } from './readiness.js';
import {
  childIteration,
  type Ending,
  type Frame,
  frameKey,
  isSettled,
  nextAlarm,
  parentIteration,
  type RunState,
  type StepState,
} from './state.js';

export function initialState(trigger: string): RunState {
  return { phase: 'running', trigger, frames: {} };
}

/**
 * The interpreter: takes one fact about a run, brings its state up to date in place and says what is to be done
 * next. Synchronous and without time, chance or input of its own, so that a replay gives the same commands.
 *
 * `begun`, where the state is made of rows: which calls were really under way, as `step@iteration`. The others are not
 * begun any more where nothing new is to start.
 */
export function advance(plan: Plan, state: RunState, event: RunEvent, begun?: ReadonlySet<string>): Command[] {
  if (state.phase === 'ended') return [];
  const turn = new Turn(plan, state, begun);
  turn.take(event);
  return turn.commands;
}

/** The port by which a step that failed goes on; null when nobody handles it. */
export function failurePort(step: Pick<ControlStep, 'errorWired' | 'onError'>): string | null {
  if (step.errorWired) return 'error';
  return step.onError === 'continue' ? 'out' : null;
}

class Turn {
  readonly commands: Command[] = [];
  /** Loops that are opening iterations just now, so that one that ends at once does not open the next inside itself. */
  private readonly opening = new Set<StepState>();

  constructor(
    private readonly plan: Plan,
    private readonly state: RunState,
    private readonly begun?: ReadonlySet<string>,
  ) {}

  take(event: RunEvent): void {
    switch (event.type) {
      case 'start':
        this.openFrame('', '');
        break;
      case 'end':
        this.end(event.ending);
        break;
      case 'next':
        this.beginAfter(event.place);
        break;
      case 'finished':
        this.state.phase = 'ended';
        break;
      case 'pause':
        this.state.paused = true;
        break;
      case 'resume':
        this.resume();
        break;
      default:
        this.takeOfStep(event);
    }
  }

  private takeOfStep(event: Extract<RunEvent, { step: string }>): void {
    const planned = plannedStep(this.plan, event.step);
    const frame = this.frame(planned.loop, event.iteration);
    const at = frame?.steps[event.step];
    // A frame that has ended and a step that is settled hear nothing more: late timers and answers are harmless.
    if (!frame || !at || isSettled(at.status)) return;
    switch (event.type) {
      case 'settled':
        this.settle(frame, planned, event.status, event.port);
        break;
      case 'called':
        this.takeOutcome(frame, planned, at, event.outcome);
        break;
      case 'items':
        at.status = 'running';
        at.loop = { count: event.count, next: 0, finished: 0, failed: 0, ...(event.kept ? { kept: event.kept } : {}) };
        this.continueLoop(frame, planned, at);
        break;
      case 'opened':
        frame.steps[event.step] = waitingState(event);
        this.setAlarm(frame, planned);
        break;
      case 'due':
        this.takeDue(frame, planned, at, event.at);
        break;
      case 'escalated':
        at.escalations?.shift();
        this.setAlarm(frame, planned);
        break;
      case 'resolved':
        this.takeResolution(frame, planned, at, event.outcome);
        break;
    }
  }

  // --- starting -------------------------------------------------------------------------------------------------

  private openFrame(loop: string, iteration: string): void {
    const level = this.plan.levels.get(loop);
    if (!level) throw new Error(`The version has no loop ${loop}`);
    const frame: Frame = { loop, iteration, steps: {}, open: level.order.length };
    this.state.frames[frameKey(loop, iteration)] = frame;
    for (const id of level.order) this.consider(frame, id);
    this.closeWhenDone(frame);
  }

  /** Starts or skips a step when the wires to it have decided. */
  private consider(frame: Frame, stepId: string): void {
    if (frame.steps[stepId] || frame.halted) return;
    const planned = plannedStep(this.plan, stepId);
    const decision = readiness(planned.step, planned.incoming, frame, {
      triggers: this.plan.graph.triggers,
      trigger: this.state.trigger,
    });
    if (decision === 'run') {
      frame.steps[stepId] = { status: 'ready' };
      if (!this.state.paused) this.begin(frame, planned);
    } else if (decision === 'skip') {
      this.mark(frame, stepId, { status: 'skipped', port: null });
      for (const follower of planned.followers) this.consider(frame, follower);
    }
  }

  private begin(frame: Frame, planned: PlannedStep): void {
    const place = { step: planned.step.id, iteration: frame.iteration };
    switch (planned.step.kind) {
      case 'action':
        this.call(frame, planned.step.id, 1);
        break;
      case 'loop':
        this.commands.push({ type: 'items', ...place });
        break;
      case 'wait':
      case 'approval':
      case 'subflow':
        this.commands.push({ type: 'open', ...place });
        break;
      default:
        this.commands.push({ type: 'evaluate', ...place });
    }
  }

  private call(frame: Frame, stepId: string, attempt: number): void {
    frame.steps[stepId] = { status: 'running', attempts: attempt };
    this.commands.push({ type: 'call', step: stepId, iteration: frame.iteration, attempt });
  }

  private setAlarm(frame: Frame, { step }: PlannedStep): void {
    const at = frame.steps[step.id];
    const due = at && nextAlarm(at);
    if (due !== undefined) this.commands.push({ type: 'timer', step: step.id, iteration: frame.iteration, due });
  }

  private resume(): void {
    delete this.state.paused;
    for (const frame of Object.values(this.state.frames)) {
      for (const [id, at] of Object.entries(frame.steps)) {
        if (at.status === 'ready') this.begin(frame, plannedStep(this.plan, id));
        if (at.status === 'retrying') this.call(frame, id, (at.attempts ?? 0) + 1);
        if (at.loop) this.continueLoop(frame, plannedStep(this.plan, id), at);
      }
    }
    if (this.state.phase === 'after' && !frameAfter(this.state)) this.askNext();
  }

  // --- settling -------------------------------------------------------------------------------------------------

  private settle(
    frame: Frame,
    planned: PlannedStep,
    status: 'succeeded' | 'failed' | 'cancelled',
    port: string | null,
  ): void {
    const { step } = planned;
    this.mark(frame, step.id, { status, port });
    if (step.kind === 'stop') {
      const failed = step.outcome === 'fail' || status === 'failed';
      this.end({ status: failed ? 'failed' : 'succeeded', step: step.id, iteration: frame.iteration });
      return;
    }
    if (status === 'failed' && port === null) this.fail(frame, step.id);
    else for (const follower of planned.followers) this.consider(frame, follower);
    this.closeWhenDone(frame);
  }

  private mark(frame: Frame, stepId: string, at: StepState): void {
    frame.steps[stepId] = at;
    frame.open--;
  }

  private takeOutcome(frame: Frame, planned: PlannedStep, at: StepState, outcome: CallOutcome): void {
    const { step } = planned;
    switch (outcome.kind) {
      case 'succeeded':
        this.settle(frame, planned, 'succeeded', 'out');
        break;
      case 'failed':
        this.settle(frame, planned, 'failed', failurePort(step));
        break;
      case 'cancelled':
        this.settle(frame, planned, 'cancelled', null);
        break;
      case 'unknown':
        if (frame.loop === afterLevel || (step.onUnknown === 'error' && step.errorWired)) {
          this.settle(frame, planned, 'failed', failurePort(step));
        } else {
          at.status = 'unknown';
          this.closeWhenDone(frame);
        }
        break;
      case 'retry':
        if (frame.halted) {
          this.settle(frame, planned, 'cancelled', null);
        } else {
          at.status = 'retrying';
          at.attempts = outcome.attempts;
          at.due = outcome.due;
          this.setAlarm(frame, planned);
        }
    }
  }

  private takeDue(frame: Frame, planned: PlannedStep, at: StepState, alarm?: number): void {
    // A timer of an earlier alarm, or one that another host had set as well, says nothing about this one.
    if (alarm !== undefined && alarm !== nextAlarm(at)) return;
    if (at.status === 'waiting') {
      const type = nextAlarm(at) === at.due ? 'expire' : 'escalate';
      this.commands.push({ type, step: planned.step.id, iteration: frame.iteration });
    } else if (at.status === 'retrying' && !this.state.paused) {
      this.call(frame, planned.step.id, (at.attempts ?? 0) + 1);
    }
  }

  private takeResolution(
    frame: Frame,
    planned: PlannedStep,
    at: StepState,
    outcome: 'happened' | 'not_happened' | 'fail',
  ): void {
    if (at.status !== 'unknown') return;
    if (outcome === 'happened') this.settle(frame, planned, 'succeeded', 'out');
    else if (outcome === 'fail') this.settle(frame, planned, 'failed', failurePort(planned.step));
    else if (!frame.halted) this.call(frame, planned.step.id, (at.attempts ?? 0) + 1);
  }

  // --- loops ----------------------------------------------------------------------------------------------------

  /**
   * Opens iterations up to the loop's concurrency, also while the run is paused: their steps begin when it goes on, and
   * which iterations there are does not depend on when it was paused. Asks for the output when all have ended.
   */
  private continueLoop(frame: Frame, planned: PlannedStep, at: StepState): void {
    const { loop } = at;
    if (!loop || frame.halted || this.opening.has(at)) return;
    this.opening.add(at);
    while (!loop.stopped && loop.next < loop.count && loop.next - loop.finished < (planned.step.concurrency ?? 1)) {
      const index = loop.next++;
      if (isKept(loop.kept, index)) loop.finished++;
      else this.openFrame(planned.step.id, childIteration(frame.iteration, index));
    }
    this.opening.delete(at);
    const idle = loop.next === loop.finished;
    if (idle && !this.state.paused && (loop.stopped || loop.next === loop.count)) {
      this.commands.push({ type: 'collect', step: planned.step.id, iteration: frame.iteration });
    }
  }

  private closeIteration(body: Frame): void {
    const planned = plannedStep(this.plan, body.loop);
    const frame = this.frame(planned.loop, parentIteration(body.iteration));
    const at = frame?.steps[body.loop];
    if (!frame || !at?.loop) return;
    delete this.state.frames[frameKey(body.loop, body.iteration)];
    at.loop.finished++;
    if (body.halted) at.loop.failed++;
    if (frame.halted) {
      this.haltLoop(frame, body.loop, at);
      this.closeWhenDone(frame);
      return;
    }
    if (body.halted && planned.step.onItemError !== 'continue' && !at.loop.stopped) {
      at.loop.stopped = true;
      for (const other of this.iterations(frame, body.loop)) this.halt(other);
    }
    this.continueLoop(frame, planned, at);
  }

  private iterations(frame: Frame, loop: string): Frame[] {
    return Object.values(this.state.frames).filter(
      (body) => body.loop === loop && parentIteration(body.iteration) === frame.iteration,
    );
  }

  // --- ending ---------------------------------------------------------------------------------------------------

  /** A step failed and nobody handles it: the iteration fails, or at the top the run. */
  private fail(frame: Frame, stepId: string): void {
    if (frame.loop === '') this.end({ status: 'failed', step: stepId, iteration: '' });
    else this.halt(frame);
  }

  private end(ending: Ending): void {
    const top = this.frame('', '');
    if (this.state.phase !== 'running') return;
    this.state.phase = 'ending';
    this.state.ending ??= ending;
    if (top) this.halt(top);
    else this.conclude(this.state.ending);
  }

  /** Everything of the run has settled: what follows its end is done, if there is such a thing, and then it is over. */
  private conclude(ending: Ending): void {
    if (!mayHaveAfter(this.plan, ending)) {
      this.commands.push({ type: 'finish', ending });
      return;
    }
    this.state.phase = 'after';
    this.askNext();
  }

  private askNext(): void {
    if (!this.state.paused) this.commands.push({ type: 'next' });
  }

  private beginAfter(place: { step: string; iteration: string } | null): void {
    const { phase, ending } = this.state;
    if (phase !== 'after' || !ending || frameAfter(this.state)) return;
    if (!place) {
      this.commands.push({ type: 'finish', ending });
      return;
    }
    const { step, iteration } = place;
    const frame: Frame = { loop: afterLevel, iteration, steps: { [step]: { status: 'ready' } }, open: 1 };
    this.state.frames[frameKey(afterLevel, iteration)] = frame;
    if (!this.state.paused) this.begin(frame, plannedStep(this.plan, step));
  }

  private closeAfter(frame: Frame): void {
    delete this.state.frames[frameKey(frame.loop, frame.iteration)];
    this.state.settledAfter = (this.state.settledAfter ?? 0) + 1;
    this.askNext();
  }

  /** Nothing new starts in the frame; what only waits is cancelled, and calls under way finish. */
  private halt(frame: Frame): void {
    frame.halted = true;
    for (const [id, at] of Object.entries(frame.steps)) {
      if (at.loop && !isSettled(at.status)) this.haltLoop(frame, id, at);
      else if (!isSettled(at.status) && !this.isUnderWay(frame, id, at))
        this.mark(frame, id, { status: 'cancelled', port: null });
    }
    this.closeWhenDone(frame);
  }

  private isUnderWay({ iteration }: Frame, id: string, { status }: StepState): boolean {
    return status === 'running' && (this.begun?.has(`${id}@${iteration}`) ?? true);
  }

  private haltLoop(frame: Frame, loop: string, at: StepState): void {
    if (isSettled(at.status)) return;
    for (const body of this.iterations(frame, loop)) if (!body.halted) this.halt(body);
    if (this.iterations(frame, loop).length > 0 || isSettled(frame.steps[loop]?.status ?? 'ready')) return;
    this.mark(frame, loop, { status: 'cancelled', port: null });
  }

  private closeWhenDone(frame: Frame): void {
    // While the steps of a frame settle one inside the other it may be asked again after it has closed.
    if (this.state.frames[frameKey(frame.loop, frame.iteration)] !== frame) return;
    const done = frame.halted ? !hasCallsUnderWay(frame) : frame.open === 0;
    if (!done) return;
    const { phase, ending } = this.state;
    if (frame.loop === afterLevel) this.closeAfter(frame);
    else if (frame.loop !== '') this.closeIteration(frame);
    else if (phase === 'running') this.end({ status: 'succeeded' });
    else if (phase === 'ending' && ending) this.conclude(ending);
  }

  private frame(loop: string, iteration: string): Frame | undefined {
    return this.state.frames[frameKey(loop, iteration)];
  }
}

/** A call or an iteration with one is still under way; a person's answer to an unknown outcome is not waited for. */
function hasCallsUnderWay(frame: Frame): boolean {
  return Object.values(frame.steps).some((at) => at.status === 'running');
}

/** What is known of a step from when it begins to wait. */
function waitingState({ due, port, escalations }: Extract<RunEvent, { type: 'opened' }>): StepState {
  return {
    status: 'waiting',
    ...(due === undefined ? {} : { due }),
    ...(port === undefined ? {} : { duePort: port }),
    ...(escalations === undefined ? {} : { escalations: [...escalations] }),
  };
}
