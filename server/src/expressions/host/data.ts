import { Failure } from './failure.js';
import { limits } from './limits.js';

/**
 * JSONata tells its own functions from data by these keys, so data must never carry them; `__proto__` could reach a
 * prototype in code that copies objects.
 */
const impostors = ['_jsonata_function', '_jsonata_lambda', '__proto__'];

/** Whether JSON text may hold an impostor key; JSON.stringify writes these names without escapes. */
export function mayImpersonate(text: string): boolean {
  return text.includes('_jsonata_') || text.includes('__proto__');
}

/** Removes impostor keys at every depth, in place. */
export function stripImpostors(value: unknown): void {
  const pending = [value];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (typeof item !== 'object' || item === null) continue;
    if (!Array.isArray(item)) for (const key of impostors) delete (item as Record<string, unknown>)[key];
    for (const member of Object.values(item)) if (typeof member === 'object') pending.push(member);
  }
}

/** What is left of the size of a result. */
export interface Room {
  bytes: number;
}

/**
 * Plain JSON of what an expression gave: lists without JSONata's marks, objects without members that are missing or
 * impostors, text that Postgres stores (no NUL, no lone surrogate). Functions and numbers that JSON has not are
 * refused. Stops as soon as the result passes its size. `depth` is where the value stands in the whole.
 */
export function toJson(value: unknown, room: Room, depth = 0): unknown {
  if (depth > limits.depth) {
    throw new Failure('E_OUTPUT_TOO_LARGE', `The result is nested deeper than ${limits.depth} levels.`);
  }
  switch (typeof value) {
    case 'string':
      spend(room, value.length + 2);
      return wellFormed(value);
    case 'number':
      if (!Number.isFinite(value)) throw new Failure('E_EXPR', 'The result is not a number that JSON can hold.');
      spend(room, 1);
      return value;
    case 'boolean':
    case 'undefined':
      spend(room, 4);
      return value ?? null;
    case 'object':
      spend(room, 2);
      if (value === null) return null;
      return Array.isArray(value) ? listOf(value, room, depth) : objectOf(value as Members, room, depth);
    default:
      throw functionFailure();
  }
}

type Members = Record<string, unknown>;

function listOf(items: unknown[], room: Room, depth: number): unknown[] {
  return Array.from(items, (item) => toJson(item, room, depth + 1));
}

function objectOf(members: Members, room: Room, depth: number): Members {
  if (members._jsonata_function || members._jsonata_lambda) throw functionFailure();
  const result: Members = {};
  for (const key of Object.keys(members)) {
    const member = members[key];
    if (member === undefined || impostors.includes(key)) continue;
    spend(room, key.length + 3);
    result[wellFormed(key)] = toJson(member, room, depth + 1);
  }
  return result;
}

/** Fails when the result has become too large. Counted in characters, so before it is known how many bytes they take. */
function spend(room: Room, bytes: number): void {
  room.bytes -= bytes;
  if (room.bytes < 0) throw new Failure('E_OUTPUT_TOO_LARGE', `The result is larger than ${limits.outputBytes} bytes.`);
}

function functionFailure(): Failure {
  return new Failure('E_EXPR', 'The result is a function, not a value; call it with its arguments.');
}

function wellFormed(content: string): string {
  return content.replaceAll('\0', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}
