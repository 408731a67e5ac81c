import { objectOf } from '../levels.js';
import { below } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import { unavailable } from '../unavailable.js';
import type { Facts } from './facts.js';
import { error, quote } from './problems.js';

const fix = 'Remove it, or do it another way for now.';

/** Nothing is published that would then not run. */
export function checkUnavailable(facts: Facts): Problem[] {
  return unavailable.settings
    .filter((name) => objectOf(facts.flow.settings)[name] !== undefined)
    .map((name) => {
      const message = `The setting ${quote(name)} is part of the format, but this release does not act on it.`;
      return error({ code: 'unavailable', pointer: below('/settings', name), message, fix });
    });
}
