import type { Calendar } from './calendar.js';

interface Field {
  part: keyof Calendar;
  name: string;
  least: number;
  most: number;
  words: string[];
}

const fields: Field[] = [
  { part: 'minutes', name: 'minute', least: 0, most: 59, words: [] },
  { part: 'hours', name: 'hour', least: 0, most: 23, words: [] },
  { part: 'daysOfMonth', name: 'day of the month', least: 1, most: 31, words: [] },
  {
    part: 'months',
    name: 'month',
    least: 1,
    most: 12,
    words: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' '),
  },
  {
    part: 'daysOfWeek',
    name: 'day of the week',
    least: 0,
    most: 7,
    words: 'sun mon tue wed thu fri sat'.split(' '),
  },
];

/**
 * A cron text of five fields as a calendar, or what is wrong with it: stars, numbers, names, ranges, lists and steps.
 * Unlike in some crons, a day fits only if both its number and its weekday do.
 */
export function readCron(cron: string): Calendar | { problem: string } {
  const texts = cron.trim().split(/\s+/);
  if (texts.length !== fields.length) return { problem: `It has ${texts.length} fields instead of 5.` };
  const calendar: Calendar = { minutes: null, hours: null, daysOfMonth: null, months: null, daysOfWeek: null };
  for (const [index, field] of fields.entries()) {
    const text = texts[index] ?? '';
    const items = text.split(',').map((item) => readItem(item, field));
    if (items.some((values) => values === undefined)) {
      return { problem: `The ${field.name} "${text}" is not between ${field.least} and ${field.most}.` };
    }
    calendar[field.part] = listOf(
      items.flatMap((values) => values ?? []),
      field,
    );
  }
  return calendar;
}

/** The values of one item of a field, such as `*`, `5`, `mon-fri`, `0-30/10`; undefined when it cannot be read. */
function readItem(item: string, field: Field): number[] | undefined {
  const [range = '', step = '1', ...more] = item.split('/');
  if (more.length > 0 || !/^\d+$/.test(step) || Number(step) === 0) return undefined;
  const [start, end] = range === '*' ? [field.least, field.most] : readRange(range, field, item.includes('/'));
  if (start === undefined || end === undefined || start > end) return undefined;
  const count = Math.floor((end - start) / Number(step)) + 1;
  return Array.from({ length: count }, (_, index) => start + index * Number(step));
}

function readRange(range: string, field: Field, stepped: boolean): [number?, number?] {
  const ends = range.split('-');
  const [start, end] = ends.map((text) => readValue(text, field));
  if (ends.length > 2 || start === undefined) return [];
  // A single value with a step goes on to the last one.
  if (ends.length === 1) return [start, stepped ? lastOf(field) : start];
  // A week that ends on Sunday.
  return [start, field.part === 'daysOfWeek' && end === 0 && start > 0 ? 7 : end];
}

function readValue(text: string, { least, most, words }: Field): number | undefined {
  const word = words.indexOf(text.toLowerCase());
  if (word >= 0) return word + least;
  return /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined;
}

/** Sorted, with 7 as Sunday; null where nothing is left out. */
function listOf(values: number[], field: Field): number[] | null {
  const inWeek = field.part === 'daysOfWeek' ? values.map((value) => value % 7) : values;
  const list = [...new Set(inWeek)].sort((a, b) => a - b);
  return list.length === lastOf(field) - field.least + 1 ? null : list;
}

/** 7 is Sunday once more. */
const lastOf = (field: Field): number => (field.part === 'daysOfWeek' ? 6 : field.most);
