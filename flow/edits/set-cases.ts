import { isObject } from '../levels.js';
import type { Draft, DraftStep } from '../schema/draft.js';
import type { Condition } from '../schema/values.js';
import { changeBody, getStep, loopOf } from './body.js';

/** A case that may not be finished yet. */
export interface DraftCase {
  name?: string;
  when?: Condition;
}

/**
 * Sets the cases of a branch. The wires of a case that was renamed in its place follow the new name; those of a case
 * that is gone are removed.
 */
export function setCases(flow: Draft, { id, cases }: { id: string; cases: DraftCase[] }): Draft {
  const { step, level } = getStep(flow, id);
  if (step.kind !== 'branch') throw new Error(`"${id}" is no branch, so it has no cases.`);
  const before = caseNames(step);
  const after = cases.map(({ name }) => name);
  const portAfter = (port: string | undefined): string | undefined => {
    if (port === 'else' || after.includes(port)) return port;
    const renamed = before.length === after.length ? after[before.indexOf(port)] : undefined;
    return renamed !== undefined && !before.includes(renamed) ? renamed : undefined;
  };
  return changeBody(flow, loopOf(level), (body) => ({
    steps: { ...body.steps, [id]: { ...step, cases } },
    wires: body.wires.flatMap((wire) => {
      if (wire.from !== id || wire.port === undefined) return [wire];
      const port = portAfter(wire.port);
      return port === undefined ? [] : [port === wire.port ? wire : { ...wire, port }];
    }),
  }));
}

function caseNames(step: DraftStep): (string | undefined)[] {
  const cases: unknown[] = Array.isArray(step.cases) ? step.cases : [];
  return cases.map((one) => (isObject(one) && typeof one.name === 'string' ? one.name : undefined));
}
