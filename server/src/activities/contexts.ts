import type { CompiledAfter, CompiledStep } from '@castellan/flow';
import type { PublishedVersion } from '../flows/versions.service.js';
import type { RunFacts } from './facts.js';
import { type ItemPlace, itemKey } from './loop-items.js';
import type { StepValue, ValuePlace } from './values.js';

/** A step of an iteration whose expressions are to be evaluated. */
export interface EvaluationPlace {
  facts: RunFacts;
  version: PublishedVersion;
  step: string;
  iteration: string;
  /** Also inside the body of this loop, in the iteration's frame: for a loop's `collect` and `key`. */
  inside?: { loop: string; index: number };
  /** The run's own error, for what follows its failure. */
  error?: unknown;
}

/** Where contexts take what steps put out and what loops go over: the rows of runs, or what stands in for them. */
export interface ContextSource {
  /** Makes the values of these places known, all at once. A step that has not settled stays unknown. */
  fetch(places: ValuePlace[]): Promise<void>;
  get(place: ValuePlace): StepValue | undefined;
  /** What a step has put out that the source does not hold yet. */
  set(place: ValuePlace, value: StepValue): void;
  /** Items of loops that began earlier. */
  items(places: ItemPlace[]): Promise<(ItemPlace & { item: unknown })[]>;
  /** Lets go of what was read of iterations: of a long loop it would fill the memory. It can be fetched again. */
  forgetIterations(): void;
}

/**
 * Builds what expressions see (trigger, steps, item, index, loops, run, vars). `prepare` reads all that a group of
 * places needs in two queries; then `of` answers for each.
 */
export class Contexts {
  /** Of loops that begin in this stretch, and of those that began earlier. */
  private readonly made = new Map<string, unknown>();
  private readonly read = new Map<string, unknown>();

  constructor(
    private readonly source: ContextSource,
    private readonly runUrl: (workspaceId: string, runId: string) => string,
  ) {}

  async prepare(places: EvaluationPlace[]): Promise<void> {
    await this.source.fetch(places.flatMap((place) => this.namedSteps(place)));
    await this.fetchItems(places.flatMap((place) => this.enclosing(place)));
  }

  of(place: EvaluationPlace): Record<string, unknown> {
    const { facts, version } = place;
    const steps: Record<string, unknown> = {};
    for (const named of this.namedSteps(place)) {
      const value = this.source.get(named);
      if (value) steps[named.step] = value;
    }
    const context: Record<string, unknown> = {
      trigger: facts.triggerData,
      steps,
      vars: version.program.variables,
      run: {
        id: facts.id,
        url: this.runUrl(facts.workspaceId, facts.id),
        flow: facts.flowName,
        version: facts.version,
        mode: facts.mode,
        startedAt: facts.startedAt,
      },
    };
    if (place.error !== undefined) context.error = place.error;
    const loops: Record<string, unknown> = {};
    for (const at of this.enclosing(place)) {
      const item = this.itemAt(at);
      loops[at.loop] = { item, index: at.index };
      context.item = item;
      context.index = at.index;
    }
    if (Object.keys(loops).length > 0) context.loops = loops;
    return context;
  }

  /** The steps that the place's expressions name and may see, in the iterations in which they see them. */
  private namedSteps({ facts, version, step, iteration, inside }: EvaluationPlace): ValuePlace[] {
    const compiled = compiledStep(version, step);
    const level = inside ? [...compiled.level, inside.loop] : compiled.level;
    const path = inside ? childPath(iteration, inside.index) : iteration;
    const named = compiled.reads === '*' || inside ? Object.keys(version.program.steps) : compiled.reads;
    const places: ValuePlace[] = [];
    for (const id of named) {
      const other = version.program.steps[id];
      if (!other || id === step || !isPrefix(other.level, level)) continue;
      places.push({ runId: facts.id, step: id, iteration: cutPath(path, other.level.length) });
    }
    return places;
  }

  /** The items of the loops around the place, outermost first. */
  private enclosing({ facts, version, step, iteration, inside }: EvaluationPlace): ItemPlace[] {
    const level = compiledStep(version, step).level;
    const indexes = iteration === '' ? [] : iteration.split('.').map(Number);
    const items = level.map((loop, depth) => ({
      runId: facts.id,
      loop,
      iteration: indexes.slice(0, depth).join('.'),
      index: indexes[depth] ?? 0,
    }));
    if (inside) items.push({ runId: facts.id, loop: inside.loop, iteration, index: inside.index });
    return items;
  }

  private async fetchItems(places: ItemPlace[]): Promise<void> {
    const missing = new Map<string, ItemPlace>();
    for (const place of places) {
      const key = itemKey(place);
      if (!this.made.has(key) && !this.read.has(key)) missing.set(key, place);
    }
    if (missing.size === 0) return;
    const rows = await this.source.items([...missing.values()]);
    for (const row of rows) this.read.set(itemKey(row), row.item);
  }

  private itemAt(place: ItemPlace): unknown {
    const key = itemKey(place);
    return this.made.has(key) ? this.made.get(key) : this.read.get(key);
  }

  /** Lets go of what was read of iterations. */
  forgetIterations(): void {
    this.read.clear();
    this.source.forgetIterations();
  }

  /** Items of a loop that begins in this stretch: known before they are committed. */
  setItems(runId: string, loop: string, iteration: string, items: unknown[]): void {
    for (const [index, item] of items.entries()) this.made.set(itemKey({ runId, loop, iteration, index }), item);
  }
}

/** The context as the key of a loop around its place sees it: with that loop's item and index. */
export function contextIn(context: Record<string, unknown>, loop: string): Record<string, unknown> {
  return { ...context, ...(context.loops as Record<string, object> | undefined)?.[loop] };
}

export function compiledStep(version: PublishedVersion, step: string): CompiledStep | CompiledAfter {
  const compiled = findStep(version, step);
  if (!compiled) throw new Error(`Version ${version.id} has no step ${step}`);
  return compiled;
}

/** A step of the flow, or one that may follow its end; undefined where the version has no such step. */
export const findStep = (
  { program }: Pick<PublishedVersion, 'program'>,
  step: string,
): CompiledStep | CompiledAfter | undefined => program.steps[step] ?? program.after?.[step];

const childPath = (iteration: string, index: number): string =>
  iteration === '' ? `${index}` : `${iteration}.${index}`;

const cutPath = (iteration: string, depth: number): string =>
  depth === 0 ? '' : iteration.split('.').slice(0, depth).join('.');

const isPrefix = (outer: string[], inner: string[]): boolean => outer.every((loop, depth) => inner[depth] === loop);
