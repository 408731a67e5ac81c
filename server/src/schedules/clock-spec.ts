import { type Calendar, type Clock, utcCalendars } from '@castellan/flow';
import type { CalendarSpec, ScheduleSpec } from '@temporalio/client';

const months = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
] as const;
const weekdays = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const;

const day = 86_400_000;
/** How long before and after a change of the clock both times of the zone are kept in mind. */
const around = { before: 9 * day, after: 2 * day };

/**
 * A schedule trigger's clock as Temporal is to keep it about now. It is told the times in UTC, for where an hour comes
 * twice it keeps zones in its own way; a time that it then has too many is no fire (`isFire`).
 */
export function clockSpec(clock: Clock, jitterSeconds: number, now: Date): ScheduleSpec {
  const jitter = jitterSeconds > 0 ? { jitter: jitterSeconds * 1_000 } : {};
  if ('every' in clock) return { intervals: [{ every: clock.every * 1_000 }], ...jitter };
  const from = new Date(now.getTime() - around.after);
  const to = new Date(now.getTime() + around.before);
  return { calendars: utcCalendars(clock, from, to).map(calendarSpec), ...jitter };
}

function calendarSpec(calendar: Calendar): CalendarSpec {
  return {
    second: 0,
    minute: calendar.minutes ?? '*',
    hour: calendar.hours ?? '*',
    dayOfMonth: calendar.daysOfMonth ?? '*',
    month: calendar.months?.flatMap((month) => months[month - 1] ?? []) ?? '*',
    dayOfWeek: calendar.daysOfWeek?.flatMap((day) => weekdays[day] ?? []) ?? '*',
  };
}
