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

/** From where a run is done again. What does not wait for that place is kept, unless it failed or never ended. */
export type RetryPlace =
  /** What failed, was cancelled or never began. */
  | { at: 'failed' }
  /** This step, in one iteration if it stands in a loop, and all that waits for it. Of a loop perhaps only what failed. */
  | { at: 'step'; step: string; iteration: string; items?: 'all' | 'failed' }
  | { at: 'start' };

/** How a step of an earlier run stands in its row, as far as the choice needs it. */
export interface EarlierStep {
  status: string;
  port: string | null;
  ended: boolean;
  /** A loop whose items have been frozen. */
  hasItems: boolean;
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
}

/**
 * Chooses what of an earlier run stays done when it is done again from a place. `plan` is of the version that is to
 * run; `frames` are of the earlier run, only with steps that stand in that version at the same place, as the same kind.
 */
export function chooseKept(plan: Plan, trigger: string, frames: EarlierFrames[], place: RetryPlace): KeptSteps {
  if (place.at === 'start') return { rows: [], loops: [] };
  return new Choice(plan, trigger, frames, place.at === 'step' ? place : null).make();
}

/** What becomes of one level in iterations that are alike. */
interface Decision {
  kept: string[];
  reopened: string[];
  /** Nothing of it is to be done. */
  complete: boolean;
}

class Choice {
  private readonly chosen: KeptSteps = { rows: [], loops: [] };
  /** By loop and by the iteration around it. */
  private readonly bodies = new Map<string, { iteration: string; frames: EarlierFrames }[]>();
  private readonly decisions = new Map<EarlierFrames, Decision>();
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
    for (const top of this.frames) if (top.loop === '') this.take(top, [''], this.decide(top, ''));
    return this.chosen;
  }

  /** Notes what was decided on iterations of one level. */
  private take({ loop }: EarlierFrames, iterations: string[], { kept, reopened }: Decision): void {
    const depth = loop === '' ? 0 : loopsAround(this.plan, loop).length + 1;
    const steps = kept.flatMap((id) => [id, ...this.below(id)]);
    if (steps.length > 0) this.chosen.rows.push({ steps, depth, iterations });
    for (const id of reopened) for (const iteration of iterations) this.reopen(id, iteration);
  }

  private reopen(loop: string, iteration: string): void {
    const complete: string[] = [];
    const partial = new Map<Decision, { frames: EarlierFrames; iterations: string[] }>();
    for (const body of this.bodies.get(bodyKey(loop, iteration)) ?? []) {
      const decision = this.decide(body.frames, body.iteration);
      if (decision.complete) {
        complete.push(body.iteration);
        continue;
      }
      const alike = partial.get(decision) ?? { frames: body.frames, iterations: [] };
      partial.set(decision, alike);
      alike.iterations.push(body.iteration);
    }
    const depth = loopsAround(this.plan, loop).length + 1;
    if (complete.length > 0) this.chosen.rows.push({ steps: this.below(loop), depth, iterations: complete });
    for (const [decision, { frames, iterations }] of partial) this.take(frames, iterations, decision);
    const indexes = complete.map((path) => Number(path.slice(path.lastIndexOf('.') + 1)));
    this.chosen.loops.push({ step: loop, iteration, kept: keptItems(indexes) });
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
    const decision: Decision = { kept: [], reopened: [], complete: true };
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
        decision.complete = false;
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
    return kind === 'loop' && row.hasItems ? 'reopened' : 'again';
  }

  /** All steps in the body of a loop, at any depth, of which the earlier run has rows. */
  private below(id: string): string[] {
    const level = this.plan.levels.get(id);
    return (level?.order ?? []).flatMap((step) => (this.known.has(step) ? [step, ...this.below(step)] : []));
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
