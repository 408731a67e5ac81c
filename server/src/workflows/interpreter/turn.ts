import { afterLevel, mayHaveAfter } from './after.js';
import { isKept } from './kept-items.js';
import type { Command } from './messages.js';
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

/**
 * What follows from one fact about a run: steps begin and settle, frames open and close, and what is to be done is
 * gathered as commands. Each calls the other: a step that settles may close its frame, and with it a loop or the run.
 */
export class Turn {
  readonly commands: Command[] = [];
  /** Loops that are opening iterations just now, so that one that ends at once does not open the next inside itself. */
  private readonly opening = new Set<StepState>();

  /** `begun`, where the state is made of rows: which calls were really under way. */
  constructor(
    readonly plan: Plan,
    readonly state: RunState,
    private readonly begun?: ReadonlySet<string>,
  ) {}

  // --- starting -------------------------------------------------------------------------------------------------

  openFrame(loop: string, iteration: string): void {
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

  begin(frame: Frame, planned: PlannedStep): void {
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

  call(frame: Frame, stepId: string, attempt: number): void {
    frame.steps[stepId] = { status: 'running', attempts: attempt };
    this.commands.push({ type: 'call', step: stepId, iteration: frame.iteration, attempt });
  }

  setAlarm(frame: Frame, { step }: PlannedStep): void {
    const at = frame.steps[step.id];
    const due = at && nextAlarm(at);
    if (due !== undefined) this.commands.push({ type: 'timer', step: step.id, iteration: frame.iteration, due });
  }

  // --- settling -------------------------------------------------------------------------------------------------

  settle(frame: Frame, planned: PlannedStep, status: 'succeeded' | 'failed' | 'cancelled', port: string | null): void {
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

  // --- loops ----------------------------------------------------------------------------------------------------

  /**
   * Opens iterations up to the loop's concurrency, also while the run is paused: their steps begin when it goes on, and
   * which iterations there are does not depend on when it was paused. Asks for the output when all have ended.
   */
  continueLoop(frame: Frame, planned: PlannedStep, at: StepState): void {
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

  end(ending: Ending): void {
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

  askNext(): void {
    if (!this.state.paused) this.commands.push({ type: 'next' });
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

  closeWhenDone(frame: Frame): void {
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

  frame(loop: string, iteration: string): Frame | undefined {
    return this.state.frames[frameKey(loop, iteration)];
  }
}

/** A call or an iteration with one is still under way; a person's answer to an unknown outcome is not waited for. */
function hasCallsUnderWay(frame: Frame): boolean {
  return Object.values(frame.steps).some((at) => at.status === 'running');
}
