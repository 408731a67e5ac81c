import { inputHashOf } from '../operations/chain.js';

/** The hash of the state before a write. `passing`: fields that change by the passing of time alone. */
export function stateHash(before: unknown, passing: readonly string[] = []): string {
  return inputHashOf(without(before, new Set(passing)));
}

function without(value: unknown, names: ReadonlySet<string>): unknown {
  if (names.size === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => without(item, names));
  const entries = Object.entries(value).filter(([name]) => !names.has(name));
  return Object.fromEntries(entries.map(([name, item]) => [name, without(item, names)]));
}
