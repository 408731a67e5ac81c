import type { ControlStep } from '@castellan/flow/runtime';
import { afterLevel, frameAfter } from './after.js';
import type { CallOutcome, Command, RunEvent } from './messages.js';
import { type Plan, type PlannedStep, plannedStep } from './plan.js';
import { type Frame, frameKey, isSettled, nextAlarm, type RunState, type StepState } from './state.js';
import { Turn } from './turn.js';

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
  take(turn, event);
  return turn.commands;
}

/** The port by which a step that failed goes on; null when nobody handles it. */
export function failurePort(step: Pick<ControlStep, 'errorWired' | 'onError'>): string | null {
  if (step.errorWired) return 'error';
  return step.onError === 'continue' ? 'out' : null;
}

function take(turn: Turn, event: RunEvent): void {
  switch (event.type) {
    case 'start':
      turn.openFrame('', '');
      break;
    case 'end':
      turn.end(event.ending);
      break;
    case 'next':
      beginAfter(turn, event.place);
      break;
    case 'finished':
      turn.state.phase = 'ended';
      break;
    case 'pause':
      turn.state.paused = true;
      break;
    case 'resume':
      resume(turn);
      break;
    default:
      takeOfStep(turn, event);
  }
}

// --- of the run -----------------------------------------------------------------------------------------------------

function resume(turn: Turn): void {
  const { plan, state } = turn;
  delete state.paused;
  for (const frame of Object.values(state.frames)) {
    for (const [id, at] of Object.entries(frame.steps)) {
      if (at.status === 'ready') turn.begin(frame, plannedStep(plan, id));
      if (at.status === 'retrying') turn.call(frame, id, (at.attempts ?? 0) + 1);
      if (at.loop) turn.continueLoop(frame, plannedStep(plan, id), at);
    }
  }
  if (state.phase === 'after' && !frameAfter(state)) turn.askNext();
}

function beginAfter(turn: Turn, place: { step: string; iteration: string } | null): void {
  const { plan, state } = turn;
  const { phase, ending } = state;
  if (phase !== 'after' || !ending || frameAfter(state)) return;
  if (!place) {
    turn.commands.push({ type: 'finish', ending });
    return;
  }
  const { step, iteration } = place;
  const frame: Frame = { loop: afterLevel, iteration, steps: { [step]: { status: 'ready' } }, open: 1 };
  state.frames[frameKey(afterLevel, iteration)] = frame;
  if (!state.paused) turn.begin(frame, plannedStep(plan, step));
}

// --- of a step ------------------------------------------------------------------------------------------------------

/** The step of which a fact tells, where it stands. */
interface StepAt {
  frame: Frame;
  planned: PlannedStep;
  at: StepState;
}

function takeOfStep(turn: Turn, event: Extract<RunEvent, { step: string }>): void {
  const planned = plannedStep(turn.plan, event.step);
  const frame = turn.frame(planned.loop, event.iteration);
  const at = frame?.steps[event.step];
  // A frame that has ended and a step that is settled hear nothing more: late timers and answers are harmless.
  if (!frame || !at || isSettled(at.status)) return;
  const step = { frame, planned, at };
  switch (event.type) {
    case 'settled':
      turn.settle(frame, planned, event.status, event.port);
      break;
    case 'called':
      takeOutcome(turn, step, event.outcome);
      break;
    case 'items':
      at.status = 'running';
      at.loop = { count: event.count, next: 0, finished: 0, failed: 0, ...(event.kept ? { kept: event.kept } : {}) };
      turn.continueLoop(frame, planned, at);
      break;
    case 'opened':
      frame.steps[event.step] = waitingState(event);
      turn.setAlarm(frame, planned);
      break;
    case 'due':
      takeDue(turn, step, event.at);
      break;
    case 'escalated':
      at.escalations?.shift();
      turn.setAlarm(frame, planned);
      break;
    case 'resolved':
      takeResolution(turn, step, event.outcome);
      break;
  }
}

function takeOutcome(turn: Turn, { frame, planned, at }: StepAt, outcome: CallOutcome): void {
  const { step } = planned;
  switch (outcome.kind) {
    case 'succeeded':
      turn.settle(frame, planned, 'succeeded', 'out');
      break;
    case 'failed':
      turn.settle(frame, planned, 'failed', failurePort(step));
      break;
    case 'cancelled':
      turn.settle(frame, planned, 'cancelled', null);
      break;
    case 'unknown':
      if (frame.loop === afterLevel || (step.onUnknown === 'error' && step.errorWired)) {
        turn.settle(frame, planned, 'failed', failurePort(step));
      } else {
        at.status = 'unknown';
        turn.closeWhenDone(frame);
      }
      break;
    case 'retry':
      if (frame.halted) {
        turn.settle(frame, planned, 'cancelled', null);
      } else {
        at.status = 'retrying';
        at.attempts = outcome.attempts;
        at.due = outcome.due;
        turn.setAlarm(frame, planned);
      }
  }
}

function takeDue(turn: Turn, { frame, planned, at }: StepAt, alarm?: number): void {
  // A timer of an earlier alarm, or one that another host had set as well, says nothing about this one.
  if (alarm !== undefined && alarm !== nextAlarm(at)) return;
  if (at.status === 'waiting') {
    const type = nextAlarm(at) === at.due ? 'expire' : 'escalate';
    turn.commands.push({ type, step: planned.step.id, iteration: frame.iteration });
  } else if (at.status === 'retrying' && !turn.state.paused) {
    turn.call(frame, planned.step.id, (at.attempts ?? 0) + 1);
  }
}

function takeResolution(
  turn: Turn,
  { frame, planned, at }: StepAt,
  outcome: 'happened' | 'not_happened' | 'fail',
): void {
  if (at.status !== 'unknown') return;
  if (outcome === 'happened') turn.settle(frame, planned, 'succeeded', 'out');
  else if (outcome === 'fail') turn.settle(frame, planned, 'failed', failurePort(planned.step));
  else if (!frame.halted) turn.call(frame, planned.step.id, (at.attempts ?? 0) + 1);
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
