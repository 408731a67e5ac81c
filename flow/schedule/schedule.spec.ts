import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Clock,
  clockChanges,
  clockChangeWords,
  clockOf,
  clockWords,
  isFire,
  lastFires,
  nextFires,
  readCron,
  utcCalendars,
} from './index.js';

const clock = (fields: Parameters<typeof clockOf>[0]): Clock => {
  const read = clockOf(fields);
  if (!read) throw new Error(`${JSON.stringify(fields)} is no clock`);
  return read;
};
const berlin = (cron: string): Clock => clock({ cron, zone: 'Europe/Berlin' });
const iso = (fires: Date[]): string[] => fires.map((fire) => fire.toISOString().replace(':00.000Z', 'Z'));
const next = (of: Clock, after: string, count = 3): string[] => iso(nextFires(of, new Date(after), count));

describe('the next fires', () => {
  test('follow the clock on the wall of the zone', () => {
    expect(next(berlin('0 9 * * 1'), '2026-03-20T00:00:00Z')).toEqual([
      '2026-03-23T08:00Z',
      '2026-03-30T07:00Z',
      '2026-04-06T07:00Z',
    ]);
    expect(
      next(clock({ calendar: { hours: [23], minutes: [30] }, zone: 'America/New_York' }), '2026-07-01T00:00Z', 1),
    ).toEqual(['2026-07-01T03:30Z']);
  });

  test('never are the present moment, and always come later', () => {
    expect(next(berlin('0 9 * * *'), '2026-07-01T07:00:00Z', 1)).toEqual(['2026-07-02T07:00Z']);
    expect(next(clock({ every: 300 }), '2026-07-01T07:00:00Z', 2)).toEqual(['2026-07-01T07:05Z', '2026-07-01T07:10Z']);
  });

  test('of an interval count from the beginning of 1970', () => {
    expect(next(clock({ every: 86_400 }), '2026-07-01T07:00:00Z', 1)).toEqual(['2026-07-02T00:00Z']);
    expect(next(clock({ every: 7 * 86_400 }), '2026-07-01T07:00:00Z', 1)).toEqual(['2026-07-02T00:00Z']);
  });

  test('leave out a time that the day does not have, and come twice where it has it twice', () => {
    const at = berlin('30 2 * * *');
    expect(next(at, '2026-03-28T00:00:00Z')).toEqual(['2026-03-28T01:30Z', '2026-03-30T00:30Z', '2026-03-31T00:30Z']);
    expect(next(at, '2026-10-24T12:00:00Z')).toEqual(['2026-10-25T00:30Z', '2026-10-25T01:30Z', '2026-10-26T01:30Z']);
    expect(next(berlin('0,30 2 * * *'), '2026-10-24T12:00:00Z', 4)).toEqual([
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T01:30Z',
    ]);
  });

  test('fit the day of the month and the weekday both', () => {
    expect(next(clock({ cron: '0 0 13 * 5' }), '2026-01-01T00:00:00Z')).toEqual([
      '2026-02-13T00:00Z',
      '2026-03-13T00:00Z',
      '2026-11-13T00:00Z',
    ]);
  });

  test('are found years ahead, and are none where the date never comes', () => {
    expect(next(clock({ cron: '0 0 29 2 1' }), '2026-01-01T00:00:00Z', 1)).toEqual(['2044-02-29T00:00Z']);
    expect(next(clock({ cron: '0 0 30 2 *' }), '2026-01-01T00:00:00Z')).toEqual([]);
  });
});

test('the last fires are those before, newest first, as far back as the schedule is on', () => {
  const last = (since: string) =>
    iso(lastFires(berlin('30 2 * * *'), new Date('2026-10-26T00:00Z'), 4, new Date(since)));
  expect(last('2026-01-01T00:00Z')).toEqual([
    '2026-10-25T01:30Z',
    '2026-10-25T00:30Z',
    '2026-10-24T00:30Z',
    '2026-10-23T00:30Z',
  ]);
  expect(last('2026-10-25T01:00Z')).toEqual(['2026-10-25T01:30Z']);
  const every = lastFires(clock({ every: 60 }), new Date('2026-01-01T00:10:00Z'), 5, new Date('2026-01-01T00:08:00Z'));
  expect(iso(every)).toEqual(['2026-01-01T00:09Z', '2026-01-01T00:08Z']);
});

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Auckland'];
const crons = ['*/20 1-3 * * *', '0 0 * * *', '15 * * * *', '59 23 1,15,31 * *', '0 2 * * 0', '30 2,14 */3 * mon-wed'];
const instants = fc.date({ min: new Date('2025-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });

test('calendars in UTC hold every fire, near a change of the clock some more', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.constantFrom(...crons), instants, (zone, cron, from) => {
      const of = clock({ cron, zone }) as Extract<Clock, { zone: string }>;
      const to = new Date(from.getTime() + 11 * 86_400_000);
      const fires = nextFires(of, from, 40).filter((fire) => fire < to);
      const calendars = utcCalendars(of, from, to).map((calendar): Clock => ({ calendar, zone: 'UTC' }));
      for (const fire of fires) expect(calendars.some((calendar) => isFire(calendar, fire))).toBe(true);
    }),
    { numRuns: 60 },
  );
  const berlin9 = utcCalendars(berlin('0 9 * * 1') as never, new Date('2026-07-01'), new Date('2026-07-12'));
  expect(berlin9).toEqual([{ minutes: [0], hours: [7], daysOfMonth: null, months: null, daysOfWeek: [1] }]);
  const changing = utcCalendars(berlin('0 1 * * 1') as never, new Date('2026-10-20'), new Date('2026-11-01'));
  expect(changing.map(({ hours, daysOfWeek }) => [hours, daysOfWeek])).toEqual([
    [[0], [1]],
    [[23], [0]],
  ]);
});

