import { isObject } from './levels.js';
import type { Draft, DraftStep, DraftWire } from './schema/draft.js';

/** Keys that stand first, because a person reads them first; the others follow by alphabet. */
const leading = ['schema', 'name', 'description', 'kind', 'title', 'connector', 'from', 'port', 'to'];

/**
 * The flow as text that diffs well: keys sorted, wires sorted, two spaces, a line's end at the end. Connections are left
 * out of their slots, since they belong to the workspace; the text can be imported as it is.
 */
export function exportFlow(flow: Draft): string {
  const slots = Object.entries(flow.connections ?? {});
  const connections = Object.fromEntries(slots.map(([name, { id: _id, ...slot }]) => [name, slot]));
  const portable = slots.length === 0 ? flow : { ...flow, connections };
  return `${JSON.stringify(sortKeys(sortWires(portable)), null, 2)}\n`;
}

/** The order of wires is free in a flow and in the bodies of its loops; no other list's is. */
function sortWires<T extends Draft | DraftStep>(holder: T): T {
  const sorted = { ...holder };
  if (holder.steps) {
    const steps = Object.entries(holder.steps).map(([id, step]) => [id, step.kind === 'loop' ? sortWires(step) : step]);
    sorted.steps = Object.fromEntries(steps) as Record<string, DraftStep>;
  }
  if (holder.wires) sorted.wires = holder.wires.toSorted((one, other) => compare(nameOf(one), nameOf(other)));
  return sorted;
}

function nameOf({ from, port, to }: DraftWire): string {
  return JSON.stringify([from, port, to]);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort((one, other) => rank(one) - rank(other) || compare(one, other));
  return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key])]));
}

function rank(key: string): number {
  const place = leading.indexOf(key);
  return place < 0 ? leading.length : place;
}

/** By code unit, so that the order is the same on every machine. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
