import { Failure } from './failure.js';
import { builtin } from './jsonata-builtins.js';
import { checkedPicture } from './jsonata-restrictions.js';
import { limits } from './limits.js';

const instant = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|[+-]\d{2}:?\d{2}))?$/i;
const local = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?$/;
const day = 86_400_000;

/** Milliseconds since 1970 of ISO 8601 text with a zone, of a date alone (its midnight in UTC), or of a number of them. */
export function parseInstant(value: string | number): number {
  if (typeof value === 'number') return inRange(value, value);
  const [, date, time = '00:00', zone = 'Z'] = instant.exec(value.trim()) ?? [];
  if (date === undefined) {
    const hint = local.test(value.trim()) ? '; it has no zone: use $instant(text, zone)' : '';
    throw new Failure('E_EXPR', `${quote(value)} is not an instant such as 2026-11-21T10:00:00Z${hint}.`);
  }
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  return inRange(checkedDate(date, `${date}T${time}${offset}`), value);
}

/** The instant of a local date and time in a zone. A time that is skipped moves on; one that comes twice is the first. */
export function parseLocal(value: string, zone: string): number {
  return fromWall(parseWall(value), zone);
}

/** All instants at which a zone's clock shows a local date and time: none when it is skipped, two when it comes twice. */
export function instantsOf(value: string, zone: string): number[] {
  return shownAt(parseWall(value), zone);
}

function parseWall(value: string): number {
  const [, date, time = '00:00'] = local.exec(value.trim()) ?? [];
  if (date === undefined) {
    throw new Failure('E_EXPR', `${quote(value)} is not a local date and time such as 2026-11-21 09:00.`);
  }
  return inRange(checkedDate(date, `${date}T${time}Z`), value);
}

/** A local date and time that is written as one of JSONata's pictures says, as if it were UTC. `evaluation`: JSONata's own. */
export function wallByPicture(evaluation: unknown, value: string, picture: string): number {
  if (value.length > limits.pictureLength) {
    throw new Failure('E_LIMIT', `$instant reads at most ${limits.pictureLength} characters.`);
  }
  const wall = builtin('toMillis').call(evaluation, value, checkedPicture(picture));
  if (typeof wall === 'number') return inRange(wall, value);
  throw new Failure('E_EXPR', `${quote(value)} is not written as ${quote(picture)} says.`);
}

/** The zone's clock at an instant, as if it were UTC. */
export function toWall(millis: number, zone: string): number {
  return millis + offsetMinutes(millis, zone) * 60_000;
}

/** The instant at which the zone's clock shows `wall`. */
export function fromWall(wall: number, zone: string): number {
  return shownAt(wall, zone)[0] ?? wall - offsetMinutes(wall - day, zone) * 60_000;
}

/** The instants at which the zone's clock shows `wall`, in order. */
function shownAt(wall: number, zone: string): number[] {
  const around = [wall - day, wall + day].map((millis) => wall - offsetMinutes(millis, zone) * 60_000);
  return [...new Set(around)].filter((millis) => toWall(millis, zone) === wall).sort((a, b) => a - b);
}

/** Text of an instant: ISO 8601 in the zone, or by one of JSONata's pictures, such as `[D01].[M01].[Y0001] [H01]:[m01]`. */
export function formatInstant(millis: number, zone: string, picture?: string): string {
  const minutes = offsetMinutes(millis, zone);
  const digits = String(Math.floor(Math.abs(minutes) / 60) * 100 + (Math.abs(minutes) % 60)).padStart(4, '0');
  const offset = `${minutes < 0 ? '-' : '+'}${digits}`;
  return builtin('fromMillis').call(undefined, millis, checkedPicture(picture), offset) as string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    try {
      format = new Intl.DateTimeFormat('en-US', {
        ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
        ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
      });
    } catch {
      throw new Failure('E_EXPR', `${quote(zone)} is not a time zone such as Europe/Zurich or UTC.`);
    }
    if (formats.size >= 50) formats.clear();
    formats.set(zone, format);
  }
  return format;
}

/** Minutes that the zone is ahead of UTC at an instant. */
function offsetMinutes(millis: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const parts = new Map(
    formatOf(zone)
      .formatToParts(millis)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return Math.round((wall - Math.floor(millis / 1000) * 1000) / 60_000);
}

/** Refuses 30 February, which Date.parse would move into March. */
function checkedDate(date: string, whole: string): number {
  const midnight = Date.parse(`${date}T00:00Z`);
  return Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date
    ? Number.NaN
    : Date.parse(whole);
}

function inRange(millis: number, given: string | number): number {
  if (Math.abs(millis) <= 8_640_000_000_000_000) return millis;
  throw new Failure('E_EXPR', `${quote(given)} is not a date and time that exists.`);
}

function quote(value: string | number): string {
  return typeof value === 'number' ? String(value) : `“${value.slice(0, 60)}”`;
}
