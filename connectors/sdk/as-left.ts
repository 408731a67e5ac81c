import { getOperation, undoOf } from './call.js';
import type { Connector, Undo } from './define.js';
import { isObject } from './json-object.js';
import type { JsonValue } from './types.js';

/** A write that was done. */
export interface DoneCall {
  operation: string;
  /** As it was sent. */
  input: unknown;
  output: JsonValue;
  before: JsonValue;
}

/**
 * Whether what there is now is what the write left behind, as far as its undo tells. That is asked what it would do if
 * what there is now had been there before: nothing, since the write changes nothing of it; or just this write again; or
 * what it does anyway but for values that were sent. What changes by the passing of time alone does not count.
 */
export function isAsLeft(connector: Connector, done: DoneCall, now: JsonValue): boolean {
  const { operation, input, output, before } = done;
  const { passing = [] } = getOperation(connector, operation);
  const fromNow = undoOf(connector, operation, input, output, now);
  if (fromNow === null) return true;
  const passed = passing.flatMap((name) => (isObject(now) && name in now ? [JSON.stringify(now[name])] : []));
  if (fromNow.operation === operation && isRepeat(fromNow, input, new Set(passed))) return true;
  const back = undoOf(connector, operation, input, output, before);
  return back?.operation === fromNow.operation && differsBySent(fromNow, back, input);
}

function isRepeat({ input: again }: Undo, sent: unknown, passed: ReadonlySet<string>): boolean {
  const fields = fieldsOf(again);
  return [...fieldsOf(sent)].every(([name, value]) => {
    const held = fields.get(name);
    return held === value || (held !== undefined && passed.has(held));
  });
}

function differsBySent({ input: fromNow }: Undo, { input: back }: Undo, input: unknown): boolean {
  const [former, sent] = [fieldsOf(back), fieldsOf(input)];
  return [...fieldsOf(fromNow)].every(([name, value]) => former.get(name) === value || sent.get(name) === value);
}

/** Fields with their values as JSON; lists of `{ field, value }`, as many systems take them, are fields, too. */
function fieldsOf(input: unknown): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of isObject(input) ? Object.entries(input) : []) {
    const named = Array.isArray(value) && value.length > 0 && value.every(isNamed) ? value : null;
    if (!named) fields.set(name, JSON.stringify(value));
    else for (const { field, value } of named) fields.set(field, JSON.stringify(value));
  }
  return fields;
}

const isNamed = (item: unknown): item is { field: string; value: JsonValue } =>
  isObject(item) && typeof item.field === 'string' && 'value' in item;
