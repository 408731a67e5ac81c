import { exactJson, FatalError, type HttpResponse, isObject, type JsonValue } from '@castellan/sdk';
import { z } from 'zod';
import { csvRows } from '../csv-rows.js';

/** How a file of rows is read. */
export const fileFields = {
  format: z
    .enum(['auto', 'csv', 'json', 'lines'])
    .default('auto')
    .meta({ title: 'Format' })
    .describe('auto: as its content type or the end of its address says · lines: a JSON value on each line.'),
  delimiter: z
    .string()
    .length(1)
    .default(',')
    .meta({ title: 'Delimiter' })
    .describe('Of CSV, between two cells, such as a semicolon.'),
  columns: z
    .array(z.string().min(1))
    .optional()
    .meta({ title: 'Columns' })
    .describe('Of CSV whose first line holds no names. Default: the names are on the first line.'),
  items: z
    .string()
    .regex(/^(?:\/[^/]*)*$/)
    .default('')
    .meta({ title: 'Where the rows are' })
    .describe('In a JSON file, such as /data/items. Empty: the file itself is the list.'),
  limit: z.int().min(1).max(100_000).default(10_000).meta({ title: 'At most so many rows' }),
};

const fileOptions = z.object(fileFields);
type FileOptions = z.output<typeof fileOptions>;

/** The rows of a file, and whether there are more than were wanted. Rejects what is no such file with E_RESPONSE and the line. */
export function rowsOfFile(
  response: HttpResponse,
  url: string,
  options: FileOptions,
): { items: JsonValue[]; more: boolean } {
  const format = options.format === 'auto' ? formatOf(response, url) : options.format;
  const wanted = options.limit + 1;
  const rows =
    format === 'json' ? jsonRows(response.body, options.items) : linesOf(format, textOf(response), options, wanted);
  return { items: rows.slice(0, options.limit), more: rows.length > options.limit };
}

type Format = Exclude<FileOptions['format'], 'auto'>;

function formatOf({ headers, body }: HttpResponse, url: string): Format {
  const type = headers['content-type'] ?? '';
  const [, ending = ''] = /\.(\w+)$/.exec(new URL(url).pathname) ?? [];
  if (/ndjson|jsonl|json-seq/i.test(type) || /^(?:ndjson|jsonl)$/i.test(ending)) return 'lines';
  if (/\bcsv\b/i.test(type) || /^csv$/i.test(ending)) return 'csv';
  if (typeof body !== 'string' || /^json$/i.test(ending)) return 'json';
  throw unreadable('Nothing says whether it is CSV or JSON: choose the format.');
}

function textOf({ body }: HttpResponse): string {
  if (body === null) return '';
  if (typeof body === 'string') return body;
  throw unreadable('It is JSON by its content type. Choose the format json.');
}

function linesOf(format: 'csv' | 'lines', text: string, options: FileOptions, wanted: number): JsonValue[] {
  if (format === 'csv') return csvRows(text, options, { wanted, refusal: unreadable });
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.slice(0, wanted).map((line, index) => {
    try {
      JSON.parse(line);
    } catch {
      throw unreadable(`Line ${index + 1} is no JSON.`);
    }
    return exactJson(line);
  });
}

function jsonRows(body: JsonValue, place: string): JsonValue[] {
  const whole = typeof body === 'string' ? parsed(body) : body;
  const keys = place.split('/').slice(1);
  const found = keys.reduce<JsonValue | undefined>((value, key) => {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
    return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }, whole);
  if (Array.isArray(found)) return found;
  throw unreadable(place === '' ? 'It is no list. Say where its rows are.' : `There is no list at ${place}.`);
}

function parsed(text: string): JsonValue {
  try {
    JSON.parse(text);
  } catch (error) {
    throw unreadable(`It is no JSON: ${(error as Error).message}.`);
  }
  return exactJson(text);
}

function unreadable(words: string): FatalError {
  return new FatalError(`The file cannot be read as rows. ${words}`, { code: 'E_RESPONSE' });
}
