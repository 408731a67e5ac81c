import { type Shape, shapeAt } from '@castellan/flow';
import { describeShape, describeType } from '../forms/completion.js';
import type { DataPath } from '../forms/path.js';

/** One place in the data that expressions see: its value in the sample, and what is known of it. */
export interface DataRow {
  path: DataPath;
  name: string;
  /** Value and type in a few words. */
  detail: string;
  /** What schemas and the last run say of it, in words; undefined where nothing is known. */
  known: string | undefined;
  /** It is in no value here, only in a schema. */
  absent: boolean;
  /** The places inside, made when they are asked for. */
  inside: () => DataRow[];
  hasInside: boolean;
}

/** The rows at the top: `trigger`, `steps` and the rest. */
export function rowsOf(data: Record<string, unknown>, shape: Shape | undefined): DataRow[] {
  return membersAt(data, shape, []);
}

function membersAt(holder: unknown, shape: Shape | undefined, path: DataPath): DataRow[] {
  const isList = Array.isArray(holder);
  const values = typeof holder === 'object' && holder !== null ? holder : {};
  const said = isList ? {} : (shape?.properties ?? {});
  const names = [...new Set([...Object.keys(values), ...Object.keys(said)])];
  return names
    .filter((name) => (values as Record<string, unknown>)[name] !== undefined || name in said)
    .map((name) => rowAt((values as Record<string, unknown>)[name], shape, [...path, isList ? Number(name) : name]));
}

function rowAt(value: unknown, around: Shape | undefined, path: DataPath): DataRow {
  const part = path.at(-1) as string | number;
  const found = around === undefined ? undefined : shapeAt(around, [part]);
  const shape = found === 'missing' || found?.types.length === 0 ? undefined : found;
  const absent = value === undefined;
  const hasInside =
    typeof value === 'object' && value !== null
      ? Object.keys(value).length > 0 || Object.keys(shape?.properties ?? {}).length > 0
      : absent && Object.keys(shape?.properties ?? {}).length > 0;
  return {
    path,
    name: String(part),
    detail: absent ? (shape === undefined ? '' : describeShape(shape)) : describeType(value),
    known: shape === undefined ? undefined : describeShape({ ...shape, example: undefined }),
    absent,
    hasInside,
    inside: () => membersAt(value, shape, path),
  };
}

/** Rows that are looked through, so that a large sample does not freeze the page. */
const most = 20_000;

/** The rows whose name or value has the text in it, deep ones too, in the order of the tree; at most so many. */
export function findRows(rows: DataRow[], text: string, limit: number): DataRow[] {
  const wanted = text.toLowerCase();
  const found: DataRow[] = [];
  const queue = [...rows];
  for (let looked = 0; queue.length > 0 && found.length < limit && looked < most; looked++) {
    const row = queue.shift() as DataRow;
    if (`${row.path.join('.')} ${row.detail}`.toLowerCase().includes(wanted) && !isAbove(row, wanted)) found.push(row);
    if (row.hasInside && row.path.length < 12) queue.unshift(...row.inside());
  }
  return found;
}

/** What is found by the path above it alone is not listed for each of its members. */
function isAbove({ path, name, detail }: DataRow, wanted: string): boolean {
  const above = path.slice(0, -1).join('.').toLowerCase();
  return above.includes(wanted) && !`${name} ${detail}`.toLowerCase().includes(wanted);
}
