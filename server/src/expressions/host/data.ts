import { Failure, typeName } from './failure.js';
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

/**
 * Plain JSON of what an expression gave: lists without JSONata's marks, objects without members that are missing or
 * impostors, text that Postgres stores (no NUL, no lone surrogate). Functions and numbers that JSON has not are
 * refused. Stops as soon as the result passes its size.
 */
export function toJson(value: unknown): unknown {
  let room: number = limits.outputBytes;
  const spend = (bytes: number): void => {
    room -= bytes;
    if (room < 0) throw new Failure('E_OUTPUT_TOO_LARGE', `The result is larger than ${limits.outputBytes} bytes.`);
  };
  const text = (content: string): string => {
    spend(content.length + 2);
    return wellFormed(content);
  };
  const convert = (item: unknown, depth: number): unknown => {
    if (depth > limits.depth) {
      throw new Failure('E_OUTPUT_TOO_LARGE', `The result is nested deeper than ${limits.depth} levels.`);
    }
    switch (typeof item) {
      case 'string':
        return text(item);
      case 'number':
        if (!Number.isFinite(item)) throw new Failure('E_EXPR', 'The result is not a number that JSON can hold.');
        spend(1);
        return item;
      case 'boolean':
        spend(4);
        return item;
      case 'bigint':
        return Number.isSafeInteger(Number(item)) ? Number(item) : text(item.toString());
      case 'undefined':
        return null;
      case 'object':
        break;
      default:
        throw new Failure('E_EXPR', `The result is ${typeName(item)}, not a value; call it with its arguments.`);
    }
    if (item === null) return null;
    spend(2);
    if (Array.isArray(item)) return Array.from(item, (member) => convert(member, depth + 1));
    if (item instanceof Date) return item.toISOString();
    const members = item as Record<string, unknown>;
    if (members._jsonata_function || members._jsonata_lambda) {
      throw new Failure('E_EXPR', 'The result is a function, not a value; call it with its arguments.');
    }
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(members)) {
      const member = members[key];
      if (member === undefined || impostors.includes(key)) continue;
      result[text(key)] = convert(member, depth + 1);
    }
    return result;
  };
  return convert(value, 0);
}

function wellFormed(content: string): string {
  return content.replaceAll('\0', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}
