import type { PlanRow } from '@castellan/api';

/** Rows about one person in one system. */
export interface RowGroup {
  person: string | null;
  /** The system, and the connection where there may be several. */
  system: string;
  connection: string | null;
  simulator: boolean;
  rows: PlanRow[];
}

/** The rows as the plan orders them, put together where person and system stay the same. */
export function groupsOf(rows: readonly PlanRow[]): RowGroup[] {
  const groups: RowGroup[] = [];
  for (const row of rows) {
    const { system, connection } = row;
    const person = row.subject ? (row.subject.email ?? row.subject.id) : null;
    const last = groups.at(-1);
    const isSame =
      last !== undefined &&
      last.person === person &&
      last.system === system &&
      last.rows[0]?.connection?.id === connection?.id;
    if (isSame) last.rows.push(row);
    else
      groups.push({
        ...{ person, system, connection: connection?.name ?? null, simulator: connection?.simulator ?? false },
        rows: [row],
      });
  }
  return groups;
}

export interface Change {
  subject?: { id: string; email?: string | undefined } | undefined;
  object?: { id: string; title?: string | undefined } | undefined;
}

/** What a change is of, and whose: `Production · ann@example.com`. */
export const changeWords = ({ subject, object }: Change): string =>
  [object?.title ?? object?.id, subject?.email ?? subject?.id].filter((part) => part !== undefined).join(' · ');

/** A state, or an input, in a few words: plain fields beside their names, the rest as JSON. */
export function stateWords(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return JSON.stringify(value);
  return Object.entries(value)
    .filter(([, item]) => item !== null && item !== '' && item !== undefined)
    .map(([name, item]) => `${name}: ${typeof item === 'object' ? JSON.stringify(item) : String(item)}`)
    .join(' · ');
}
