import type { FunctionDoc } from './function-doc.js';

const topic = 'Dates';

/** An instant is ISO text with a zone, a date alone (its midnight in UTC), or milliseconds since 1970. */
export const addedDates = [
  {
    name: 'date',
    topic,
    parameters: ['instant: instant', 'zone?: text', 'picture?: text'],
    gives: 'text',
    brief: 'text of an instant in a time zone',
    about: 'In UTC when the zone is left out. The picture is that of $fromMillis; without one, ISO 8601.',
    example: {
      source: '$date("2026-07-01T06:30:00Z", "Europe/Zurich", "[D01].[M01].[Y0001] [H01]:[m01]")',
      gives: '01.07.2026 08:30',
    },
  },
  {
    name: 'instant',
    topic,
    parameters: ['text: text', 'zone: text', 'picture?: text'],
    gives: 'text',
    brief: 'the instant of a local date and time',
    about:
      'As ISO text in UTC. The text is such as 2026-12-01 09:00, or as the picture says, which is that of $toMillis. A time that the clock skips moves on by as much as the clock does; of one that comes twice it is the first. $localTime tells which.',
    example: {
      source: '$instant("24.12.2026 18:00", "Europe/Zurich", "[D01].[M01].[Y0001] [H01]:[m01]")',
      gives: '2026-12-24T17:00:00.000Z',
    },
  },
  {
    name: 'localTime',
    topic,
    parameters: ['text: text', 'zone: text'],
    gives: 'object',
    fixedMembers: true,
    brief: 'how often a zone’s clock shows a local date and time, and when',
    about:
      'occurs is once, never (the clock is put forward over it) or twice (the clock is put back over it). instants has each of them; of a time that is never shown, the one that $instant takes.',
    example: {
      source: '$localTime("2026-10-25 02:30", "Europe/Zurich")',
      gives: { occurs: 'twice', instants: ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'] },
    },
  },
  {
    name: 'addTime',
    topic,
    parameters: ['instant: instant', 'amount: number', 'unit: text', 'zone?: text'],
    gives: 'text',
    brief: 'the instant so much later or earlier',
    about:
      'The unit is second, minute, hour, day, week, month or year, also in the plural. Days and more follow the calendar and clock of the zone, so a day with a change of clocks has 23 or 25 hours.',
    example: {
      source: '$addTime("2026-10-24T12:00:00Z", 1, "day", "Europe/Zurich")',
      gives: '2026-10-25T13:00:00.000Z',
    },
  },
  {
    name: 'startOf',
    topic,
    parameters: ['instant: instant', 'unit: text', 'zone?: text'],
    gives: 'text',
    brief: 'the beginning of the hour, day, week, month or year',
    about: 'By the calendar and clock of the zone. A week begins on Monday.',
    example: {
      source: '$startOf("2026-07-01T22:30:00Z", "day", "Europe/Zurich")',
      gives: '2026-07-01T22:00:00.000Z',
    },
  },
  {
    name: 'timeBetween',
    topic,
    parameters: ['from: instant', 'to: instant', 'unit: text'],
    gives: 'number',
    brief: 'how long it is from one instant to another',
    about: 'In seconds, minutes, hours, days (of 24 hours) or weeks; negative when to is earlier.',
    example: { source: '$timeBetween("2026-11-01", "2026-11-15T12:00:00Z", "days")', gives: 14.5 },
  },
] as const satisfies FunctionDoc[];

export const builtinDates = [
  {
    name: 'now',
    topic,
    parameters: ['picture?: text', 'offset?: text'],
    gives: 'text',
    brief: 'this instant',
    about: 'The same in all expressions of one evaluation.',
    example: { source: '$now()', gives: '2026-11-21T10:00:00.000Z' },
  },
  {
    name: 'millis',
    topic,
    parameters: [],
    gives: 'number',
    brief: 'this instant as milliseconds since 1970',
    example: { source: '$millis()', gives: 1795255200000 },
  },
  {
    name: 'toMillis',
    topic,
    parameters: ['text: text', 'picture?: text'],
    gives: 'number',
    brief: 'an instant as milliseconds since 1970',
    example: { source: '$toMillis("2026-11-21T10:00:00Z")', gives: 1795255200000 },
  },
  {
    name: 'fromMillis',
    topic,
    parameters: ['milliseconds: number', 'picture?: text', 'offset?: text'],
    gives: 'text',
    brief: 'milliseconds since 1970 as text',
    about: 'The offset is such as +0100; $date takes a zone instead.',
    example: { source: '$fromMillis(1795255200000, "[D01].[M01].[Y0001]")', gives: '21.11.2026' },
  },
] as const satisfies FunctionDoc[];
