import { FatalError } from '@castellan/sdk';

/** A date and time as a calendar and a clock show it. */
export interface Shown {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Minutes ahead of UTC; left out where a text does not say it. */
  offset?: number;
}

type Part = keyof Shown;

const tokens: Record<string, { part: Part; digits: number; form: string }> = {
  yyyy: { part: 'year', digits: 4, form: '\\d{4}' },
  MM: { part: 'month', digits: 2, form: '\\d{1,2}' },
  dd: { part: 'day', digits: 2, form: '\\d{1,2}' },
  HH: { part: 'hour', digits: 2, form: '\\d{1,2}' },
  mm: { part: 'minute', digits: 2, form: '\\d{1,2}' },
  ss: { part: 'second', digits: 2, form: '\\d{1,2}' },
  XXX: { part: 'offset', digits: 0, form: 'Z|[+-]\\d{2}:?\\d{2}' },
};
const token = new RegExp(Object.keys(tokens).join('|'), 'g');

/** What stands for a part of a date, for people. */
export const patternHelp =
  'yyyy, MM, dd, HH, mm and ss stand for year, month, day, hour, minute and second, XXX for the offset such as +01:00.';

export const isoPattern = 'yyyy-MM-ddTHH:mm:ssXXX';

/** Reads a text that is written by a pattern; parts that the pattern does not have are the first ones. Null: it is not written so. */
export function readByPattern(text: string, pattern: string): Shown | null {
  const parts: Part[] = [];
  const source = pattern
    .split(new RegExp(`(${token.source})`))
    .map((piece) => {
      const known = Object.hasOwn(tokens, piece) ? tokens[piece] : undefined;
      if (!known) return piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      if (parts.includes(known.part)) throw standsTwice(piece);
      parts.push(known.part);
      return `(${known.form})`;
    })
    .join('');
  const found = new RegExp(`^${source}$`).exec(text.trim());
  if (!found) return null;
  const shown: Shown = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
  for (const [index, part] of parts.entries()) {
    const value = found[index + 1]!;
    shown[part] = part === 'offset' ? minutesOf(value) : Number(value);
  }
  return shown;
}

/** Writes a date by a pattern. */
export function writeByPattern(shown: Shown & { offset: number }, pattern: string): string {
  return pattern.replace(token, (name) => {
    const { part, digits } = tokens[name]!;
    return part === 'offset' ? offsetText(shown.offset) : String(shown[part]).padStart(digits, '0');
  });
}

/** The shown date and time as milliseconds of a clock in UTC. Refuses one that no calendar has, such as 30 February. */
export function wallOf(shown: Shown, text: string): number {
  const { year, month, day, hour, minute, second } = shown;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isReal || hour > 23 || minute > 59 || second > 59) {
    throw new FatalError(`“${text.slice(0, 60)}” is not a date and time that exists.`, {
      ...{ code: 'E_INPUT', details: { pointer: '/date' } },
    });
  }
  return date.setUTCHours(hour, minute, second);
}

/** What a clock in UTC shows at these milliseconds. */
export function shownAt(wall: number): Omit<Shown, 'offset'> {
  const date = new Date(wall);
  return {
    ...{ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() },
    ...{ hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds() },
  };
}

/** It would be read in more than one way. */
function standsTwice(name: string): FatalError {
  return new FatalError(`${name} stands twice in the pattern.`, {
    ...{ code: 'E_INPUT', details: { pointer: '/pattern' } },
  });
}

function minutesOf(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return offset.startsWith('-') ? -minutes : minutes;
}

function offsetText(minutes: number): string {
  if (minutes === 0) return 'Z';
  const two = (value: number) => String(value).padStart(2, '0');
  const length = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(length / 60))}:${two(length % 60)}`;
}
