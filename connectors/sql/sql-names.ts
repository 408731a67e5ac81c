import { z } from 'zod';

const part = '(?:[A-Za-z_][A-Za-z0-9_$]*|"(?:[^"]|"")+")';

/** A table as SQL names it: a part is plain, and then means small letters, or stands in double quotes. */
export const tableField = z
  .string()
  .regex(new RegExp(`^${part}(?:\\.${part})?$`))
  .meta({ title: 'Table' })
  .describe('Such as people, hr.people or hr."People".');

export const columnField = z
  .string()
  .regex(new RegExp(`^${part}$`))
  .meta({ title: 'Column' });

/** A name as it stands in a statement: always in double quotes, so that nothing else can come in by it. */
export function identifier(name: string): string {
  return name.startsWith('"') ? name : `"${name.toLowerCase()}"`;
}

/** The name that Postgres knows a part by. */
export function bareName(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
}

/** As a person writes the name that Postgres knows: plain where that means the same. */
export function writtenName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** The parts of a dotted name; dots within quotes are of the name. */
export function partsOf(table: string): string[] {
  return table.match(new RegExp(part, 'g')) ?? [];
}

export function tableIdentifier(table: string): string {
  return partsOf(table).map(identifier).join('.');
}
