import { csvText } from '@castellan/sdk/csv';
import { mayImpersonate, stripImpostors, toJson } from '../data.js';
import { Failure } from '../failure.js';
import { limits } from '../limits.js';
import type { HostFunction } from './host-function.js';

/** Texts that other systems write and want. */
export const writtenFunctions = {
  parseJson: {
    signature: '<s-:x>',
    run: (text: string | undefined) => (text === undefined ? undefined : parseJson(text)),
  },
  csv: {
    signature: '<aa<s>?:s>',
    run: (rows: unknown[] | undefined, columns?: string[]) => {
      if (rows === undefined) return undefined;
      // Functions are refused, and what they are made of is never written.
      const plain = toJson(rows, { bytes: limits.outputBytes }) as unknown[];
      if (plain.every(isRow)) return csvText(plain, columns);
      throw new Failure('E_EXPR', `Item ${rows.findIndex((row) => !isRow(row)) + 1} is not an object.`);
    },
  },
  unaccent: {
    signature: '<s-:s>',
    run: (text: string | undefined) => (text === undefined ? undefined : unaccent(text)),
  },
  slug: {
    signature: '<s-:s>',
    run: (text: string | undefined) => (text === undefined ? undefined : slug(text)),
  },
} satisfies Record<string, HostFunction>;

/** What it gives may be named and read by the rest of the expression, so it must be data as all other. */
function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Failure('E_EXPR', `The text is no JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  // A name may be written with escapes, so a text that has some is looked through as well.
  if (mayImpersonate(text) || text.includes('\\u')) stripImpostors(value);
  return value;
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Letters that are no other letter with a mark. */
const written: Record<string, string> = {
  ...{ ß: 'ss', ẞ: 'SS', ø: 'o', Ø: 'O', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ł: 'l', Ł: 'L' },
  ...{ đ: 'd', Đ: 'D', ð: 'd', Ð: 'D', þ: 'th', Þ: 'Th', ı: 'i' },
};

/** The marks of Latin, Greek and Cyrillic letters; those of other scripts are no accents. */
function unaccent(text: string): string {
  const bare = text.normalize('NFD').replace(/[\u0300-\u036f]+/g, '');
  return bare.normalize('NFC').replace(/[ßẞøØæÆœŒłŁđĐðÐþÞı]/g, (letter) => written[letter] ?? letter);
}

function slug(text: string): string {
  const words =
    unaccent(text)
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.join('-');
}
