import { failureFlow, isAfter } from '@castellan/flow/runtime';
import { compiledStep } from '../activities/contexts.js';
import type { Control } from '../activities/controls.js';
import type { RunFacts } from '../activities/facts.js';
import type { FlowResponse } from '../activities/kinds/index.js';
import type { RunChanges } from '../activities/stretches/changes.js';
import type { ChildEnding } from '../activities/stretches/child-endings.js';
import { nextAfter } from '../activities/stretches/next-after.js';
import { evaluateRounds } from '../activities/stretches/rounds.js';
import { type RunError, runError } from '../activities/stretches/run-error.js';
import { StretchRun } from '../activities/stretches/stretch.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import type { NewRun } from '../runs/make-run.js';
import { HostedRuns } from '../workflows/hosted-runs.js';
import { type Ending, makePlan, type Plan } from '../workflows/interpreter/index.js';
import { CallRehearsal, type CallSurroundings } from './call-rehearsal.js';
import { askedOf, endingOfAnswer, rehearsedFlowCalls } from './flow-calls.js';
import { rowsAfter } from './following.js';
import { Happenings } from './happenings.js';
import { defaultLimits, RehearsalLimits, type RehearsalLimitValues } from './limits.js';
import { MemorySource } from './memory-source.js';
import type { Rehearsal } from './rehearsal.js';
import { RehearsedSteps } from './rehearsed-steps.js';
import type { AskedDecision, StandIns } from './stand-ins.js';

/** A rehearsal stands by itself: it goes on with the work of no other run, waits for none, and none has called it. */
const alone = { prepared: false, again: [], goesOn: false, parentRunId: null, depth: 0, takesTurns: false, plan: null };

/** What expressions see of the run: its id, its trigger with what it brought, when it began. */
export type RehearsedFacts = Omit<RunFacts, keyof typeof alone>;

/** What a rehearsal is of. */
export interface RehearsalRequest {
  version: PublishedVersion;
  facts: RehearsedFacts;
  standIns: StandIns;
  limits?: Partial<RehearsalLimitValues>;
  signal?: AbortSignal;
}

/** What a rehearsal needs of the server. */
export type RehearsalDependencies = Pick<CallSurroundings, 'expressions' | 'runUrl'>;

/**
 * Runs a version in this process as its carrier would, by the same interpreter and the same evaluation, but with
 * stand-ins for other systems and people and with a clock that jumps over every wait. Nothing is called, nothing is
 * written. Rejects with RehearsalError past a limit.
 */
export function rehearse(on: RehearsalDependencies, request: RehearsalRequest): Promise<Rehearsal> {
  const facts: RunFacts = { ...request.facts, ...alone };
  return new RehearsedRun(on, { ...request, facts }).play();
}

class RehearsedRun {
  private readonly plan: Plan;
  private readonly hosted: HostedRuns;
  private readonly source = new MemorySource();
  private readonly steps: RehearsedSteps;
  private readonly coming = new Happenings();
  private readonly limits: RehearsalLimits;
  private readonly calls: CallRehearsal;
  private readonly began: number;
  /** Epoch milliseconds of the rehearsal's own clock. */
  private clock: number;
  /** What people ask of the run and no stretch has taken yet. */
  private controls: Control[] = [];
  private asked = 0;
  /** How the runs ended that steps started, by their ids. */
  private readonly childEndings = new Map<string, ChildEnding>();
  private response: FlowResponse | null = null;
  private outcome: string | undefined;
  private ending: RunChanges['ending'];
  /** Why the run failed, once that is certain. */
  private error: RunError | null = null;
  private readonly rowsAfter: ReturnType<typeof rowsAfter>;

  constructor(
    private readonly on: RehearsalDependencies,
    private readonly request: RehearsalRequest & { facts: RunFacts },
  ) {
    const { version, facts, limits, signal } = request;
    this.plan = makePlan(version.control);
    this.steps = new RehearsedSteps(version);
    this.rowsAfter = rowsAfter(this.steps);
    this.limits = new RehearsalLimits({ ...defaultLimits, ...limits }, signal);
    this.began = Date.parse(facts.startedAt);
    this.clock = this.began;
    this.calls = new CallRehearsal({
      ...{ ...on, ...request, plan: this.plan, source: this.source, steps: this.steps },
      runError: () => this.error,
    });
    const { id: runId, workspaceId, triggerId } = facts;
    const hostedRun = { runId, epoch: 0, workspaceId, versionId: version.id, trigger: triggerId, from: 'new' as const };
    this.hosted = new HostedRuns({ runs: [hostedRun], graphs: { [version.id]: version.control } });
  }

  async play(): Promise<Rehearsal> {
    const { cancel } = this.request.standIns;
    if (cancel) {
      const { at, compensate } = cancel;
      this.expect(at, -1, () => this.ask({ kind: 'cancel', payload: compensate === undefined ? {} : { compensate } }));
    }
    const { timeoutSeconds } = this.request.version.control;
    if (timeoutSeconds !== undefined) {
      this.expect(this.began + timeoutSeconds * 1_000, 1, () => this.ask({ kind: 'timeout' }));
    }
    while (this.hosted.size > 0) {
      this.limits.check(this.steps.count);
      if (this.hosted.isReady) await this.stretch();
      else if (this.hosted.hasWork) await this.begin();
      else if (!this.goOn()) break;
    }
    return this.conclusion();
  }

