import type { Row } from '../servicenow.seed.js';

export interface Asking {
  /** Of the account whose credentials it is. */
  userId: string;
  now: Date;
}

type Condition = (row: Row) => boolean;

const operators: [string, (held: string, wanted: string, asking: Asking) => boolean][] = [
  [
    'RELATIVEGT@minute@ago@',
    (held, wanted, { now }) => Date.parse(`${held.replace(' ', 'T')}Z`) > now.getTime() - Number(wanted) * 60_000,
  ],
  ['ISNOTEMPTY', (held) => held !== ''],
  ['ISEMPTY', (held) => held === ''],
  ['LIKE', (held, wanted) => held.toLowerCase().includes(wanted.toLowerCase())],
  ['IN', (held, wanted) => wanted.split(',').includes(held)],
  ['!=', (held, wanted) => held !== wanted],
  ['>=', (held, wanted) => held >= wanted],
  [
    '=',
    (held, wanted, { userId }) =>
      wanted === 'javascript:gs.getUserID()' ? held === userId : held.toLowerCase() === wanted.toLowerCase(),
  ],
  ['>', (held, wanted) => held > wanted],
];

/** The rows that an encoded query finds, in its order. As in ServiceNow, a condition on a field that is not there is none. */
export function queryRows(rows: Row[], query: string, asking: Asking): Row[] {
  const parts = query.split(/(?<!\^)\^(?!\^)/).filter((part) => part !== '');
  const orders = parts.filter((part) => part.startsWith('ORDERBY'));
  const groups: Condition[][] = [];
  for (const part of parts.filter((each) => !each.startsWith('ORDERBY'))) {
    if (part.startsWith('OR') && groups.length > 0) groups.at(-1)!.push(conditionOf(part.slice(2), asking));
    else groups.push([conditionOf(part, asking)]);
  }
  const found = rows.filter((row) => groups.every((group) => group.some((holds) => holds(row))));
  return orders.reduceRight((sorted, order) => {
    const descending = order.startsWith('ORDERBYDESC');
    const field = order.slice(descending ? 11 : 7);
    const compare = (a: Row, b: Row) => compareTexts(a[field] ?? '', b[field] ?? '');
    return sorted.toSorted(descending ? (a, b) => compare(b, a) : compare);
  }, found);
}

function conditionOf(part: string, asking: Asking): Condition {
  const [, field = '', rest = ''] = /^([a-z0-9_.]+)(.*)$/s.exec(part) ?? [];
  const [name, holds] = operators.find(([operator]) => rest.startsWith(operator)) ?? ['', () => true];
  const wanted = rest.slice(name.length).replaceAll('^^', '^');
  return (row) => row[field] === undefined || holds(row[field], wanted, asking);
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
