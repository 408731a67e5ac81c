import { bareName, identifier } from '../snowflake-names.js';
import { placeOf } from './interpreter.js';
import type { Session, SnowflakeResult, SnowflakeState } from './state.js';

const table = /^CREATE TABLE IF NOT EXISTS (?<name>[\w.]+) \((?<columns>[^()]+)\)$/i;
const view = /^CREATE OR REPLACE VIEW (?<name>[\w.]+) AS .+$/i;

const said = (sentence: string): SnowflakeResult => ({
  columns: [{ name: 'status', type: 'text' }],
  rows: [[sentence]],
});

/** Makes a table where there is none, or a view; null if the statement is another. */
export function define(state: SnowflakeState, written: string, session: Session): SnowflakeResult | null {
  const statement = written.trim().replace(/\s+/g, ' ');
  const tableGroups = table.exec(statement)?.groups;
  const groups = tableGroups ?? view.exec(statement)?.groups;
  if (!groups) return null;
  const place = placeOf(groups.name!, session);
  const isThere = (one: typeof place) =>
    one.name === place.name && one.schema === place.schema && one.database === place.database;
  if (!tableGroups) {
    state.views = [...state.views.filter((one) => !isThere(one)), { ...place, statement }];
    return said(`View ${place.name} successfully created.`);
  }
  if (state.tables.some(isThere)) return said(`${place.name} already exists, statement succeeded.`);
  const columns = tableGroups.columns!.split(',').map((column) => {
    const [name = '', type = ''] = column.trim().split(' ');
    return { name: bareName(identifier(name)), type: type.toUpperCase() };
  });
  state.tables.push({ ...place, columns, rows: [] });
  return said(`Table ${place.name} successfully created.`);
}
