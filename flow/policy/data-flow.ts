import { isObject, objectOf, type StepPlace, stepPlaces } from '../levels.js';
import type { CatalogConnector } from '../schema/catalog.js';
import type { Draft } from '../schema/draft.js';
import type { PolicyFacts, Stop } from '../schema/policy.js';
import { readsOf } from './reads.js';
import { stopOf } from './ways.js';

/** Where data begins that is followed through a flow. */
export interface Origins {
  /** Steps of these connectors, and what starts a run by one of their events. */
  connectors: readonly string[];
  /** What starts a run by a trigger of this kind, too. */
  triggerKind?: string;
}

/** Data on its way: the steps that handed it on, from where it began. Null: none of it comes there. */
type Trail = Stop[] | null;

/** Where data of some origins goes. */
export interface DataFlow {
  /** What a value of a step holds of it. */
  in(place: StepPlace, value: unknown): Trail;
}

/**
 * Follows data through what steps put out, by the references of their expressions: through shapes, filters, loops and
 * called flows. What another system answers to a call counts as that system's own.
 */
export function followData(
  flow: Draft,
  connectorOf: (slot: unknown) => CatalogConnector | undefined,
  called: Readonly<Record<string, PolicyFacts>>,
  origins: Origins,
): DataFlow {
  const places = stepPlaces(flow);
  const outputs = new Map<string, Stop[]>();
  const items = new Map<string, Stop[]>();
  const start = triggerTrail(flow, connectorOf, origins);

  const trailIn = ({ level }: StepPlace, value: unknown): Trail => {
    const reads = readsOf(flow, value);
    const loop = level.loops.at(-1);
    const steps = reads.anyStep ? [...outputs.keys()] : [...reads.steps];
    const found = [
      reads.trigger ? start : null,
      reads.item && loop !== undefined ? items.get(loop) : null,
      ...[...reads.loops].map((id) => items.get(id)),
      ...steps.map((id) => outputs.get(id)),
    ];
    return found.find((trail) => trail) ?? null;
  };
  const trailOf = (place: StepPlace): Trail => {
    const { id, step } = place;
    // A loop stands on the trail of its items already.
    const on = (trail: Trail): Trail => (trail?.at(-1)?.id === id ? trail : trail && [...trail, stopOf(id, step)]);
    if (step.kind === 'action') {
      return origins.connectors.includes(connectorOf(step.connection)?.id ?? '') ? [stopOf(id, step)] : null;
    }
    if (step.kind === 'shape') return on(trailIn(place, step.output));
    if (step.kind === 'filter') return on(trailIn(place, step.items));
    if (step.kind === 'loop') return on(collected(place));
    if (step.kind !== 'subflow') return null;
    const facts = called[String(step.flow)];
    if (facts?.answersFrom.some((one) => origins.connectors.includes(one))) return [stopOf(id, step)];
    return facts?.answersInput ? on(trailIn(place, step.input)) : null;
  };
  /** What a loop collects is read in its body: the steps and the items there. */
  const collected = (place: StepPlace): Trail => {
    const { step, level, id } = place;
    const inBody = { ...place, level: { ...level, loops: [...level.loops, id] } };
    if (step.collect !== true) return trailIn(inBody, step.collect);
    const body = Object.keys(objectOf(step.steps));
    return body.map((inner) => outputs.get(inner)).find((trail) => trail) ?? null;
  };
  // A body stands after its loop, whose output may hold it: it is looked at until nothing is new.
  for (let known = -1; known !== outputs.size + items.size; ) {
    known = outputs.size + items.size;
    for (const place of places) {
      const { id, step } = place;
      const over = step.kind === 'loop' && !items.has(id) ? trailIn(place, step.items) : null;
      if (over) items.set(id, [...over, stopOf(id, step)]);
      const out = outputs.has(id) ? null : trailOf(place);
      if (out) outputs.set(id, out);
    }
  }
  return { in: trailIn };
}

function triggerTrail(
  flow: Draft,
  connectorOf: (slot: unknown) => CatalogConnector | undefined,
  { connectors, triggerKind }: Origins,
): Trail {
  for (const [id, trigger] of Object.entries(objectOf(flow.triggers))) {
    if (!isObject(trigger)) continue;
    const connector = trigger.kind === 'connector' ? connectorOf(trigger.connection)?.id : undefined;
    if (trigger.kind === triggerKind || connectors.includes(connector ?? '')) return [stopOf(id, trigger)];
  }
  return null;
}
