import { keysOf } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import type { Facts } from './facts.js';
import { error, quote } from './problems.js';

/** Parts of the format that the engine does not run yet: the palette leaves them out, publish refuses them. */
export const unavailable = {
  kinds: ['filter', 'subflow'],
  triggers: ['schedule', 'call'],
} as const;

const fix = 'Remove it, or do it another way for now.';

/** Nothing is published that would then not run. */
export function checkUnavailable(facts: Facts): Problem[] {
  const ofSteps = facts.steps.flatMap(({ id, step, pointer }) => {
    const what = isOneOf(unavailable.kinds, step.kind)
      ? `The kind ${quote(step.kind)}`
      : step.kind === 'wait' && keysOf(step).includes('event')
        ? 'Waiting for an event'
        : null;
    if (what === null) return [];
    const message = `${what} is part of the format, but this release does not run it.`;
    return [{ ...error({ code: 'unavailable', pointer, message, fix }), stepId: id }];
  });
  const ofTriggers = facts.triggers.flatMap(({ trigger, pointer }) => {
    if (!isOneOf(unavailable.triggers, trigger.kind)) return [];
    const message = `Triggers of kind ${quote(trigger.kind)} are part of the format, but this release does not run them.`;
    return [error({ code: 'unavailable', pointer, message, fix })];
  });
  return [...ofSteps, ...ofTriggers];
}

const isOneOf = (list: readonly string[], kind: unknown): boolean => typeof kind === 'string' && list.includes(kind);
