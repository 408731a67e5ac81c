/** Text for times, durations and sizes, in one form everywhere. Pure, so that specs can hold it. */

/** As the beginning of a sentence. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const grouped = new Intl.NumberFormat('en');

/** `2 minutes ago`, `in 3 hours`; within a minute `just now` or `in under a minute`. */
export function relativeTime(instant: string, now: number): string {
  const seconds = (Date.parse(instant) - now) / 1000;
  if (Number.isNaN(seconds)) return '–';
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return seconds > 5 ? 'in under a minute' : 'just now';
}

/** The exact time in the reader's zone, with seconds. */
export function exactTime(instant: string): string {
  const time = Date.parse(instant);
  return Number.isNaN(time) ? '–' : exact.format(time);
}

/** A time on the wall of a zone: `Mon 23 Nov 2026, 09:00`, with seconds where it has some. */
export function zonedTime(time: Date, zone: string): string {
  const seconds = time.getUTCSeconds() === 0 ? {} : ({ second: '2-digit' } as const);
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...seconds,
  });
  return parts.format(time).replace(/^(\w+), /, '$1 ');
}

/** How far a zone is from UTC at a time: `UTC+2`, `UTC+5:30`. */
export function offsetName(time: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(time);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
  return name.replace('GMT', 'UTC').replace(/\+0$/, '');
}

/** A duration with two digits that matter: `340 ms`, `1.4 s`, `52 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return '–';
  const ms = Math.max(0, Math.round(milliseconds));
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return twoParts(seconds, 60, 'min', 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return twoParts(minutes, 60, 'h', 'min');
  return twoParts(Math.round(minutes / 60), 24, 'd', 'h');
}

function twoParts(total: number, big: number, bigName: string, smallName: string): string {
  const rest = total % big;
  const first = `${Math.floor(total / big)} ${bigName}`;
  return rest === 0 ? first : `${first} ${rest} ${smallName}`;
}

/** Milliseconds between two instants, the second being now while it is missing; null before the first. */
export function elapsed(from: string | null, to: string | null, now: number): number | null {
  return from === null ? null : (to === null ? now : Date.parse(to)) - Date.parse(from);
}

/** `1,234,567` */
export function number(value: number): string {
  return grouped.format(value);
}

/** `1 run`, `3 runs`, `1,200 runs` */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** `812 B`, `4.2 KB`, `1.3 MB`, `2.0 GB` (1 KB is 1,024 B) */
export function bytes(size: number): string {
  if (size < 1_024) return `${size} B`;
  if (size < 1_048_576) return `${(size / 1_024).toFixed(1)} KB`;
  if (size < 1_073_741_824) return `${(size / 1_048_576).toFixed(1)} MB`;
  return `${(size / 1_073_741_824).toFixed(1)} GB`;
}

/** A value on one line of a table: text as it is, everything else as JSON. */
export function inline(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return JSON.stringify(value);
}

/** `firstName`, `first_name` and `first-name` as words: `First name`. */
export function words(name: string): string {
  const spaced = name
    .replace(/[_-]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
