import { Failure } from '../failure.js';
import { formatInstant, fromWall, instantsOf, parseInstant, parseLocal, toWall, wallByPicture } from '../instants.js';
import type { HostFunction } from './host-function.js';

const fixedUnits = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;

export const dateFunctions = {
  date: {
    signature: '<(sn)s?s?:s>',
    run: (instant: string | number | undefined, zone?: string, picture?: string) =>
      instant === undefined ? undefined : formatInstant(parseInstant(instant), zone ?? 'UTC', picture),
  },
  instant: {
    signature: '<sss?:s>',
    run(this: unknown, text: string | undefined, zone: string, picture?: string) {
      if (text === undefined) return undefined;
      return iso(picture === undefined ? parseLocal(text, zone) : fromWall(wallByPicture(this, text, picture), zone));
    },
  },
  localTime: {
    signature: '<ss:o>',
    run: (text: string | undefined, zone: string) => {
      if (text === undefined) return undefined;
      const shown = instantsOf(text, zone);
      const occurs = ['never', 'once', 'twice'][shown.length];
      return { occurs, instants: (shown.length > 0 ? shown : [parseLocal(text, zone)]).map(iso) };
    },
  },
  startOf: {
    signature: '<(sn)ss?:s>',
    run: (instant: string | number | undefined, unit: string, zone?: string) =>
      instant === undefined ? undefined : iso(startOf(parseInstant(instant), unit, zone ?? 'UTC')),
  },
  addTime: {
    signature: '<(sn)nss?:s>',
    run: (instant: string | number | undefined, amount: number, unit: string, zone?: string) =>
      instant === undefined ? undefined : iso(addTime(parseInstant(instant), amount, unit, zone ?? 'UTC')),
  },
  timeBetween: {
    signature: '<(sn)(sn)s:n>',
    run: (from: string | number | undefined, to: string | number | undefined, unit: string) => {
      if (from === undefined || to === undefined) return undefined;
      const length = fixedUnits[singular(unit) as keyof typeof fixedUnits];
      if (length === undefined) throw unknownUnit(unit, Object.keys(fixedUnits));
      return (parseInstant(to) - parseInstant(from)) / length;
    },
  },
} satisfies Record<string, HostFunction>;

function addTime(millis: number, amount: number, unit: string, zone: string): number {
  const name = singular(unit);
  switch (name) {
    case 'second':
    case 'minute':
    case 'hour':
      return millis + amount * fixedUnits[name];
    case 'day':
    case 'week':
      return fromWall(toWall(millis, zone) + amount * fixedUnits[name], zone);
    case 'month':
      return fromWall(addMonths(toWall(millis, zone), amount), zone);
    case 'year':
      return fromWall(addMonths(toWall(millis, zone), amount * 12), zone);
    default:
      throw unknownUnit(unit, [...Object.keys(fixedUnits), 'month', 'year']);
  }
}

function startOf(millis: number, unit: string, zone: string): number {
  const wall = new Date(toWall(millis, zone));
  const name = singular(unit);
  // Of an hour that comes twice, each has a beginning of its own.
  if (name === 'hour') return millis - (wall.getTime() - wall.setUTCMinutes(0, 0, 0));
  wall.setUTCHours(0, 0, 0, 0);
  if (name === 'week') wall.setUTCDate(wall.getUTCDate() - ((wall.getUTCDay() + 6) % 7));
  else if (name === 'month') wall.setUTCDate(1);
  else if (name === 'year') wall.setUTCMonth(0, 1);
  else if (name !== 'day') throw unknownUnit(unit, ['hour', 'day', 'week', 'month', 'year']);
  return fromWall(wall.getTime(), zone);
}

/** The same day so many months later, or the last one of a month that is too short. */
function addMonths(wall: number, months: number): number {
  const date = new Date(wall);
  const dayOfMonth = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + Math.trunc(months));
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(dayOfMonth, lastDay));
}

function iso(millis: number): string {
  return new Date(parseInstant(millis)).toISOString();
}

function singular(unit: string): string {
  return unit.endsWith('s') ? unit.slice(0, -1) : unit;
}

function unknownUnit(unit: string, known: string[]): Failure {
  return new Failure('E_EXPR', `“${unit.slice(0, 30)}” is not a unit; use ${known.join(', ')}.`);
}
