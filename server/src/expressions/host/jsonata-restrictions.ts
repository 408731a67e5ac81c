import { clock } from './clock.js';
import { Failure } from './failure.js';
import type { HostFunction } from './functions/host-function.js';
import { builtin } from './jsonata-builtins.js';
import { limits } from './limits.js';

const fromMillis = builtin('fromMillis');

/**
 * Built-in functions of JSONata that flows get in a narrower form: those that run data as code, that reach the inside of
 * function objects, or whose cost is out of proportion to their arguments.
 */
export const restrictedFunctions: Record<string, HostFunction> = {
  eval: {
    signature: '<sx?:x>',
    run: () => {
      throw new Failure('E_FUNC_DISABLED', '$eval is not available in flows: data is never run as an expression.');
    },
  },
  pad: {
    signature: '<s-ns?:s>',
    run(text: string | undefined, width: number, fill?: string) {
      if (Math.abs(width) > limits.padWidth) {
        throw new Failure('E_LIMIT', `$pad makes at most ${limits.padWidth} characters.`);
      }
      return builtin('pad').call(this, text, width, fill);
    },
  },
  fromMillis: {
    signature: '<n-s?s?:s>',
    run(millis: number | undefined, picture?: string, offset?: string) {
      return fromMillis.call(this, millis, checkedPicture(picture), offset);
    },
  },
  toMillis: {
    signature: '<s-s?:n>',
    run(text: string | undefined, picture?: string) {
      if (text !== undefined && text.length > limits.pictureLength) {
        throw new Failure('E_LIMIT', `$toMillis reads at most ${limits.pictureLength} characters.`);
      }
      return builtin('toMillis').call(this, text, checkedPicture(picture));
    },
  },
  now: {
    signature: '<s?s?:s>',
    run(picture?: string, offset?: string) {
      return fromMillis.call(this, clock.now, checkedPicture(picture), offset);
    },
  },
  millis: { signature: '<:n>', run: () => clock.now },
  spread: {
    signature: '<x-:a<o>>',
    run(value: unknown) {
      refuseFunctions('$spread', value);
      return builtin('spread').call(this, value);
    },
  },
  merge: {
    signature: '<a<o>:o>',
    run(value: unknown) {
      refuseFunctions('$merge', value);
      return builtin('merge').call(this, value);
    },
  },
};

/** A picture short enough and without widths that would make the text huge. */
export function checkedPicture(picture: string | undefined): string | undefined {
  if (picture === undefined) return undefined;
  if (picture.length > limits.pictureLength) {
    throw new Failure('E_LIMIT', `A picture may have ${limits.pictureLength} characters.`);
  }
  if (/,[^\]]*[1-9]\d{2}/.test(picture)) throw new Failure('E_LIMIT', 'A width in a picture may have two digits.');
  return picture;
}

/** Refuses functions at the top or in lists, so that what they are made of never becomes data. */
function refuseFunctions(name: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) refuseFunctions(name, item);
    return;
  }
  const inside = value as { _jsonata_function?: unknown; _jsonata_lambda?: unknown } | null | undefined;
  if (typeof value === 'function' || inside?._jsonata_function || inside?._jsonata_lambda) {
    throw new Failure('E_EXPR', `${name} takes objects, not functions.`);
  }
}
