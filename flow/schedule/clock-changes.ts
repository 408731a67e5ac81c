import type { Clock } from './calendar.js';
import { isOn, wallTimesOf } from './fires.js';
import { instantsOf, offsetAt, type WallTime } from './zone.js';

const day = 86_400_000;

/** Times of a schedule that a day does not have, or has twice, because the clock is changed on it. */
export interface ClockChange {
  /** The day, as `2026-03-29`. */
  date: string;
  /** The times on it, as `02:30`, in order. */
  times: string[];
  fires: 'never' | 'twice';
}

/**
 * What changes of the clock do to a schedule within so many days. A schedule of every hour loses and repeats nothing
 * that anybody would miss, so nothing is said of it.
 */
export function clockChanges(clock: Clock, from: Date, days = 366): ClockChange[] {
  if ('every' in clock || clock.calendar.hours === null) return [];
  const { calendar, zone } = clock;
  const first = Math.floor(from.getTime() / day) * day;
  const found: ClockChange[] = [];
  for (let midnight = first; midnight <= first + days * day; midnight += day) {
    if (!isOn(calendar, midnight) || offsetAt(midnight - day, zone) === offsetAt(midnight + 2 * day, zone)) continue;
    const times = wallTimesOf(calendar, midnight).map((wall) => ({ wall, count: instantsOf(wall, zone).length }));
    for (const [count, fires] of [
      [0, 'never'],
      [2, 'twice'],
    ] as const) {
      const odd = times.filter((time) => time.count === count).map(({ wall }) => timeOf(wall));
      if (odd.length > 0) found.push({ date: new Date(midnight).toISOString().slice(0, 10), times: odd, fires });
    }
  }
  return found;
}

const timeOf = (wall: WallTime): string => new Date(wall).toISOString().slice(11, 16);
