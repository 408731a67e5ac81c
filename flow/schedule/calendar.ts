import { readCron } from './cron.js';
import { isZone } from './zone.js';

/**
 * The minutes of a clock on the wall at which a schedule fires: those that fit every list. Each list is sorted;
 * `null` is every value. A text of cron says the same.
 */
export interface Calendar {
  minutes: number[] | null;
  hours: number[] | null;
  daysOfMonth: number[] | null;
  /** 1 is January. */
  months: number[] | null;
  /** 0 is Sunday. */
  daysOfWeek: number[] | null;
}

/** When a schedule fires, but for jitter: every so many seconds since 1970 began, or by a calendar in a zone. */
export type Clock = { every: number } | { calendar: Calendar; zone: string };

/** What a schedule trigger says of its times; a draft's may say anything. */
export interface ClockFields {
  cron?: unknown;
  every?: unknown;
  calendar?: unknown;
  zone?: unknown;
  [other: string]: unknown;
}

/** The trigger's clock; undefined where it has none that can be read. */
export function clockOf({ cron, every, calendar, zone = 'UTC' }: ClockFields): Clock | undefined {
  if (every !== undefined) return typeof every === 'number' && every >= 1 ? { every: Math.floor(every) } : undefined;
  if (typeof zone !== 'string' || !isZone(zone)) return undefined;
  const read = cron === undefined ? readLists(calendar) : typeof cron === 'string' ? readCron(cron) : undefined;
  return read === undefined || 'problem' in read ? undefined : { calendar: read, zone };
}

const lists = ['minutes', 'hours', 'daysOfMonth', 'months', 'daysOfWeek'] as const;

/** A calendar as the format has it: a list left out is every value, but minutes are 0. */
function readLists(calendar: unknown): Calendar | undefined {
  if (typeof calendar !== 'object' || calendar === null) return undefined;
  const given = calendar as Partial<Record<keyof Calendar, unknown>>;
  if (lists.some((name) => given[name] !== undefined && !isNumbers(given[name]))) return undefined;
  const read = Object.fromEntries(lists.map((name) => [name, sorted(given[name] as number[] | undefined)]));
  return { ...(read as unknown as Calendar), minutes: sorted(given.minutes as number[] | undefined) ?? [0] };
}

const isNumbers = (list: unknown): boolean =>
  Array.isArray(list) && list.length > 0 && list.every((value) => Number.isInteger(value));

const sorted = (list: number[] | undefined): number[] | null =>
  list === undefined ? null : [...new Set(list)].sort((a, b) => a - b);
