import { stepsOnlyAfter } from './dominators.js';
import { isObject, objectOf, stepPlaces } from './levels.js';
import type { Draft, DraftStep, DraftWire } from './schema/draft.js';
import type { Wire } from './schema/steps.js';

/**
 * The actions of a draft that run only when an approval was given and take something away, bodies of loops included, in
 * the order of the flow. `isRemoval` says of an action whether its operation does.
 */
export function removalsAfter(flow: Draft, approvalId: string, isRemoval: (action: DraftStep) => boolean): string[] {
  const level = stepPlaces(flow).find(({ id }) => id === approvalId)?.level;
  if (!level) return [];
  const wires = level.wires.filter(isWhole);
  const after = stepsOnlyAfter({ id: approvalId, port: 'approved' }, level.starts, wires);
  return level.steps.filter(([id]) => after.has(id)).flatMap(([id, step]) => removalsIn(id, step, isRemoval));
}

function removalsIn(id: string, step: DraftStep, isRemoval: (action: DraftStep) => boolean): string[] {
  if (step.kind === 'action') return isRemoval(step) ? [id] : [];
  if (step.kind !== 'loop') return [];
  return Object.entries(objectOf(step.steps)).flatMap(([inner, body]) =>
    isObject(body) ? removalsIn(inner, body as DraftStep, isRemoval) : [],
  );
}

const isWhole = (wire: DraftWire): wire is Wire =>
  wire.from !== undefined && wire.port !== undefined && wire.to !== undefined;
