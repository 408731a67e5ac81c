import { readExpression } from '../expression.js';
import { isObject, objectOf, type StepPlace } from '../levels.js';
import type { DraftStep, DraftTrigger } from '../schema/draft.js';
import type { PolicyFacts, Stop } from '../schema/policy.js';
import type { Facts } from '../validate/facts.js';
import { type Path, readsOf } from './reads.js';
import { stopOf } from './ways.js';

/** Where data that comes to a value began. */
export interface Source {
  /** The steps that handed it on, from where it began. */
  trail: Stop[];
  /** The system that it is of; null where it is of none, as what somebody decided. */
  connector: string | null;
  /** What started the run, or the step that it began in; neither for what a called flow answers. */
  trigger?: DraftTrigger;
  step?: DraftStep;
  /** The fields by which it was read there. */
  path: Path;
}

/** Answers where what a value of a step holds comes from: each source, in no order. */
export type SourcesOf = (place: StepPlace, value: unknown) => Source[];

/**
 * Follows data through what steps put out, by the references of their expressions: through shapes, field by field where
 * they are written as such, filters, loops and called flows. What another system answers to a call counts as that
 * system's own.
 */
export function followData(facts: Facts, called: Readonly<Record<string, PolicyFacts>>): SourcesOf {
  const known = new Map<string, Source[]>();
  /** Each is looked at once; a draft may have steps that read each other, and then nothing comes from the second. */
  function once(key: string, find: () => Source[]): Source[] {
    const found = known.get(key);
    if (found) return found;
    known.set(key, []);
    const sources = withoutRepeats(find());
    known.set(key, sources);
    return sources;
  }

  const inValue: SourcesOf = (place, value) => {
    const reads = readsOf(facts, value);
    const steps = reads.anyStep ? stepsBefore(facts, place).map((id) => ({ id, path: [] as Path })) : reads.steps;
    const loop = place.level.loops.at(-1);
    return withoutRepeats([
      ...reads.trigger.flatMap(ofTrigger),
      ...(loop === undefined ? [] : reads.item.flatMap((path) => ofItem(loop, path))),
      ...[...reads.loops].flatMap((id) => ofItem(id, [])),
      // A step does not read itself; an undo does, and is no part of what is followed.
      ...steps.filter(({ id }) => id !== place.id).flatMap(({ id, path }) => ofStep(id, path)),
    ]);
  };

  function ofTrigger(path: Path): Source[] {
    return facts.triggers.map(({ id, trigger }) => ({
      ...{ trail: [stopOf(id, trigger)], trigger, path },
      connector: trigger.kind === 'connector' ? (facts.connectorOf(trigger.connection)?.id ?? null) : null,
    }));
  }

  const ofItem = (loop: string, path: Path): Source[] =>
    once(`item ${loop} ${path.join('.')}`, () => {
      const place = facts.findStep(loop);
      if (!place) return [];
      return inValue(place, place.step.items).map((source) =>
        onward(place, { ...source, path: [...source.path, ...path] }),
      );
    });

  const ofStep = (id: string, path: Path): Source[] =>
    once(`step ${id} ${path.join('.')}`, () => {
      const place = facts.findStep(id);
      return place ? leaving(place, path) : [];
    });

  /** What a step puts out, as far as a path leads into it. */
  function leaving(place: StepPlace, path: Path): Source[] {
    const { id, step } = place;
    const handOn = (value: unknown) => inValue(place, value).map((source) => onward(place, source));
    const own = (connector: string | null) => [{ trail: [stopOf(id, step)], step, connector, path }];
    if (step.kind === 'action') return own(facts.connectorOf(step.connection)?.id ?? null);
    if (step.kind === 'wait') return own(facts.connectorOf(objectOf(step.event).connection)?.id ?? null);
    if (step.kind === 'approval') return own(null);
    if (step.kind === 'shape') return [...handOn(fieldAt(step.output, path.slice(1))), ...own(null)];
    if (step.kind === 'filter') return handOn(step.items);
    if (step.kind === 'loop') return collected(place);
    if (step.kind !== 'subflow') return [];
    const answers = called[String(step.flow)];
    const systems = (answers?.answersFrom ?? []).map((connector) => ({ trail: [stopOf(id, step)], connector, path }));
    return answers?.answersInput ? [...systems, ...handOn(step.input)] : systems;
  }

  /** What a loop collects is read in its body: the steps and the items there. */
  function collected(place: StepPlace): Source[] {
    const { step, level, id } = place;
    const inBody = { ...place, level: { ...level, loops: [...level.loops, id] } };
    const found =
      step.collect === true
        ? Object.keys(objectOf(step.steps)).flatMap((inner) => ofStep(inner, []))
        : inValue(inBody, step.collect);
    return found.map((source) => onward(place, source));
  }

  return inValue;
}

/** One more step on the way; a loop stands on the trail of its items already. */
function onward({ id, step }: StepPlace, source: Source): Source {
  if (source.trail.at(-1)?.id === id) return source;
  return { ...source, trail: [...source.trail, stopOf(id, step)] };
}

/** Of an object that is written out, the field at a path; the whole where the path leads into what is computed. */
export function fieldAt(value: unknown, [name, ...rest]: Path): unknown {
  if (name === undefined || !isObject(value) || readExpression(value)) return value;
  return Object.hasOwn(value, name) ? fieldAt(value[name], rest) : undefined;
}

/** The steps that a step may read: those that lead to it, and those that lead to the loops around it. */
function stepsBefore({ findStep }: Pick<Facts, 'findStep'>, { id, level }: StepPlace): string[] {
  const before = [id];
  for (const at of before) {
    for (const { from, to } of level.wires) {
      if (to === at && typeof from === 'string' && !before.includes(from)) before.push(from);
    }
  }
  const loop = findStep(level.loops.at(-1) ?? '');
  return [
    ...before.slice(1).filter((one) => one !== loop?.id && findStep(one)),
    ...(loop ? stepsBefore({ findStep }, loop) : []),
  ];
}

/** One trail from each origin is enough: the shortest. */
function withoutRepeats(sources: Source[]): Source[] {
  const seen = new Map<string, Source>();
  for (const source of sources) {
    const key = `${source.trail[0]?.id} ${source.connector} ${source.path.join('.')}`;
    const known = seen.get(key);
    if (!known || known.trail.length > source.trail.length) seen.set(key, source);
  }
  return [...seen.values()];
}
