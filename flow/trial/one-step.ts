import type { CompiledFlow } from '../compile.js';
import { type ControlLevel, eachPort } from '../control.js';
import { reachableFrom, upstreamOf } from '../graph.js';
import { type Level, levelsOf, type StepPlace, stepPlaces } from '../levels.js';
import type { Draft, DraftStep, DraftWire } from '../schema/draft.js';

/** A step to be run alone, with what its expressions may read. */
export interface LoneStep {
  id: string;
  /** Ids of the loops around it, the outermost first. */
  loops: readonly string[];
  /** Ids of the steps whose outputs it may read, each with the number of loops around it. */
  before: readonly LevelStep[];
  /** As `before`, with the steps beside it: what does not wait for it, in its own level and the levels around. */
  beside: readonly LevelStep[];
}

interface LevelStep {
  id: string;
  depth: number;
}

/** What is known of a step that is to be run alone; undefined where the draft has no such step. */
export function loneStep(draft: Draft, id: string): LoneStep | undefined {
  const place = stepPlaces(draft).find((one) => one.id === id);
  if (!place) return undefined;
  const before: LevelStep[] = [];
  const beside: LevelStep[] = [];
  for (const [depth, { level, anchor }] of levelsAround(draft, place).entries()) {
    const wires = completeWires(level);
    const [upstream, after] = [upstreamOf(anchor, wires), reachableFrom([anchor], wires)];
    for (const [other] of level.steps) {
      if (other !== anchor && upstream.has(other)) before.push({ id: other, depth });
      if (!after.has(other)) beside.push({ id: other, depth });
    }
  }
  return { id, loops: place.level.loops, before, beside };
}

/**
 * A flow in which this step alone is checked and compiled: what stands before it is there only to be named, and
 * nothing else is left that could be wrong or is not bound yet.
 */
export function draftOfOneStep(draft: Draft, { id, before }: LoneStep, trigger: string): Draft {
  const place = stepPlaces(draft).find((one) => one.id === id);
  if (!place) throw new Error(`The draft has no step ${id}.`);
  const levels = levelsAround(draft, place);
  const own = withoutSurroundings(place.step);
  let inner: Record<string, DraftStep> = { [id]: own };
  let wires: DraftWire[] = [];
  for (const [depth, { level, anchor }] of [...levels.entries()].reverse()) {
    const start = level.loops.at(-1) ?? trigger;
    const port = depth === 0 ? 'out' : eachPort;
    const named = before.filter((one) => one.depth === depth).map((one) => one.id);
    wires = [
      ...[...named, anchor].map((to) => ({ from: start, port, to })),
      ...named.map((from) => ({ from, port: 'out', to: anchor })),
    ];
    const standIns = named.map((one) => [one, standIn(level, one)]);
    inner = { ...Object.fromEntries(standIns), ...inner };
    const loop = depth === 0 ? undefined : levels[depth - 1];
    if (loop) inner = { [loop.anchor]: { ...loopAround(loop), steps: inner, wires } };
  }
  const { schema, name, variables } = draft;
  return {
    ...{ schema, name, variables, connections: slotsOf(draft, own) },
    triggers: { [trigger]: { kind: 'webhook', respond: own.kind === 'respond' ? 'step' : 'now' } },
    steps: inner,
    wires,
  };
}

/**
 * Leaves in the control graph only the step and the loops around it, which collect nothing. What the step reads of
 * the steps before it stands in the run's rows from its beginning.
 */
export function withOneStep({ control, program }: CompiledFlow, { id, loops }: LoneStep): CompiledFlow {
  const only = (level: ControlLevel, [step = id, ...inside]: readonly string[]): ControlLevel => {
    const found = level.steps[step];
    if (!found) throw new Error(`The compiled flow has no step ${step}.`);
    const around = found.body && step !== id ? { body: only(found.body, inside), collect: false } : {};
    return {
      order: [step],
      steps: { [step]: { ...found, ...around } },
      wires: level.wires.filter(({ from, to }) => to === step && !Object.hasOwn(level.steps, from)),
    };
  };
  return { control: { ...control, top: only(control.top, loops) }, program };
}

interface LevelAround {
  level: Level;
  /** The step itself, or the loop of this level that it stands in. */
  anchor: string;
}

/** The levels from the top to that of the step. */
function levelsAround(draft: Draft, { id, level }: StepPlace): LevelAround[] {
  const all = levelsOf(draft);
  return [...level.loops, id].map((anchor, depth) => {
    const found = all.find(
      ({ loops, steps }) => loops.length === depth && steps.some(([step]) => step === anchor) && isAround(loops, level),
    );
    if (!found) throw new Error(`The draft has no level around ${anchor}.`);
    return { level: found, anchor };
  });
}

const isAround = (loops: readonly string[], inner: Level): boolean =>
  loops.every((loop, depth) => inner.loops[depth] === loop);

function completeWires(level: Level): { from: string; to: string }[] {
  return level.wires.flatMap(({ from, to }) => (from === undefined || to === undefined ? [] : [{ from, to }]));
}

/** What an approval covers, and how wires join, is nothing to a step that runs alone. */
function withoutSurroundings({ covers: _covers, join: _join, ...step }: DraftStep): DraftStep {
  return step;
}

function standIn(level: Level, id: string): DraftStep {
  const title = level.steps.find(([step]) => step === id)?.[1].title;
  return { kind: 'shape', ...(title === undefined ? {} : { title }), output: null };
}

function loopAround({ level, anchor }: LevelAround): DraftStep {
  const loop = level.steps.find(([step]) => step === anchor)?.[1] ?? {};
  return { kind: 'loop', title: loop.title, items: [null], ...(loop.key === undefined ? {} : { key: loop.key }) };
}

/** The slots that a step, or one in its body, names. */
function slotsOf(draft: Draft, step: DraftStep): Draft['connections'] {
  const named = new Set(stepPlaces({ steps: { step } }).flatMap((place) => slotNames(place.step)));
  return Object.fromEntries(Object.entries(draft.connections ?? {}).filter(([name]) => named.has(name)));
}

function slotNames({ connection, event }: DraftStep): unknown[] {
  const ofEvent =
    typeof event === 'object' && event !== null ? (event as Record<string, unknown>).connection : undefined;
  return [connection, ofEvent];
}
