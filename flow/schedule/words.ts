import type { Calendar, Clock } from './calendar.js';
import type { ClockChange } from './clock-changes.js';

/** From Sunday, which is 0. */
export const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** More times of a day than these are described by their hours and minutes. */
const fewTimes = 4;

/** A schedule in plain words, such as "every Monday at 09:00, Europe/Berlin". */
export function clockWords(clock: Clock): string {
  if ('every' in clock) return `every ${durationWords(clock.every)}`;
  const { calendar, zone } = clock;
  const times = timeWords(calendar);
  const days = dayWords(calendar);
  const text = times.often ? [times.text, days].filter(Boolean).join(', ') : `${days || 'every day'} ${times.text}`;
  return `${text}, ${zone}`;
}

/** What a change of the clock does to a schedule, as a sentence. */
export function clockChangeWords({ date, times, fires }: ClockChange, zone: string): string {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  const on = `on ${day} ${months[month - 1]} ${year} in ${zone}`;
  const which = times.length > fewTimes ? `${times[0]} to ${times.at(-1)}` : listWords(times);
  const one = times.length === 1;
  if (fires === 'never') return `${which} ${one ? 'does' : 'do'} not exist ${on}: no fire.`;
  return `${which} ${one ? 'happens' : 'happen'} twice ${on}: it fires twice.`;
}

/** Seconds in the largest unit that divides them: "minute", "5 minutes". */
export function durationWords(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ];
  const [size, name] = units.find(([length]) => seconds % length === 0) ?? [1, 'second'];
  const count = seconds / size;
  return count === 1 ? name : `${count} ${name}s`;
}

/** When on a day; `often` where it reads better before the days. */
function timeWords({ hours, minutes }: Calendar): { text: string; often: boolean } {
  const rhythm = minuteWords(minutes);
  if (hours === null) return { text: rhythm, often: true };
  const count = hours.length * (minutes?.length ?? 60);
  if (minutes !== null && count <= fewTimes) {
    const times = hours.flatMap((hour) => minutes.map((minute) => `${pad(hour)}:${pad(minute)}`));
    return { text: `at ${listWords(times)}`, often: false };
  }
  return { text: `${rhythm} ${hourWords(hours, minutes)}`, often: true };
}

function minuteWords(minutes: number[] | null): string {
  if (minutes === null) return 'every minute';
  const step = stepOf(minutes, 60);
  if (minutes.length === 1) return minutes[0] === 0 ? 'every hour' : `${minutes[0]} minutes past every hour`;
  return step === null ? `at the minutes ${listWords(minutes)} of every hour` : `every ${step} minutes`;
}

function hourWords(hours: number[], minutes: number[] | null): string {
  const [first = 0] = hours;
  const last = hours.at(-1) ?? first;
  const isRow = hours.length === last - first + 1;
  if (isRow) return `from ${pad(first)}:${pad(minutes?.[0] ?? 0)} to ${pad(last)}:${pad(minutes?.at(-1) ?? 59)}`;
  return `in the hours ${listWords(hours.map(pad))}`;
}

/** Which days; empty for every day. */
function dayWords({ daysOfMonth, daysOfWeek, months: inMonths }: Calendar): string {
  const named = inMonths === null ? '' : ` in ${listWords(inMonths.map((month) => months[month - 1] ?? ''))}`;
  const week = daysOfWeek === null ? '' : weekWords(daysOfWeek);
  if (daysOfMonth === null) return week === '' && named === '' ? '' : `every ${week || 'day'}${named}`;
  const numbers = `${daysOfMonth.length === 1 ? 'day' : 'days'} ${listWords(daysOfMonth)}`;
  const monthly = `on ${numbers} of ${named === '' ? 'every month' : named.slice(' in '.length)}`;
  return week === '' ? monthly : `${monthly} if it is a ${week.replaceAll(' and ', ' or ')}`;
}

function weekWords(days: number[]): string {
  const text = days.join();
  if (text === '1,2,3,4,5') return 'Monday to Friday';
  if (text === '0,6') return 'Saturday and Sunday';
  return listWords(days.map((day) => weekdays[day] ?? ''));
}

/** The step of a list that goes evenly through the whole range from 0, else null. */
function stepOf(values: number[], range: number): number | null {
  const step = range / values.length;
  return Number.isInteger(step) && values.every((value, index) => value === index * step) ? step : null;
}

function listWords(items: (string | number)[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

const pad = (value: number): string => String(value).padStart(2, '0');
