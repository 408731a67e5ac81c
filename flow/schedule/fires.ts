import type { Calendar, Clock } from './calendar.js';
import { instantsOf, offsetAt, type WallTime, wallTimeAt } from './zone.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** A day that comes at all comes within so long: 29 February on a given weekday, over a century without leap year. */
const longestDays = 41 * 366;

/** The next times at which the clock fires after an instant, without jitter; none when it never does. */
export function nextFires(clock: Clock, after: Date, count: number): Date[] {
  return take(firesFrom(clock, after.getTime(), 1), count);
}

/** Whether the clock fires at just this time. */
export function isFire(clock: Clock, time: Date): boolean {
  const [fire] = nextFires(clock, new Date(time.getTime() - 1), 1);
  return fire?.getTime() === time.getTime();
}

/** The last times at which it fired before an instant, newest first; none before `since`. */
export function lastFires(clock: Clock, before: Date, count: number, since: Date): Date[] {
  const fires = take(firesFrom(clock, before.getTime(), -1, since.getTime()), count);
  return fires.filter((fire) => fire >= since);
}

function take(fires: Iterable<number>, count: number): Date[] {
  const taken: Date[] = [];
  for (const fire of fires) {
    if (taken.length === count) break;
    taken.push(new Date(fire));
  }
  return taken;
}

/** The fires after an instant in order, or those before it backwards, as far as `until`. */
function* firesFrom(clock: Clock, instant: number, direction: 1 | -1, until?: number): Generator<number> {
  if ('every' in clock) {
    const step = clock.every * 1_000;
    const first = direction === 1 ? Math.floor(instant / step) + 1 : Math.ceil(instant / step) - 1;
    for (let count = first; ; count += direction) yield count * step;
  }
  const isPast = (fire: number) => (direction === 1 ? fire > instant : fire < instant);
  const days = daysFrom(clock.calendar, wallTimeAt(instant, clock.zone) - direction * day, direction);
  for (const start of days) {
    if (until !== undefined && start < until - 2 * day) return;
    const fires = firesOfDay(clock, start).filter(isPast);
    yield* direction === 1 ? fires : fires.reverse();
  }
}

/** The days on which the calendar fires, from one on, as their midnights on the wall. */
function* daysFrom(calendar: Calendar, first: WallTime, direction: 1 | -1): Generator<WallTime> {
  const start = Math.floor(first / day) * day;
  for (let count = 0; count < longestDays; count++) {
    const wall = start + direction * count * day;
    if (isOn(calendar, wall)) yield wall;
  }
}

/** Whether the calendar fires on a day, by its month, its number and its weekday. */
export function isOn({ months, daysOfMonth, daysOfWeek }: Calendar, wall: WallTime): boolean {
  const date = new Date(wall);
  const fits = (list: number[] | null, value: number) => list === null || list.includes(value);
  return (
    fits(months, date.getUTCMonth() + 1) && fits(daysOfMonth, date.getUTCDate()) && fits(daysOfWeek, date.getUTCDay())
  );
}

/** The times on the wall at which the calendar fires on one of its days. */
export function wallTimesOf({ hours, minutes }: Calendar, midnight: WallTime): WallTime[] {
  const all = (count: number) => Array.from({ length: count }, (_, value) => value);
  return (hours ?? all(24)).flatMap((h) => (minutes ?? all(60)).map((m) => midnight + h * hour + m * minute));
}

function firesOfDay({ calendar, zone }: Extract<Clock, { zone: string }>, midnight: WallTime): number[] {
  const times = wallTimesOf(calendar, midnight);
  const offset = offsetAt(midnight - day, zone);
  // On a day near no change of the clock all its times are equally far from UTC.
  if (offset === offsetAt(midnight + 2 * day, zone)) return times.map((wall) => wall - offset);
  return times.flatMap((wall) => instantsOf(wall, zone)).sort((a, b) => a - b);
}
