import type { Change, Effect, JsonValue } from '@castellan/sdk';
import { findConnector } from '../connector-registry/known-connectors.js';
import type { DoneWrite, WayBack } from './done-writes.js';
import { type ReverseGroup, undoStep } from './reverse-flow.js';

/** A write with what is done about it; `step` and `item` where it is called by the undo. */
export interface ReverseRow {
  write: DoneWrite;
  title: string;
  state: 'restored' | 'left' | 'no_way' | 'unknown' | null;
  why: string | null;
  step: string | null;
  item: number | null;
  /** Place, from 1, of the later write of the same thing, which is taken back before it. */
  behind: number | null;
}

export interface ReversePlan {
  groups: ReverseGroup[];
  /** By group: what its loop goes over. */
  items: { n: number; changes: Change[] }[][];
  rows: ReverseRow[];
  calls: { effect: Effect; input: JsonValue; changes: Change[] }[];
}

/**
 * Puts writes, given the last first, into the groups in which they are taken back: those of one step by one operation
 * together, and the groups in the order of their last writes.
 */
export function reversePlan(
  writes: { write: DoneWrite; title: string; way: WayBack | { state: 'left'; why: null } }[],
): ReversePlan {
  const plan: ReversePlan = { groups: [], items: [], rows: [], calls: [] };
  const numbers = new Map<string, number>();
  for (const [index, { write, title, way }] of writes.entries()) {
    if (!('call' in way)) {
      plan.rows.push({ write, title, state: way.state, why: way.why, step: null, item: null, behind: null });
      continue;
    }
    const group = groupOf(write, title, way.call.operation);
    const key = JSON.stringify([write.flowId, write.step, write.connectionId, group.connector, group.operation]);
    const number = numbers.get(key) ?? plan.groups.push(group) - 1;
    const known = plan.groups[number] ?? group;
    numbers.set(key, number);
    const items = plan.items[number] ?? [];
    plan.items[number] = items;
    const behind = placeBefore(plan.rows, write);
    if (behind !== null && plan.rows[behind - 1]?.step === undoStep(number)) known.inTurn = true;
    plan.rows.push({ write, title, state: null, why: null, step: undoStep(number), item: items.length, behind });
    items.push({ n: index + 1, changes: way.changes });
    const effect = findConnector(group.connector)?.connector.operations[group.operation]?.effect ?? 'destructive';
    plan.calls.push({ effect, input: way.call.input, changes: way.changes });
  }
  return plan;
}

function groupOf({ operation, connectionId, connection }: DoneWrite, title: string, back: string): ReverseGroup {
  const connector = operation.split('.')[0] ?? '';
  return {
    title,
    connection: connectionId === null || connection === null ? null : { id: connectionId, ...connection },
    connector,
    operation: back,
    operationTitle: findConnector(connector)?.connector.operations[back]?.title ?? back,
    inTurn: false,
  };
}

/** Of the later writes that are taken back the nearest that changed the same thing, and read it in the same way. */
function placeBefore(rows: ReverseRow[], write: DoneWrite): number | null {
  const thing = thingOf(write);
  for (let index = rows.length - 1; index >= 0; index--) {
    const row = rows[index];
    if (row?.step && thing !== null && thingOf(row.write) === thing) return index + 1;
  }
  return null;
}

/** What a write changed, by its connection and ids; null where no state of it was read. */
function thingOf({ connectionId, changes, before, beforeRead }: DoneWrite): string | null {
  if (!beforeRead) return null;
  const things = changes.map(({ subject, object }) => [subject?.id, object?.type, object?.id]);
  return JSON.stringify([connectionId, things.map((thing) => JSON.stringify(thing)).sort(), namesIn(before)]);
}

const namesIn = (state: JsonValue): string[] | null =>
  typeof state === 'object' && state !== null && !Array.isArray(state) ? Object.keys(state).sort() : null;