  /** All that can be done without an answer of the world. */
  private async stretch(): Promise<void> {
    const [request] = this.hosted.takeStretch();
    if (!request) return;
    const { version, facts } = this.request;
    const run = new StretchRun(request, facts, version, this.plan, request.state);
    run.takeControls(this.controls.splice(0), this.childEndings);
    if (run.asksNext) await this.beginNext(run);
    await evaluateRounds([run], {
      ...this.on,
      called: rehearsedFlowCalls,
      source: this.source,
      now: () => this.clock,
      beforeRound: () => this.limits.check(this.steps.count + run.changes.steps.length),
    });
    this.record(run.changes);
    for (const child of run.changes.children) await this.answerFor(child);
    this.hosted.applyStretch([{ runId: facts.id, events: run.events }]);
  }

  /** Begins what follows the end as a run would: one step after another. */
  private async beginNext(run: StretchRun): Promise<void> {
    const { ending } = run.state;
    this.error = ending?.status === 'failed' ? this.errorOf(ending) : null;
    const place = await nextAfter(run, this.rowsAfter);
    run.beginNext(place, place?.step === failureFlow ? this.error : undefined);
  }

  private record(changes: RunChanges): void {
    for (const change of changes.steps) {
      this.steps.change(change);
      const { step, iteration, status, output = null, error = null } = change;
      // What the last round of the stretch has settled is read by the calls that follow it.
      if (status === 'succeeded' || status === 'failed') {
        this.source.set({ runId: this.request.facts.id, step, iteration }, { output, error });
      }
    }
    for (const { step, iteration, items } of changes.items) this.source.loops.set(`${step}@${iteration}`, items);
    for (const loop of changes.closedLoops) this.steps.closeBelow(loop);
    for (const place of changes.approvals) this.decide('approval', place);
    for (const place of changes.awaitedEvents) this.decide('event', place);
    this.response ??= changes.response ?? null;
    this.outcome = changes.outcome ?? this.outcome;
    if (!changes.ending) return;
    this.ending = changes.ending;
    this.steps.closeAll();
  }

  /** The end of a run that a step waits for, where something stands in for it. */
  private async answerFor(child: NewRun): Promise<void> {
    const asked = askedOf(this.request.version, child, this.source.loops);
    const answer = asked && (await this.request.standIns.call(asked));
    if (!asked || !answer) return;
    this.steps.stoodIn(asked, answer.from);
    this.childEndings.set(child.id, endingOfAnswer(answer));
    const { step, iteration } = asked;
    this.expect(answer.at ?? this.clock, answer.rank ?? 0, () =>
      this.ask({ step, iteration, kind: 'child_ended', payload: { runId: child.id } }),
    );
  }

  /** What the carrier would start: calls get their answers, timers their time. */
  private async begin(): Promise<void> {
    const { calls, timers } = this.hosted.takeWork();
    for (const { runId, due, event } of timers) this.expect(due, 0, () => this.hosted.happened(runId, event));
    for (const call of calls) {
      const answer = await this.calls.begin(call, this.clock);
      // Nothing stands in for it: it stays under way, and what hangs on it does not begin.
      if (!answer) continue;
      this.expect(answer.at ?? this.clock, answer.rank ?? 0, () => {
        const outcome = this.calls.end(call, answer, this.clock);
        this.hosted.applyCall({ ...call, outcome });
        // Nobody is there to find out what became of a write: it counts as failed. What follows the end waits for nobody.
        if (outcome.kind === 'unknown' && !isAfter(call.step))
          this.ask({ ...call, kind: 'outcome', payload: { outcome: 'fail' } });
      });
    }
  }

  private decide(kind: AskedDecision['kind'], { step, iteration }: { step: string; iteration: string }): void {
    const place = { step, iteration };
    const { level } = compiledStep(this.request.version, step);
    const decision = this.request.standIns.decide({ ...place, level, items: this.source.loops, kind });
    if (!decision) return;
    const answer: Asking =
      kind === 'event'
        ? { kind: 'event', payload: { output: decision.output ?? null } }
        : { kind: 'decided', payload: { ...(decision.output as object | undefined), port: decision.port } };
    this.expect(decision.at ?? this.clock, decision.rank ?? 0, () => {
      this.steps.stoodIn(place, decision.from);
      if (decision.port !== 'timeout') this.ask({ ...place, ...answer });
    });
  }

  private expect(due: number, rank: number, happen: () => void): void {
    this.coming.add({ due: Math.max(due, this.clock), rank, happen });
  }

  private ask({ kind, step = null, iteration = null, payload = {} }: Asking): void {
    const runId = this.request.facts.id;
    this.controls.push({ id: ++this.asked, runId, kind, step, iteration, payload });
    this.hosted.poke(runId);
  }

  /** Jumps to what comes next. @returns false when nothing comes any more */
  private goOn(): boolean {
    const next = this.coming.next();
    if (!next) return false;
    this.clock = Math.max(this.clock, next.due);
    next.happen();
    return true;
  }

  private conclusion(): Rehearsal {
    const { ending } = this;
    return {
      status: ending?.status ?? 'waiting',
      error: ending?.status === 'failed' ? this.errorOf(ending) : null,
      outcome: this.outcome ?? null,
      response: this.response,
      steps: this.steps.list(),
      items: this.source.loops,
      seconds: (this.clock - this.began) / 1_000,
    };
  }

  private errorOf(ending: Ending): RunError {
    const { step = '', iteration = '' } = ending;
    const { program, control } = this.request.version;
    return runError(ending, {
      stepError: this.steps.find({ step, iteration })?.error ?? null,
      stepTitle: program.steps[step]?.title ?? step,
      outcome: this.outcome,
      timeoutSeconds: control.timeoutSeconds,
    });
  }
}

type Asking = Pick<Control, 'kind'> & Partial<Pick<Control, 'step' | 'iteration' | 'payload'>>;
