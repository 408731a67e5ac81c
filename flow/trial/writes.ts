import { levelsOf, objectOf, stepPlaces } from '../levels.js';
import { namedOperation } from '../named-operation.js';
import type { Catalog, Effect } from '../schema/catalog.js';
import type { Draft, DraftStep } from '../schema/draft.js';

/** Something that a run may change outside. */
export interface Write {
  stepId: string;
  title: string;
  /** What it calls, as its connector names it; for a subflow, the name of the flow. */
  operation: string;
  effect: Exclude<Effect, 'read'> | 'subflow';
  /** Name of the connection by which it is done; null where none is chosen or needed. */
  connection: string | null;
  /** It changes a simulator, and so nothing outside. */
  simulated: boolean;
}

/**
 * What a run of the draft may really change, in the order of the flow: its writes, and the flows that it starts, whose
 * writes are their own. Steps in `pinned` do nothing; `only` names the one step that runs.
 */
export function writesOf(
  draft: Draft,
  catalog: Pick<Catalog, 'connectors' | 'connections' | 'flows'>,
  { pinned = new Set(), only }: { pinned?: ReadonlySet<string>; only?: string } = {},
): Write[] {
  const running = levelsOf(draft).filter(({ loops }) => !loops.some((loop) => pinned.has(loop)));
  const inside = new Set(running.flatMap(({ steps }) => steps.map(([id]) => id)));
  return stepPlaces(draft)
    .filter(({ id }) => inside.has(id) && !pinned.has(id))
    .filter(({ id, level }) => only === undefined || id === only || level.loops.includes(only))
    .flatMap(({ id, step }) => writeOf(draft, id, step, catalog) ?? []);
}

function writeOf(
  draft: Draft,
  stepId: string,
  step: DraftStep,
  { connectors, connections, flows }: Pick<Catalog, 'connectors' | 'connections' | 'flows'>,
): Write | undefined {
  const title = step.title || stepId;
  if (step.kind === 'subflow') {
    const operation = flows.find(({ id }) => id === step.flow)?.name ?? 'another flow';
    return { stepId, title, operation, effect: 'subflow', connection: null, simulated: false };
  }
  if (step.kind !== 'action') return undefined;
  const slot = objectOf(objectOf(draft.connections)[String(step.connection)]);
  const connector = connectors.find(({ id }) => id === slot.connector);
  const found = namedOperation(connector?.operations, step.operation);
  if (!found || found.effect === 'read') return undefined;
  const connection = connections.find(({ id }) => id === slot.id);
  return {
    ...{ stepId, title, operation: found.title, effect: found.effect },
    connection: connection?.name ?? null,
    simulated: connection?.simulator ?? false,
  };
}
