import type { Draft, DraftTrigger } from '../schema/draft.js';
import type { ConnectionSlot, Variable } from '../schema/flow.js';
import { connect } from './connect.js';
import { requireFreeId } from './ids.js';
import { moveSteps, type Point } from './move.js';

export interface NewTrigger {
  /** Take one from `newStepId`. */
  id: string;
  trigger: DraftTrigger;
  /** The step that it starts. */
  to?: string;
  position?: Point;
}

/** Adds a trigger. @throws where the id is taken. */
export function addTrigger(flow: Draft, { id, trigger, to, position }: NewTrigger): Draft {
  requireFreeId(flow, id);
  let next: Draft = { ...flow, triggers: { ...flow.triggers, [id]: trigger } };
  if (to !== undefined) next = connect(next, { from: id, port: 'out', to });
  return position ? moveSteps(next, { positions: { [id]: position } }) : next;
}

/** Declares a variable or changes it; undefined removes it. Places that name it are left to `validate`. */
export function setVariable(
  flow: Draft,
  { name, variable }: { name: string; variable: Partial<Variable> | undefined },
): Draft {
  return { ...flow, variables: withEntry(flow.variables, name, variable) };
}

/** Declares a connection slot or changes it; undefined removes it. Places that name it are left to `validate`. */
export function setSlot(
  flow: Draft,
  { name, slot }: { name: string; slot: Partial<ConnectionSlot> | undefined },
): Draft {
  return { ...flow, connections: withEntry(flow.connections, name, slot) };
}

/** Puts connections into slots, by the slots' names; null empties one. @throws where there is no such slot. */
export function fillSlots(
  flow: Draft,
  { connections }: { connections: Readonly<Record<string, string | null>> },
): Draft {
  return Object.entries(connections).reduce((next, [name, id]) => {
    const slot = next.connections && Object.hasOwn(next.connections, name) ? next.connections[name] : undefined;
    if (!slot) throw new Error(`The flow has no connection "${name}".`);
    return setSlot(next, { name, slot: { ...slot, id } });
  }, flow);
}

function withEntry<T>(entries: Record<string, T> | undefined, name: string, entry: T | undefined): Record<string, T> {
  if (name === '__proto__') throw new Error('Nothing can be named "__proto__".');
  const { [name]: _before, ...others } = entries ?? {};
  if (entry === undefined) return others;
  // What was there keeps its place in the list.
  return entries && Object.hasOwn(entries, name) ? { ...entries, [name]: entry } : { ...others, [name]: entry };
}
