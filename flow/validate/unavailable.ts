import { objectOf } from '../levels.js';
import { below } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import { unavailable } from '../unavailable.js';
import type { Facts } from './facts.js';
import { error, quote } from './problems.js';

const fix = 'Remove it, or do it another way for now.';

/** Nothing is published that would then not run. */
export function checkUnavailable(facts: Facts): Problem[] {
  const ofSteps = facts.steps.flatMap(({ id, step, pointer }) => {
    const what = unavailablePart(step);
    if (what === null) return [];
    const message = `${what} is part of the format, but this release does not run it.`;
    return [{ ...error({ code: 'unavailable', pointer, message, fix }), stepId: id }];
  });
  const ofTriggers = facts.triggers.flatMap(({ trigger, pointer }) => {
    if (!isOneOf(unavailable.triggers, trigger.kind)) return [];
    const message = `Triggers of kind ${quote(trigger.kind)} are part of the format, but this release does not run them.`;
    return [error({ code: 'unavailable', pointer, message, fix })];
  });
  const ofSettings = unavailable.settings
    .filter((name) => objectOf(facts.flow.settings)[name] !== undefined)
    .map((name) => {
      const message = `The setting ${quote(name)} is part of the format, but this release does not act on it.`;
      return error({ code: 'unavailable', pointer: below('/settings', name), message, fix });
    });
  return [...ofSteps, ...ofTriggers, ...ofSettings];
}

/** The part of a step that is not run; null for most. */
function unavailablePart(step: { kind?: unknown; escalate?: unknown }): string | null {
  if (isOneOf(unavailable.kinds, step.kind)) return `The kind ${quote(step.kind)}`;
  if (step.kind === 'approval' && step.escalate !== undefined) return 'Escalation of an approval';
  return null;
}

const isOneOf = (list: readonly string[], kind: unknown): boolean => typeof kind === 'string' && list.includes(kind);
