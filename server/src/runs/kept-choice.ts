import type { RetryPlace } from '@castellan/api';
import {
  type Frame,
  failurePort,
  type KeptItems,
  keptItems,
  type Plan,
  type PlannedStep,
  parentIteration,
  readiness,
} from '../workflows/interpreter/index.js';

/** How a step of an earlier run stands in its row, as far as the choice needs it. */
export interface EarlierStep {
  status: string;
  port: string | null;
  ended: boolean;
  /** Items of a loop, once they were frozen. */
  count: number | null;
}

/** Iterations of one level in which the same steps came to the same end; at the top the one iteration ''. */
export interface EarlierFrames {
  /** Id of the loop; '' at the top. */
  loop: string;
  steps: Record<string, EarlierStep>;
  iterations: string[];
}

/** Rows of these steps in all iterations whose path begins with one of these paths, each of `depth` numbers. */
export interface KeptRows {
  steps: string[];
  depth: number;
  iterations: string[];
}

/** A loop that goes on where an earlier run left it: with the same items, without those that are done. */
export interface ReopenedLoop {
  step: string;
  iteration: string;
  kept: KeptItems;
}

/** What a run takes over from an earlier one. */
export interface KeptSteps {
  rows: KeptRows[];
  loops: ReopenedLoop[];
  /** Steps that the run may still come to, in the order of the flow. */
  open: string[];
}

/**
 * Chooses what of an earlier run stays done when it is done again from a place. `plan` is of the version that is to
 * run; `frames` are of the earlier run, only with steps that stand in that version at the same place, as the same kind.
 */
export function chooseKept(plan: Plan, trigger: string, frames: EarlierFrames[], place: RetryPlace): KeptSteps {
  if (place.at === 'start') return { rows: [], loops: [], open: [...plan.steps.keys()] };
  return new Choice(plan, trigger, frames, place.at === 'step' ? place : null).make();
}

/** What becomes of one level in iterations that are alike. */
interface Decision {
  kept: string[];
  reopened: string[];
  /** Steps to do, the reopened loops among them. */
  open: string[];
}

class Choice {
  private readonly rows: KeptRows[] = [];
  private readonly loops: ReopenedLoop[] = [];
  private readonly open = new Set<string>();
  /** By loop and by the iteration around it. */
  private readonly bodies = new Map<string, { iteration: string; frames: EarlierFrames }[]>();
  private readonly decisions = new Map<EarlierFrames, Decision>();
  /** Steps of which the earlier run has rows that can be taken over. */
  private readonly known: Set<string>;
  /** The loops around the place, outermost first. */
  private readonly around: string[];

  constructor(
    private readonly plan: Plan,
    private readonly trigger: string,
    private readonly frames: EarlierFrames[],
    private readonly place: { step: string; iteration: string; items?: 'all' | 'failed' } | null,
  ) {
    this.around = place ? loopsAround(plan, place.step) : [];
    this.known = new Set(frames.flatMap(({ steps }) => Object.keys(steps)));
    for (const group of frames) {
      if (group.loop === '') continue;
      for (const iteration of group.iterations) {
        const key = bodyKey(group.loop, parentIteration(iteration));
        const list = this.bodies.get(key) ?? [];
        this.bodies.set(key, list);
        list.push({ iteration, frames: group });
      }
    }
  }

  make(): KeptSteps {
    const top = this.frames.find(({ loop }) => loop === '') ?? { loop: '', steps: {}, iterations: [''] };
    this.take(top, [''], this.decide(top, ''));
    const open = [...this.plan.steps.keys()].filter((id) => this.open.has(id));
    return { rows: this.rows, loops: this.loops, open };
  }

  /** Notes what was decided on iterations of one level. */
  private take({ loop, steps: rows }: EarlierFrames, iterations: string[], { kept, reopened, open }: Decision): void {
    const depth = loop === '' ? 0 : loopsAround(this.plan, loop).length + 1;
    const steps = kept.flatMap((id) => [id, ...this.below(id)]).filter((id) => this.known.has(id));
    if (steps.length > 0) this.rows.push({ steps, depth, iterations });
    for (const id of open)
      for (const step of [id, ...(reopened.includes(id) ? [] : this.below(id))]) this.open.add(step);
    for (const id of reopened) for (const iteration of iterations) this.reopen(id, iteration, rows[id]?.count ?? 0);
  }

