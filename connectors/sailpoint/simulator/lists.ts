import { type SimulatedAnswer, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import { type Fields, filterOf } from './filters.js';

/** How a list may be asked for. */
interface ListRules<Row> {
  fields?: Fields<Row>;
  /** The largest page; 250 unless the vendor gives fewer. */
  largest?: number;
  /** From a row to what is answered. */
  show?: (row: Row) => object;
}

/** A page of a list: filtered, sorted, with the total where it is asked for. */
export function pageOf<Row extends object>(
  rows: Row[],
  { query }: Pick<SimulatedRequest, 'query'>,
  { fields = {}, largest = 250, show = (row) => row }: ListRules<Row> = {},
): SimulatedAnswer {
  const limit = Number(query.limit ?? largest);
  const offset = Number(query.offset ?? 0);
  if (limit > largest) throw new SimulatedRefusal(400, `The limit must be less than or equal to ${largest}.`);
  const fitting = query.filters ? rows.filter(filterOf(query.filters, fields)) : rows;
  const sorted = query.sorters ? sortedBy(fitting, query.sorters, fields) : fitting;
  return {
    headers: query.count === 'true' ? { 'x-total-count': String(sorted.length) } : {},
    body: sorted.slice(offset, offset + limit).map(show),
  };
}

function sortedBy<Row>(rows: Row[], sorters: string, fields: Fields<Row>): Row[] {
  return sorters
    .split(',')
    .map((each) => each.trim())
    .reverse()
    .reduce((sorted, sorter) => {
      const [sign, name] = sorter.startsWith('-') ? [-1, sorter.slice(1)] : [1, sorter];
      const read = Object.hasOwn(fields, name) ? fields[name]! : undefined;
      if (!read) throw new SimulatedRefusal(400, `“${name}” cannot be sorted by.`);
      return sorted.toSorted((a, b) => sign * String(read(a) ?? '').localeCompare(String(read(b) ?? '')));
    }, rows);
}

/** The row of an id, or the vendor's 404. */
export function the<Row extends { id: string }>(rows: Row[], id: string | undefined): Row {
  const found = rows.find((row) => row.id === id);
  if (!found)
    throw new SimulatedRefusal(404, 'The server did not find a current representation for the target resource.');
  return found;
}
