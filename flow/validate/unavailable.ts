import { objectOf } from '../levels.js';
import { below } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import { unavailable } from '../unavailable.js';
import type { Facts } from './facts.js';
import { error, quote } from './problems.js';

const fix = 'Remove it, or do it another way for now.';

/** Nothing is published that would then not run. */
export function checkUnavailable({ flow, steps }: Facts): Problem[] {
  const fields: Record<string, readonly string[]> = unavailable.steps;
  return [
    ...present(unavailable.settings, flow.settings, '/settings', 'setting'),
    ...steps.flatMap(({ step, pointer }) => present(fields[String(step.kind)] ?? [], step, pointer, 'option')),
  ];
}

function present(names: readonly string[], holder: unknown, pointer: string, what: string): Problem[] {
  return names
    .filter((name) => objectOf(holder)[name] !== undefined)
    .map((name) => {
      const message = `The ${what} ${quote(name)} is part of the format, but this release does not act on it.`;
      return error({ code: 'unavailable', pointer: below(pointer, name), message, fix });
    });
}
