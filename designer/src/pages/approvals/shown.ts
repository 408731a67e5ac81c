import { words } from '../../ui/format.js';

/**
 * What an approval shows, sorted for reading. `show` is whatever the flow's author put there; of an approval that is
 * bound, `allows` are the very changes, and those that the flow told of stand below them in its own words.
 */
export interface Shown {
  /** Sentences: why it is asked. */
  why: string[];
  changes: Change[];
  tables: { title: string; columns: string[]; rows: Record<string, unknown>[] }[];
  facts: { label: string; value: unknown }[];
}

/** A change in another system, as a plan lists it. */
export interface Change {
  action: string;
  subject: string;
  object: string;
  /** Where it is done, as far as that is told. */
  system?: string;
}

const actions = ['grant', 'revoke', 'create', 'update', 'delete', 'notify'];
const reasons = ['why', 'reason', 'message', 'summary'];

export function readShown(show: unknown): Shown {
  const shown: Shown = { why: [], changes: [], tables: [], facts: [] };
  if (isRows(show)) addRows(shown, 'changes', show);
  else if (isObject(show)) {
    for (const [name, value] of Object.entries(show)) {
      const isFlowsOwn = Array.isArray(show.allows) && name !== 'allows' && isChanges(value);
      if (isFlowsOwn) addTable(shown, `${words(name)}, as the flow tells them`, value);
      else addField(shown, name, value);
    }
  } else if (typeof show === 'string' && show !== '') shown.why.push(show);
  else if (show !== null && show !== undefined) shown.facts.push({ label: 'Shown', value: show });
  return shown;
}

function addField(shown: Shown, name: string, value: unknown): void {
  if (value === null || value === undefined || value === '') return;
  if (isRows(value)) addRows(shown, name, value);
  else if (reasons.includes(name) && typeof value === 'string') shown.why.push(value);
  else shown.facts.push({ label: words(name), value });
}

function addRows(shown: Shown, name: string, rows: Record<string, unknown>[]): void {
  if (isChanges(rows)) {
    shown.changes.push(
      ...rows.map(({ action, subject, object, system }) => ({
        action: String(action),
        subject: nameOf(subject),
        object: nameOf(object),
        ...(typeof system === 'string' ? { system } : {}),
      })),
    );
    return;
  }
  addTable(shown, words(name), rows);
}

function addTable(shown: Shown, title: string, rows: Record<string, unknown>[]): void {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  shown.tables.push({ title, columns, rows });
}

function isChanges(value: unknown): value is Record<string, unknown>[] {
  return isRows(value) && value.every(isChange);
}

function isChange(row: Record<string, unknown>): boolean {
  return typeof row.action === 'string' && actions.includes(row.action) && ('subject' in row || 'object' in row);
}

/** The name of a person or a thing in a change: its title or address before its id. */
function nameOf(thing: unknown): string {
  if (!isObject(thing)) return thing === null || thing === undefined ? '–' : String(thing);
  return String(thing.title ?? thing.email ?? thing.name ?? thing.id ?? '–');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRows(value: unknown): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}
