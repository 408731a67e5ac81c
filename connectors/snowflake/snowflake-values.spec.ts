import { expect, it } from 'vitest';
import { cellValue } from './snowflake-values.js';

const value = (type: string, text: string | null, scale?: number) => cellValue(text, { name: 'C', type, scale });

it('keeps a number that JSON can hold as a number, and any other as its text', () => {
  expect(value('fixed', '42', 0)).toBe(42);
  expect(value('fixed', '-12.50', 2)).toBe(-12.5);
  expect(value('fixed', '0.00', 2)).toBe(0);
  expect(value('fixed', '9007199254740991', 0)).toBe(9007199254740991);
  expect(value('fixed', '9007199254740993', 0)).toBe('9007199254740993');
  expect(value('fixed', '0.12345678901234567890', 20)).toBe('0.12345678901234567890');
  expect(value('fixed', '99999999999999999999999999999999999999', 0)).toBe('99999999999999999999999999999999999999');
  expect(value('decfloat', '1.5E+300')).toBe(1.5e300);
  expect(value('decfloat', '1.2345678901234567890E+300')).toBe('1.2345678901234567890E+300');
  expect(value('real', '1.5e300')).toBe(1.5e300);
  expect(value('real', 'NaN')).toBe('NaN');
});

it('gives dates and times as they are on the wall, with as many decimals as the column has', () => {
  expect(value('date', '18262')).toBe('2020-01-01');
  expect(value('date', '-1')).toBe('1969-12-31');
  expect(value('time', '3723.250000000', 3)).toBe('01:02:03.250');
  expect(value('time', '3723', 0)).toBe('01:02:03');
  expect(value('timestamp_ntz', '1565481394.123000000', 9)).toBe('2019-08-10T23:56:34.123000000');
  expect(value('timestamp_ntz', '-0.5', 1)).toBe('1969-12-31T23:59:59.5');
});

it('tells a moment from a time on the wall', () => {
  expect(value('timestamp_ltz', '1616173619.000000000', 0)).toBe('2021-03-19T17:06:59Z');
  expect(value('timestamp_tz', '1616173619.000000000 960', 0)).toBe('2021-03-19T09:06:59-08:00');
  expect(value('timestamp_tz', '1616173619.5 1770', 1)).toBe('2021-03-19T22:36:59.5+05:30');
});

it('reads the JSON of a VARIANT without changing a number in it', () => {
  expect(value('variant', '{"id": 9007199254740993, "n": 1.50, "t": "12345678901234567890"}')).toEqual({
    id: '9007199254740993',
    n: 1.5,
    t: '12345678901234567890',
  });
  expect(value('array', '[1, "a", null, true]')).toEqual([1, 'a', null, true]);
  expect(value('variant', 'undefined')).toBe('undefined');
});

it('leaves what is NULL, text, binary or not as the page says', () => {
  expect([value('fixed', null), value('text', '42'), value('binary', '0AFF')]).toEqual([null, '42', '0AFF']);
  expect([value('boolean', 'true'), value('boolean', 'false'), value('boolean', 'maybe')]).toEqual([
    true,
    false,
    'maybe',
  ]);
  expect(value('date', '2020-01-01')).toBe('2020-01-01');
  expect(value('timestamp_tz', '2020-01-01 00:00:00 Z', 0)).toBe('2020-01-01 00:00:00 Z');
});
