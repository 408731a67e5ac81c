import {
  below,
  type Draft,
  type DraftStep,
  type DraftTrigger,
  type DraftWire,
  eachPort,
  portsOf,
} from '@castellan/flow';

/** A step or trigger of a draft, wherever it stands. */
export type Place = StepPlace | TriggerPlace;

export interface StepPlace {
  type: 'step';
  id: string;
  step: DraftStep;
  /** JSON pointer into the flow. */
  pointer: string;
  /** The loops around it, the outermost first. */
  loops: readonly string[];
}

export interface TriggerPlace {
  type: 'trigger';
  id: string;
  trigger: DraftTrigger;
  pointer: string;
  loops: readonly string[];
}

/** The steps and wires of one level: the top, or the body of a loop. */
export interface Level {
  /** The loop whose body it is; null at the top. */
  loop: string | null;
  pointer: string;
  loops: readonly string[];
  steps: Record<string, DraftStep>;
  wires: DraftWire[];
  wireIds: ReadonlySet<string>;
}

export interface Outline {
  /** Triggers and steps by id, in the order of the flow; a body comes after its loop. */
  places: ReadonlyMap<string, Place>;
  levels: readonly Level[];
}

const outlines = new WeakMap<Draft, Outline>();

/** All that stands in a draft, found once for each draft value. */
export function outlineOf(draft: Draft): Outline {
  const known = outlines.get(draft);
  if (known !== undefined) return known;
  const places = new Map<string, Place>();
  const levels: Level[] = [];
  for (const [id, trigger] of Object.entries(draft.triggers ?? {})) {
    places.set(id, { type: 'trigger', id, trigger, pointer: below('/triggers', id), loops: [] });
  }
  const visit = (level: Omit<Level, 'wireIds'>) => {
    levels.push({ ...level, wireIds: new Set(level.wires.map(wireId)) });
    for (const [id, step] of Object.entries(level.steps)) {
      const pointer = below(level.pointer, 'steps', id);
      places.set(id, { type: 'step', id, step, pointer, loops: level.loops });
      if (step.kind === 'loop') {
        visit({ loop: id, pointer, loops: [...level.loops, id], steps: step.steps ?? {}, wires: step.wires ?? [] });
      }
    }
  };
  visit({ loop: null, pointer: '', loops: [], steps: draft.steps ?? {}, wires: draft.wires ?? [] });
  const outline = { places, levels };
  outlines.set(draft, outline);
  return outline;
}

/** The level whose wires may lead to a step: that of its innermost loop, or the top. */
export function levelOf(draft: Draft, place: Place): Level {
  const loop = place.loops.at(-1) ?? null;
  return outlineOf(draft).levels.find((level) => level.loop === loop)!;
}

/** The ports drawn at a box's right edge. */
export function portsAt(place: Place): string[] {
  return place.type === 'trigger' ? ['out'] : (portsOf(place.step) ?? ['out']);
}

/** What a wire is known by: a level has no two alike. */
export function wireId(wire: DraftWire): string {
  return `${wire.from ?? ''}.${wire.port ?? ''}>${wire.to ?? ''}`;
}

/** Whether a wire leads from a loop into its own body. */
export function isBodyStart(level: Level, wire: DraftWire): boolean {
  return level.loop !== null && wire.from === level.loop && wire.port === eachPort;
}

/** A step's or trigger's title; its id where it has none. */
export function titleOf(place: Place): string {
  const title = place.type === 'step' ? place.step.title : place.trigger.title;
  return typeof title === 'string' && title !== '' ? title : place.id;
}