  private reopen(loop: string, iteration: string, count: number): void {
    const bodies = this.bodies.get(bodyKey(loop, iteration)) ?? [];
    if (bodies.length < count) for (const step of this.below(loop)) this.open.add(step);
    const complete: string[] = [];
    const partial = new Map<Decision, { frames: EarlierFrames; iterations: string[] }>();
    for (const body of bodies) {
      const decision = this.decide(body.frames, body.iteration);
      if (decision.open.length === 0) {
        complete.push(body.iteration);
        continue;
      }
      const alike = partial.get(decision) ?? { frames: body.frames, iterations: [] };
      partial.set(decision, alike);
      alike.iterations.push(body.iteration);
    }
    const depth = loopsAround(this.plan, loop).length + 1;
    if (complete.length > 0)
      this.rows.push({ steps: this.below(loop).filter((id) => this.known.has(id)), depth, iterations: complete });
    for (const [decision, { frames, iterations }] of partial) this.take(frames, iterations, decision);
    const indexes = complete.map((path) => Number(path.slice(path.lastIndexOf('.') + 1)));
    this.loops.push({ step: loop, iteration, kept: keptItems(indexes) });
  }

  /** Iterations that are alike are decided once; the one with the place in it for itself. */
  private decide(frames: EarlierFrames, iteration: string): Decision {
    const onTheWay = this.isOnTheWay(frames.loop, iteration);
    const known = onTheWay ? undefined : this.decisions.get(frames);
    if (known) return known;
    const decision = this.decideLevel(frames, onTheWay);
    if (!onTheWay) this.decisions.set(frames, decision);
    return decision;
  }

  /** The place stands in this iteration of this level, or deeper in it. */
  private isOnTheWay(loop: string, iteration: string): boolean {
    if (!this.place) return false;
    const depth = loop === '' ? 0 : this.around.indexOf(loop) + 1;
    if (loop !== '' && depth === 0) return false;
    return iteration === this.place.iteration.split('.').slice(0, depth).join('.');
  }

  private decideLevel({ loop, steps }: EarlierFrames, onTheWay: boolean): Decision {
    const frame: Frame = { loop, iteration: '', steps: {}, open: 0 };
    const fired = { triggers: this.plan.graph.triggers, trigger: this.trigger };
    const decision: Decision = { kept: [], reopened: [], open: [] };
    for (const id of this.plan.levels.get(loop)?.order ?? []) {
      const planned = this.plan.steps.get(id);
      if (!planned) continue;
      const ready = readiness(planned.step, planned.incoming, frame, fired);
      const row = steps[id];
      if (ready === 'skip') {
        frame.steps[id] = { status: 'skipped', port: null };
        continue;
      }
      const fate = ready === 'run' && row ? this.fateOf(planned, row, onTheWay) : 'again';
      if (fate === 'kept') {
        frame.steps[id] = { status: row?.status === 'failed' ? 'failed' : 'succeeded', port: row?.port ?? null };
        decision.kept.push(id);
      } else {
        decision.open.push(id);
        if (fate === 'reopened') decision.reopened.push(id);
      }
    }
    return decision;
  }

  private fateOf(planned: PlannedStep, row: EarlierStep, onTheWay: boolean): 'kept' | 'reopened' | 'again' {
    const { id, kind } = planned.step;
    const isPlace = onTheWay && this.place?.step === id;
    if (isPlace && this.place?.items !== 'failed') return 'again';
    const leadsToPlace = isPlace || (onTheWay && this.around.includes(id));
    if (!leadsToPlace && stays(planned, row)) return 'kept';
    return kind === 'loop' && row.count !== null ? 'reopened' : 'again';
  }

  /** All steps in the body of a loop, at any depth. */
  private below(id: string): string[] {
    return (this.plan.levels.get(id)?.order ?? []).flatMap((step) => [step, ...this.below(step)]);
  }
}

/** The step ended, and by a port by which it still goes on in the version that is to run. */
function stays({ step }: PlannedStep, { status, port, ended }: EarlierStep): boolean {
  if (!ended || port === null) return false;
  if (status === 'succeeded') return step.ports.includes(port);
  return status === 'failed' && port === failurePort(step);
}

/** The loops around a step, outermost first. */
export function loopsAround(plan: Plan, step: string): string[] {
  const loop = plan.steps.get(step)?.loop ?? '';
  return loop === '' ? [] : [...loopsAround(plan, loop), loop];
}

const bodyKey = (loop: string, iteration: string): string => `${loop}@${iteration}`;
