import type { Draft, Flow, Problem } from '../schema.js';
import { validate } from '../validate.js';
import { catalog, lockdown } from './lockdown.js';

/** A change of the example; steps come as plain JSON too, since tests write what types forbid. */
export type Change = (flow: Flow & Record<string, unknown>, steps: Record<string, Record<string, unknown>>) => void;

/** `code pointer` of each problem that the example has after a change; it has none before. */
export function problemsAfter(change: Change): string[] {
  return fullProblemsAfter(change).map(({ code, pointer }) => `${code} ${pointer}`);
}

/** The problems that the example has after a change. */
export function fullProblemsAfter(change: Change): Problem[] {
  const flow = lockdown() as Flow & Record<string, unknown>;
  change(flow, flow.steps as unknown as Record<string, Record<string, unknown>>);
  return validate(flow, catalog);
}

/** Adds a step after another one, by its port `out`. */
export function addAfter(flow: Draft, before: string, id: string, step: Record<string, unknown>): void {
  Object.assign(flow.steps as object, { [id]: step });
  flow.wires?.push({ from: before, port: 'out', to: id });
}
