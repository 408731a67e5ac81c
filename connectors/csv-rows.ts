import type { JsonObject } from '@castellan/sdk';
import { CsvError, parse } from 'csv-parse/sync';

/** How CSV is read. */
export interface CsvReading {
  /** Between two cells. */
  delimiter: string;
  /** Names of columns, where the first line holds none. */
  columns?: string[] | undefined;
}

/**
 * The rows of a CSV text, at most so many as are wanted, by the names of the columns. Cells stay texts: CSV does not say
 * which of them are numbers, and 007 is none. What is no CSV is thrown as the refusal that the words are given to.
 */
export function csvRows(
  text: string,
  { delimiter, columns }: CsvReading,
  { wanted, refusal }: { wanted: number; refusal: (words: string) => Error },
): JsonObject[] {
  try {
    return parse(text, {
      bom: true,
      columns: columns ?? ((names: string[]) => distinct(names, refusal)),
      delimiter,
      skip_empty_lines: true,
      to: wanted,
    }) as JsonObject[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw refusal(`${error.message}.`);
  }
}

/** A name that stands twice would hide a column. */
function distinct(names: string[], refusal: (words: string) => Error): string[] {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refusal(`Two columns are named “${twice}”. Give the names as columns.`);
  return names;
}
