import { z } from 'zod';

const part = '(?:[A-Za-z_][A-Za-z0-9_$]*|"(?:[^"]|"")+")';

/** A table as SQL names it: each part is plain, and then means capitals, or stands in double quotes. */
export const tableField = z
  .string()
  .regex(new RegExp(`^${part}(?:\\.${part}){0,2}$`))
  .meta({ title: 'Table' })
  .describe('Such as access_events, governance.access_events or audit.governance."Access events".');

export const columnField = z
  .string()
  .regex(new RegExp(`^${part}$`))
  .meta({ title: 'Column' });

/**
 * A name as it stands in a statement: always in double quotes, so that a word of the language may be a name and nothing
 * else can come in by it. What is plain means capitals, as in Snowflake.
 */
export function identifier(name: string): string {
  return name.startsWith('"') ? name : `"${name.toUpperCase()}"`;
}

export function tableIdentifier(table: string): string {
  return partsOf(table).map(identifier).join('.');
}

/** The parts of a dotted name; dots within quotes are of the name. */
export function partsOf(table: string): string[] {
  return table.match(new RegExp(part, 'g')) ?? [];
}

/** The name that Snowflake knows a part by. */
export function bareName(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toUpperCase();
}

/** As a person writes the name that Snowflake knows: plain where that means the same. */
export function writtenName(name: string): string {
  return /^[A-Z_][A-Z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
