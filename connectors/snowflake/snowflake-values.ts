import { exactJson, exactNumber, type JsonValue } from '@castellan/sdk';
import { z } from 'zod';

/** A column of a result, as `resultSetMetaData.rowType` tells it. Snowflake writes types in small letters. */
export const column = z.object({
  name: z.string(),
  type: z.string().transform((type) => type.toLowerCase()),
  scale: z.int().nullish(),
});

export type Column = z.output<typeof column>;

/**
 * A cell as JSON. Snowflake sends every value as a text (https://docs.snowflake.com/en/developer-guide/sql-api/handling-responses):
 * a number stays a text where JSON's numbers would change it, and so does whatever is not as that page says.
 */
export function cellValue(text: string | null, { type, scale }: Column): JsonValue {
  if (text === null) return null;
  switch (type) {
    case 'fixed':
    case 'number':
    case 'decfloat':
      return exactNumber(text);
    case 'real':
    case 'float':
      return Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean':
      return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
    case 'date':
      return /^-?\d+$/.test(text) ? isoOf(Number(text) * 86_400).slice(0, -9) : text;
    case 'time':
      return secondsPattern.test(text) ? wallClock(text, 0, scale).slice(-timeLength(scale)) : text;
    case 'timestamp_ntz':
      return secondsPattern.test(text) ? wallClock(text, 0, scale) : text;
    case 'timestamp_ltz':
      return secondsPattern.test(text) ? `${wallClock(text, 0, scale)}Z` : text;
    case 'timestamp_tz':
      return withZone(text, scale);
    case 'variant':
    case 'object':
    case 'array':
    case 'map':
      return exactJson(text);
    default:
      return text;
  }
}

const secondsPattern = /^-?\d+(?:\.\d+)?$/;

const timeLength = (scale: number | null | undefined) => 8 + (scale ? scale + 1 : 0);

/** Seconds since 1970, with up to nine decimals, as a clock shows them that is so many minutes from UTC. */
function wallClock(seconds: string, offsetMinutes: number, scale: number | null | undefined): string {
  const [whole = '0', decimals = ''] = seconds.replace('-', '').split('.');
  const nanoseconds = BigInt(whole + decimals.padEnd(9, '0').slice(0, 9)) * (seconds.startsWith('-') ? -1n : 1n);
  const billion = 1_000_000_000n;
  const rest = ((nanoseconds % billion) + billion) % billion;
  const iso = isoOf(Number((nanoseconds - rest) / billion) + offsetMinutes * 60);
  return scale ? `${iso}.${rest.toString().padStart(9, '0').slice(0, scale)}` : iso;
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, '');
}

/** Snowflake writes the minutes from UTC behind the seconds, with 1440 added. */
function withZone(text: string, scale: number | null | undefined): string {
  const [, seconds, shifted] = /^(-?\d+(?:\.\d+)?) (\d+)$/.exec(text) ?? [];
  if (seconds === undefined) return text;
  const offset = Number(shifted) - 1440;
  const pad = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const zone = `${offset < 0 ? '-' : '+'}${pad(Math.abs(offset) / 60)}:${pad(Math.abs(offset) % 60)}`;
  return wallClock(seconds, offset, scale) + zone;
}
