import { isObject, type Level, levelsOf, objectOf, type StepPlace } from '../levels.js';
import { namedOperation } from '../named-operation.js';
import { below } from '../pointer.js';
import type { Catalog, CatalogConnector, CatalogOperation } from '../schema/catalog.js';
import type { Draft, DraftStep, DraftTrigger, DraftWire } from '../schema/draft.js';

/** What the checks ask of a draft and its catalogue, found once. Fields of steps may still be of any type. */
export interface Facts {
  flow: Draft;
  catalog: Catalog;
  levels: readonly Level[];
  steps: readonly StepPlace[];
  triggers: readonly TriggerPlace[];
  slots: ReadonlyMap<string, Record<string, unknown>>;
  variables: ReadonlyMap<string, Record<string, unknown>>;
  /** The first step with an id, wherever it stands. */
  findStep(id: string): StepPlace | undefined;
  isTrigger(id: string): boolean;
  /** The connector that a slot is for. */
  connectorOf(slot: unknown): CatalogConnector | undefined;
}

/** A trigger and where it stands. */
export interface TriggerPlace {
  id: string;
  trigger: DraftTrigger;
  pointer: string;
}

/** A wire with both ends, and where it stands. */
export interface PlacedWire {
  wire: Required<Pick<DraftWire, 'from' | 'port' | 'to'>>;
  pointer: string;
}

export function gatherFacts(flow: Draft, catalog: Catalog): Facts {
  const levels = levelsOf(flow);
  const steps = levels.flatMap((level) =>
    level.steps.map(([id, step]) => ({ id, step, pointer: below(level.pointer, 'steps', id), level })),
  );
  const triggers = entriesOf(flow.triggers).map(([id, trigger]) => ({ id, trigger, pointer: below('/triggers', id) }));
  const slots = new Map(entriesOf(flow.connections));
  const stepById = new Map<string, StepPlace>();
  for (const place of steps) if (!stepById.has(place.id)) stepById.set(place.id, place);
  const triggerIds = new Set(triggers.map(({ id }) => id));
  const connectors = new Map(catalog.connectors.map((connector) => [connector.id, connector]));
  return {
    flow,
    catalog,
    levels,
    steps,
    triggers,
    slots,
    variables: new Map(entriesOf(flow.variables)),
    findStep: (id) => stepById.get(id),
    isTrigger: (id) => triggerIds.has(id),
    connectorOf: (slot) => {
      const connector = typeof slot === 'string' ? slots.get(slot)?.connector : undefined;
      return typeof connector === 'string' ? connectors.get(connector) : undefined;
    },
  };
}

function entriesOf(value: unknown): [string, Record<string, unknown>][] {
  return Object.entries(objectOf(value)).filter((entry): entry is [string, Record<string, unknown>] =>
    isObject(entry[1]),
  );
}

/** The operation that an action or a notification calls, where slot, connector and operation exist. */
export function operationOf(facts: Facts, call: Record<string, unknown>): CatalogOperation | undefined {
  return namedOperation(facts.connectorOf(call.connection)?.operations, call.operation);
}

/** Whether a step, or one in its body, changes something outside. */
export function writes(facts: Facts, step: DraftStep): boolean {
  if (step.kind === 'action') return (operationOf(facts, step)?.effect ?? 'read') !== 'read';
  return (
    step.kind === 'loop' && Object.values(objectOf(step.steps)).some((inner) => isObject(inner) && writes(facts, inner))
  );
}
