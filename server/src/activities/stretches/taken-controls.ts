import { failurePort, plannedStep } from '../../workflows/interpreter/index.js';
import { type Control, endingOf } from '../controls.js';
import { stepError } from '../kinds/index.js';
import type { ChildEnding } from './child-endings.js';
import type { StretchRun } from './stretch.js';

interface Place {
  step: string;
  iteration: string;
}

/** Does what one control asks of a run. `endings`: how the called runs ended that it may tell of. */
export function takeControl(
  run: StretchRun,
  { kind, step, iteration, payload }: Control,
  endings: ReadonlyMap<string, ChildEnding>,
): void {
  const ending = endingOf({ kind, payload });
  if (ending) run.happened({ type: 'end', ending });
  else if (kind === 'pause' || kind === 'resume') {
    if ((kind === 'pause') !== (run.state.paused === true)) run.happened({ type: kind });
  } else if (kind === 'retry_now') retryNow(run, step, iteration);
  else if (kind === 'turn') wake(run, payload.woken as Place[]);
  else if (step !== null && iteration !== null && isOpen(run, step, iteration)) {
    if (kind === 'decided') takeDecision(run, { step, iteration }, payload);
    else if (kind === 'child_ended') takeEnding(run, { step, iteration }, endings.get(String(payload.runId)));
    else if (kind === 'event') takeEvent(run, { step, iteration }, payload.output);
    else takeOutcome(run, { step, iteration }, payload.outcome as 'happened' | 'not_happened' | 'fail');
  }
}

/** Steps that wait for their next attempt are tried at once: this one, or all when none is named. */
function retryNow(run: StretchRun, step: string | null, iteration: string | null): void {
  for (const frame of Object.values(run.state.frames)) {
    for (const [id, { status, due }] of Object.entries(frame.steps)) {
      const asked = step === null || (id === step && frame.iteration === (iteration ?? ''));
      if (!asked || status !== 'retrying' || due === undefined) continue;
      run.happened({ type: 'due', step: id, iteration: frame.iteration, at: due });
    }
  }
}

/** Its turn has come again: the waits whose time has come end. */
function wake(run: StretchRun, woken: Place[]): void {
  const open = woken.filter((place) => run.stepAt(place)?.status === 'waiting');
  run.want(open.map(({ step, iteration }) => ({ type: 'expire', step, iteration })));
}

function isOpen(run: StretchRun, step: string, iteration: string): boolean {
  const at = run.stepAt({ step, iteration });
  return at?.status === 'waiting' || at?.status === 'unknown';
}

function takeDecision(run: StretchRun, place: Place, payload: Record<string, unknown>): void {
  const port = payload.port === 'approved' ? 'approved' : 'rejected';
  run.settle(place, { status: 'succeeded', port, output: payload });
}

/** The run that the step waited for has ended. */
function takeEnding(run: StretchRun, place: Place, ending: ChildEnding | undefined): void {
  if (!ending) return;
  const port = ending.status === 'succeeded' ? 'out' : failurePort(plannedStep(run.plan, place.step).step);
  run.settle(place, { ...ending, port });
}

/** What the step waits for has arrived. */
function takeEvent(run: StretchRun, place: Place, output: unknown): void {
  run.settle(place, { status: 'succeeded', port: 'out', output });
}

/** A person found out what became of a write without an answer. */
function takeOutcome(run: StretchRun, place: Place, outcome: 'happened' | 'not_happened' | 'fail'): void {
  run.changes.outcomes.push({ ...place, outcome });
  const { step } = plannedStep(run.plan, place.step);
  if (outcome === 'happened') run.write(place, { status: 'succeeded', port: 'out', output: null });
  if (outcome === 'fail') {
    const error = stepError('E_OUTCOME_UNKNOWN', 'It is not known whether this happened; a person let the step fail.');
    run.write(place, { status: 'failed', port: failurePort(step), error });
  }
  run.happened({ type: 'resolved', ...place, outcome });
  // The row says it before the next attempt does: a host that reads it goes on from there.
  if (outcome === 'not_happened' && run.stepAt(place)?.status === 'running')
    run.write(place, { status: 'retrying', due: Date.now() });
}
