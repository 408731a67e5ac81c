import type { Calendar, Clock } from './calendar.js';
import { offsetAt } from './zone.js';

const day = 86_400_000;

/**
 * Calendars in UTC that together hold every fire of a clock between two instants, for who keeps time without knowing
 * zones. Near a change of the clock, and where dates shift, they hold more: `isFire` tells which are real.
 */
export function utcCalendars({ calendar, zone }: Extract<Clock, { zone: string }>, from: Date, to: Date): Calendar[] {
  const offsets = new Set<number>();
  for (let instant = from.getTime(); instant < to.getTime() + day; instant += day) {
    offsets.add(offsetAt(Math.min(instant, to.getTime()), zone) / 60_000);
  }
  return [...offsets].sort((a, b) => a - b).flatMap((offset) => shifted(calendar, offset));
}

/** The calendar as a clock shows it that is behind by so many minutes. */
function shifted(calendar: Calendar, offset: number): Calendar[] {
  const all = (count: number) => Array.from({ length: count }, (_, value) => value);
  const byShift = new Map<string, { days: number; hours: Set<number>; minutes: Set<number> }>();
  for (const [carry, minutes] of carried(calendar.minutes ?? all(60), -offset, 60)) {
    for (const [days, hours] of carried(calendar.hours ?? all(24), carry, 24)) {
      const key = `${days} ${minutes}`;
      const group = byShift.get(key) ?? { days, hours: new Set(), minutes: new Set(minutes) };
      for (const hour of hours) group.hours.add(hour);
      byShift.set(key, group);
    }
  }
  return [...byShift.values()].map(({ days, hours, minutes }) => ({
    minutes: listOf(minutes, 60),
    hours: listOf(hours, 24),
    ...onDays(calendar, days),
  }));
}

/** Values moved by a distance within a range, by what they carry over into the next larger unit. */
function carried(values: number[], distance: number, range: number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const value of values) {
    const carry = Math.floor((value + distance) / range);
    const moved = value + distance - carry * range;
    groups.set(carry, [...(groups.get(carry) ?? []), moved]);
  }
  return groups;
}

/** The days a day earlier or later; a date or month that shifts is any. */
function onDays({ daysOfMonth, months, daysOfWeek }: Calendar, days: number) {
  if (days === 0) return { daysOfMonth, months, daysOfWeek };
  const week = daysOfWeek?.map((weekday) => (weekday + days + 7) % 7).sort((a, b) => a - b) ?? null;
  return { daysOfMonth: null, months: null, daysOfWeek: week };
}

const listOf = (values: Set<number>, range: number): number[] | null =>
  values.size === range ? null : [...values].sort((a, b) => a - b);