test('backwards come the same fires as forwards, in every zone and season', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.constantFrom(...crons), instants, (zone, cron, from) => {
      const of = clock({ cron, zone });
      const fires = nextFires(of, from, 30);
      const end = new Date((fires.at(-1) ?? from).getTime() + 1);
      const since = new Date(from.getTime() + 1);
      expect(lastFires(of, end, 30, since).reverse()).toEqual(fires);
      expect(fires).toEqual([...fires].sort((a, b) => a.getTime() - b.getTime()));
    }),
    { numRuns: 60 },
  );
});

describe('changes of the clock', () => {
  const of = (at: Clock, from = '2026-01-01T00:00Z') =>
    clockChanges(at, new Date(from)).map((change) => clockChangeWords(change, 'Europe/Berlin'));

  test('are said where they leave out a fire or double it', () => {
    expect(of(berlin('30 2 * * *'))).toEqual([
      '02:30 does not exist on 29 March 2026 in Europe/Berlin: no fire.',
      '02:30 happens twice on 25 October 2026 in Europe/Berlin: it fires twice.',
    ]);
    expect(of(berlin('*/30 2 * * *'))[0]).toBe(
      '02:00 and 02:30 do not exist on 29 March 2026 in Europe/Berlin: no fire.',
    );
    expect(of(berlin('*/5 1-3 * * *'))[1]).toBe(
      '02:00 to 02:55 happen twice on 25 October 2026 in Europe/Berlin: it fires twice.',
    );
  });

  test('are not spoken of where they do nothing', () => {
    expect(of(berlin('30 4 * * *'))).toEqual([]);
    expect(of(berlin('30 2 * * 1-5'))).toEqual([]);
    expect(of(berlin('30 * * * *'))).toEqual([]);
    expect(of(clock({ cron: '30 2 * * *' }))).toEqual([]);
    expect(of(clock({ every: 60 }))).toEqual([]);
  });
});

describe('in words', () => {
  test.each([
    ['0 9 * * 1', 'every Monday at 09:00'],
    ['30 17 * * 1-5', 'every Monday to Friday at 17:30'],
    ['0 9,17 * * *', 'every day at 09:00 and 17:00'],
    ['0 0 1 * *', 'on day 1 of every month at 00:00'],
    ['0 0 1,15 1,7 *', 'on days 1 and 15 of January and July at 00:00'],
    ['0 6 * 12 *', 'every day in December at 06:00'],
    ['0 12 13 * 5', 'on day 13 of every month if it is a Friday at 12:00'],
    ['* * * * *', 'every minute'],
    ['*/15 * * * *', 'every 15 minutes'],
    ['0 * * * *', 'every hour'],
    ['5 * * * 0,6', '5 minutes past every hour, every Saturday and Sunday'],
    ['3,7 * * * *', 'at the minutes 3 and 7 of every hour'],
    ['0 9-17 * * 1-5', 'every hour from 09:00 to 17:00, every Monday to Friday'],
    ['*/10 8-9 * * *', 'every 10 minutes from 08:00 to 09:50'],
    ['0 */4 * * *', 'every hour in the hours 00, 04, 08, 12, 16 and 20'],
  ])('%s is %s', (cron, words) => {
    expect(clockWords(berlin(cron))).toBe(`${words}, Europe/Berlin`);
  });

  test.each([
    [1, 'every second'],
    [90, 'every 90 seconds'],
    [300, 'every 5 minutes'],
    [7_200, 'every 2 hours'],
    [86_400, 'every day'],
  ])('an interval of %i is %s', (every, words) => {
    expect(clockWords(clock({ every }))).toBe(words);
  });
});

test('what says no time has no clock', () => {
  for (const fields of [
    {},
    { cron: 'daily' },
    { cron: 5 },
    { every: 'x' },
    { calendar: { hours: [] } },
    { calendar: 1 },
  ]) {
    expect(clockOf(fields)).toBeUndefined();
  }
  expect(clockOf({ cron: '* * * * *', zone: 'Berlin' })).toBeUndefined();
});

test('a cron text is read as the minutes, hours and days that it lists', () => {
  expect(readCron('*/20 8-10 1,15 jan-mar MON,fri-sun')).toEqual({
    minutes: [0, 20, 40],
    hours: [8, 9, 10],
    daysOfMonth: [1, 15],
    months: [1, 2, 3],
    daysOfWeek: [0, 1, 5, 6],
  });
  expect(readCron('5/15 0-23 */1 * 0-7')).toEqual({
    minutes: [5, 20, 35, 50],
    hours: null,
    daysOfMonth: null,
    months: null,
    daysOfWeek: null,
  });
});
