import { instantsOf, isZone, offsetAt, wallTimeAt } from '@castellan/flow/zone';
import { FatalError, type InputProblem, operation } from '@castellan/sdk';
import { z } from 'zod';
import { isoPattern, patternHelp, readByPattern, shownAt, wallOf, writeByPattern } from './date-pattern.js';

const docs = 'https://www.iana.org/time-zones';
const day = 86_400_000;

const zone = (title: string, says: string) =>
  z
    .string()
    .min(1)
    .default('UTC')
    .meta({ title, examples: ['Europe/Zurich', 'America/New_York'] })
    .describe(says);
const pattern = (title: string) =>
  z
    .string()
    .min(2)
    .max(100)
    .optional()
    .meta({ title, examples: ['dd.MM.yyyy HH:mm', 'MM/dd/yyyy'] });

const reading = {
  date: z
    .string()
    .min(1)
    .max(100)
    .meta({ title: 'Date' })
    .describe('As ISO 8601 writes it, seconds or milliseconds since 1970, or by the pattern.'),
  pattern: pattern('How it is written').describe(`Left out: ISO 8601, or a number. ${patternHelp}`),
  from: zone('Zone of the date', 'Where the date itself names none.'),
};
const written = {
  instant: z.string().describe('In UTC, as ISO 8601 writes it.'),
  text: z.string().describe('In the zone, as it was asked for.'),
  seconds: z.number().describe('Since 1970.'),
};

const units = { second: 1_000, minute: 60_000, hour: 3_600_000, day, week: 7 * day } as const;

/** Dates between zones, ways to write them, and distances. */
export const dateTools = {
  convertDate: operation({
    title: 'Convert a date',
    docs,
    summary: 'A date and time in another zone, or written in another way. A local time that comes twice is the first.',
    input: z.strictObject({
      ...reading,
      to: zone('Zone that is wanted', 'The text is in this zone.'),
      format: pattern('How it is to be written').describe(`Left out: ISO 8601. ${patternHelp}`),
    }),
    output: z.object(written),
    check: ({ from, to }) => [...zoneProblems('from', from), ...zoneProblems('to', to)],
    effect: 'read',
    run: async ({ to, format, ...given }) => shown(instantIn(given), to, format),
    sample: {
      input: {
        ...{ date: '24.12.2026 18:00', pattern: 'dd.MM.yyyy HH:mm', from: 'Europe/Zurich' },
        ...{ to: 'America/New_York', format: 'MM/dd/yyyy HH:mm' },
      },
      output: { instant: '2026-12-24T17:00:00.000Z', text: '12/24/2026 12:00', seconds: 1_798_131_600 },
    },
  }),

  addToDate: operation({
    title: 'Add to a date',
    docs,
    summary: 'A date and time so much later or earlier. Days and more follow the calendar and clock of the zone.',
    input: z.strictObject({
      ...reading,
      amount: z.int().min(-1_000_000).max(1_000_000).meta({ title: 'How many' }).describe('Less than 0: earlier.'),
      unit: z
        .enum(['second', 'minute', 'hour', 'day', 'week', 'month', 'year'])
        .default('day')
        .meta({ title: 'Of what' }),
      format: pattern('How it is to be written').describe(`Left out: ISO 8601. ${patternHelp}`),
    }),
    output: z.object(written),
    check: ({ from }) => zoneProblems('from', from),
    effect: 'read',
    run: async ({ amount, unit, format, ...given }) =>
      shown(later(instantIn(given), { amount, unit, zone: given.from }), given.from, format),
    sample: {
      input: { date: '2026-01-31', from: 'Europe/Zurich', amount: 1, unit: 'month', format: 'yyyy-MM-dd' },
      output: { instant: '2026-02-27T23:00:00.000Z', text: '2026-02-28', seconds: 1_772_233_200 },
    },
  }),
};

interface GivenDate {
  date: string;
  pattern?: string | undefined;
  from: string;
}

interface Distance {
  amount: number;
  unit: keyof typeof units | 'month' | 'year';
  zone: string;
}

const usual = ['', 'XXX'].flatMap((offset) =>
  ['T', ' '].flatMap((between) => ['HH:mm:ss', 'HH:mm'].map((time) => `yyyy-MM-dd${between}${time}${offset}`)),
);

/** Seconds or milliseconds since 1970, those from 1973 on: a shorter number may be a date without hyphens. */
const sinceEpoch = /^\d{9,14}$/;

/** Milliseconds since 1970. */
function instantIn({ date, pattern: wanted, from }: GivenDate): number {
  const text = date.trim();
  if (!wanted && sinceEpoch.test(text)) return inRange(Number(text) * (text.length > 11 ? 1 : 1_000), date);
  // Fractions of a second are cut off.
  const whole = wanted ? text : text.replace(/(:\d{2}:\d{2})\.\d+/, '$1');
  const read = (wanted ? [wanted] : [...usual, 'yyyy-MM-dd']).map((each) => readByPattern(whole, each)).find(Boolean);
  if (!read)
    throw notADate(date, wanted ? `is not written as ${wanted}` : 'is not a date such as 2026-12-24T18:00:00Z');
  const wall = wallOf(read, date);
  return inRange(read.offset === undefined ? instantOfWall(wall, from) : wall - read.offset * 60_000, date);
}

/** A time that the clock skips moves on by as much as the clock does; of one that comes twice it is the first. */
function instantOfWall(wall: number, zone: string): number {
  return instantsOf(wall, zone)[0] ?? wall - offsetAt(wall - day, zone);
}

function later(instant: number, { amount, unit, zone }: Distance): number {
  if (unit === 'second' || unit === 'minute' || unit === 'hour') return inRange(instant + amount * units[unit], amount);
  const wall = wallTimeAt(instant, zone);
  if (unit === 'day' || unit === 'week') return instantOfWall(inRange(wall + amount * units[unit], amount), zone);
  return instantOfWall(inRange(monthsLater(wall, unit === 'year' ? amount * 12 : amount), amount), zone);
}

/** The same day so many months later, or the last one of a month that is too short. */
function monthsLater(wall: number, months: number): number {
  const date = new Date(wall);
  const dayOfMonth = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + months, 1);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(dayOfMonth, lastDay));
}

function shown(instant: number, zone: string, format: string | undefined) {
  const offset = Math.round(offsetAt(instant, zone) / 60_000);
  return {
    instant: new Date(instant).toISOString(),
    text: writeByPattern({ ...shownAt(instant + offset * 60_000), offset }, format ?? isoPattern),
    seconds: Math.floor(instant / 1_000),
  };
}

function zoneProblems(field: string, zone: string): InputProblem[] {
  if (isZone(zone)) return [];
  return [{ pointer: `/${field}`, message: `There is no time zone “${zone}”. Give one such as Europe/Zurich or UTC.` }];
}

/** Years of more or less than four digits are beyond what the patterns write. */
function inRange(millis: number, given: string | number): number {
  if (millis >= Date.UTC(1000, 0) && millis < Date.UTC(9999, 11, 31)) return millis;
  throw notADate(String(given), 'leads out of the years 1000 to 9999');
}

function notADate(given: string, why: string): FatalError {
  return new FatalError(`“${given.slice(0, 60)}” ${why}.`, { code: 'E_INPUT', details: { pointer: '/date' } });
}
