import type { CallRequest, CallResult, CarrierInput, HostedRun, StretchRequest, StretchResult } from './contract.js';
import {
  advance,
  type Command,
  initialState,
  isPure,
  makePlan,
  outstanding,
  type Plan,
  type PureCommand,
  type RunEvent,
  type RunState,
} from './interpreter/index.js';

interface Run {
  hosted: HostedRun;
  plan: Plan;
  /** Null until the rows have been read. */
  state: RunState | null;
  fresh: boolean;
  /** Pure commands that wait for the next stretch, by their place: asked for twice, they are done once. */
  ready: Map<string, PureCommand>;
  /** Controls may be waiting in the database. */
  poked: boolean;
  /** Its stretch is under way. What happens meanwhile waits in `inbox`, so that both sides see one order of events. */
  busy: boolean;
  inbox: RunEvent[];
}

export interface Timer {
  runId: string;
  /** Epoch milliseconds. */
  due: number;
  /** What has happened then. */
  event: RunEvent;
}

/** What the driver has to start now. */
export interface Work {
  calls: CallRequest[];
  timers: Timer[];
}

/**
 * The runs of one carrier: feeds each run's events to the interpreter and sorts its commands into what a stretch
 * does (taken together for all runs), calls and timers. Holds state and rules; knows no Temporal.
 */
export class HostedRuns {
  private readonly runs = new Map<string, Run>();
  private calls: CallRequest[] = [];
  private timers: Timer[] = [];

  constructor(private readonly input: CarrierInput) {
    const plans = new Map<string, Plan>();
    for (const hosted of input.runs) {
      const plan = plans.get(hosted.versionId) ?? makePlan(graphOf(input, hosted.versionId));
      plans.set(hosted.versionId, plan);
      this.take(hosted, plan);
    }
  }

  private take(hosted: HostedRun, plan: Plan): void {
    const fresh = hosted.from === 'new';
    const state = hosted.from === 'new' ? initialState(hosted.trigger) : hosted.from === 'rows' ? null : hosted.from;
    const run: Run = { hosted, plan, state, fresh, ready: new Map(), poked: !fresh, busy: false, inbox: [] };
    this.runs.set(hosted.runId, run);
    if (fresh) this.apply(run, [{ type: 'start' }]);
    else if (state) this.sort(run, outstanding(plan, state));
  }

  get size(): number {
    return this.runs.size;
  }

  /** A stretch is wanted. */
  get isReady(): boolean {
    for (const run of this.runs.values()) if (wantsStretch(run)) return true;
    return false;
  }

  /** Calls or timers are to be started. */
  get hasWork(): boolean {
    return this.calls.length > 0 || this.timers.length > 0;
  }

  /** The next stretch, for all runs that want one; until its results are given back their events wait. */
  takeStretch(): StretchRequest[] {
    const requests: StretchRequest[] = [];
    for (const run of this.runs.values()) {
      if (!wantsStretch(run)) continue;
      const { runId, epoch, workspaceId, versionId, trigger } = run.hosted;
      const commands = [...run.ready.values()];
      const { state, fresh } = run;
      const shared = this.input.runs.length > 1;
      requests.push({ runId, epoch, workspaceId, versionId, trigger, state, fresh, shared, commands });
      run.busy = true;
      run.poked = false;
      run.fresh = false;
    }
    return requests;
  }

  applyStretch(results: StretchResult[]): void {
    for (const result of results) {
      const run = this.runs.get(result.runId);
      if (!run) continue;
      run.busy = false;
      if (result.dropped) {
        this.runs.delete(result.runId);
        continue;
      }
      run.ready.clear();
      if (result.state) {
        run.state = result.state;
        this.sort(run, outstanding(run.plan, result.state));
      }
      this.apply(run, result.events);
      this.apply(run, run.inbox.splice(0));
    }
  }

  /** Takes what a call came to. @returns whether it is still open, for a run that is still hosted here */
  applyCall({ runId, step, iteration, outcome, ending }: CallResult): boolean {
    if (outcome.kind === 'open') return this.runs.has(runId);
    if (outcome.kind === 'dropped') {
      this.runs.delete(runId);
      return false;
    }
    // First, since a call that was broken off must not be all that its run had left to do.
    if (ending) this.happened(runId, { type: 'end', ending });
    this.happened(runId, { type: 'called', step, iteration, outcome });
    const run = this.runs.get(runId);
    if (!run?.state || run.busy) return false;
    // Nothing is under way any more: a stretch writes on the run's row what it waits for. When the run is about to end,
    // a stretch cancels the runs that it waited for, whatever else is still under way.
    if (isIdle(run.state) || (run.plan.callsFlows && run.state.phase === 'ending')) run.poked = true;
    return false;
  }

  happened(runId: string, event: RunEvent): void {
    const run = this.runs.get(runId);
    if (!run) return;
    if (run.busy || !run.state) run.inbox.push(event);
    else this.apply(run, [event]);
  }

  poke(runId: string): void {
    const run = this.runs.get(runId);
    if (run) run.poked = true;
  }

  /** Calls and timers that have come up since the last time. */
  takeWork(): Work {
    const work = { calls: this.calls, timers: this.timers };
    this.calls = [];
    this.timers = [];
    return work;
  }

  /** What the next execution of this carrier goes on with. Only when no stretch and no call is under way. */
  checkpoint(): CarrierInput {
    const runs = [...this.runs.values()].map(({ hosted, state }) => ({ ...hosted, from: state ?? ('rows' as const) }));
    return { runs, graphs: this.input.graphs };
  }

  private apply(run: Run, events: RunEvent[]): void {
    const { state } = run;
    if (!state) return;
    for (const event of events) {
      forget(run, event);
      this.sort(run, advance(run.plan, state, event));
    }
    if (state.phase === 'ended') this.runs.delete(run.hosted.runId);
  }

  private sort(run: Run, commands: Command[]): void {
    const { runId, epoch, workspaceId, versionId } = run.hosted;
    for (const command of commands) {
      if (isPure(command)) {
        run.ready.set(placeOf(command), command);
      } else if (command.type === 'timer') {
        const { step, iteration, due } = command;
        this.timers.push({ runId, due, event: { type: 'due', step, iteration, at: due } });
      } else {
        const { step, iteration, attempt } = command;
        run.fresh = false;
        this.calls.push({ runId, epoch, workspaceId, versionId, step, iteration, attempt });
      }
    }
  }
}

const wantsStretch = (run: Run): boolean => !run.busy && (run.ready.size > 0 || run.poked || run.state === null);

/** No call is under way. */
const isIdle = (state: RunState): boolean =>
  !Object.values(state.frames).some((frame) =>
    Object.values(frame.steps).some((at) => at.status === 'running' && !at.loop),
  );

/** Takes back the command that an event answers, since a stretch tells only what it did. */
function forget(run: Run, event: RunEvent): void {
  if (event.type === 'finished') run.ready.clear();
  else if (event.type === 'next') run.ready.delete('next');
  else if ('step' in event) run.ready.delete(`${event.step}@${event.iteration}`);
}

const placeOf = (command: PureCommand): string =>
  'step' in command ? `${command.step}@${command.iteration}` : command.type;

function graphOf(input: CarrierInput, versionId: string) {
  const graph = input.graphs[versionId];
  if (!graph) throw new Error(`The carrier was started without the graph of version ${versionId}`);
  return graph;
}
